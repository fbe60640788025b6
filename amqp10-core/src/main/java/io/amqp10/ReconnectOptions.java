package io.amqp10;

import java.time.Duration;

/**
 * How a connection that cannot be made or breaks is tried again, and a link or session that the peer takes away for a
 * reason that passes.
 *
 * <p>A round goes over all hosts in turn, with no delay between them. Only the first round of a new connection begins at
 * once. Before any other, the one right after a break included, a random part (full jitter) of a bound is waited, so that
 * the clients of a broker that restarts do not come back all at the same moment. The bound begins at {@link #initialDelay}
 * and grows by {@link #multiplier} with each failure in a row up to {@link #maxDelay}. What has worked for at least 5
 * seconds begins anew: with the first bound, and with the first host. What breaks sooner counts as a failed try, and the
 * next host has its turn.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class ReconnectOptions implements Cloneable {

    /** The default of {@link #initialDelay()}. */
    public static final Duration DEFAULT_INITIAL_DELAY = Duration.ofMillis(100);

    /** The default of {@link #maxDelay()}. */
    public static final Duration DEFAULT_MAX_DELAY = Duration.ofSeconds(10);

    /** The default of {@link #multiplier()}. */
    public static final double DEFAULT_MULTIPLIER = 2.0;

    /** Every option at its default. */
    public static final ReconnectOptions DEFAULT = new ReconnectOptions();

    /** No second try. */
    public static final ReconnectOptions OFF = DEFAULT.enabled(false);

    private boolean enabled = true;
    private Duration initialDelay = DEFAULT_INITIAL_DELAY;
    private Duration maxDelay = DEFAULT_MAX_DELAY;
    private double multiplier = DEFAULT_MULTIPLIER;
    private int maxAttempts = 0;
    private boolean afterCleanClose = false;

    private ReconnectOptions() {}

    /**
     * Returns whether to try again at all.
     *
     * @return the value
     */
    public boolean enabled() {
        return enabled;
    }

    /**
     * Sets whether to try again at all.
     *
     * @param value the value
     * @return a changed copy
     */
    public ReconnectOptions enabled(boolean value) {
        ReconnectOptions copy = copy();
        copy.enabled = value;
        return copy;
    }

    /**
     * Returns the upper bound of the first delay.
     *
     * @return the value
     */
    public Duration initialDelay() {
        return initialDelay;
    }

    /**
     * Sets the upper bound of the first delay, which is that after a break or after the first failed round.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ReconnectOptions initialDelay(Duration value) {
        Checks.positive("initialDelay", value);
        ReconnectOptions copy = copy();
        copy.initialDelay = value;
        return copy;
    }

    /**
     * Returns the upper bound of every delay.
     *
     * @return the value
     */
    public Duration maxDelay() {
        return maxDelay;
    }

    /**
     * Sets the upper bound of every delay.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ReconnectOptions maxDelay(Duration value) {
        Checks.positive("maxDelay", value);
        ReconnectOptions copy = copy();
        copy.maxDelay = value;
        return copy;
    }

    /**
     * Returns the factor between the bounds of two delays.
     *
     * @return the value
     */
    public double multiplier() {
        return multiplier;
    }

    /**
     * Sets the factor between the bounds of two delays.
     * At least 1.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ReconnectOptions multiplier(double value) {
        if (!(value >= 1.0 && value <= 1000.0)) {
            throw new IllegalArgumentException("multiplier must be from 1 to 1000, not " + value);
        }
        ReconnectOptions copy = copy();
        copy.multiplier = value;
        return copy;
    }

    /**
     * Returns after how many failed rounds in a row the connection is given up, and likewise a link or session, 0 for never.
     *
     * @return the value
     */
    public int maxAttempts() {
        return maxAttempts;
    }

    /**
     * Sets after how many failed rounds in a row the connection is given up, and likewise a link or session, 0 for never.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ReconnectOptions maxAttempts(int value) {
        Checks.range("maxAttempts", value, 0, Integer.MAX_VALUE);
        ReconnectOptions copy = copy();
        copy.maxAttempts = value;
        return copy;
    }

    /**
     * Returns whether to connect again also after the peer has closed an open connection without an error.
     *
     * @return the value
     */
    public boolean afterCleanClose() {
        return afterCleanClose;
    }

    /**
     * Sets whether to connect again also after the peer has closed an open connection with a close that has no error
     * (§2.4.3), as Artemis may when an administrator closes the connections of a user. Links that the peer has closed
     * before, one by one, stay closed. Without this, such a close ends the connection, as a peer that has nothing more to
     * say may mean it: all links are closed, and what waits for an outcome is told that they are. Has no effect while
     * {@link #enabled} is false. False by default; true by default for the connection of a Spring application.
     *
     * @param value the value
     * @return a changed copy
     */
    public ReconnectOptions afterCleanClose(boolean value) {
        ReconnectOptions copy = copy();
        copy.afterCleanClose = value;
        return copy;
    }

    private ReconnectOptions copy() {
        try {
            return (ReconnectOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("this class is cloneable", e);
        }
    }
}
