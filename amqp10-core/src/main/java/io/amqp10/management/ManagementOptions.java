package io.amqp10.management;

import java.time.Duration;

/**
 * Which node a {@link ManagementClient} asks, and how.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class ManagementOptions implements Cloneable {

    /** The default of {@link #timeout()}. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    private final String node;
    private final ReplyPath replyPath;

    private Duration timeout = DEFAULT_TIMEOUT;

    private ManagementOptions(String node, ReplyPath replyPath) {
        this.node = node;
        this.replyPath = replyPath;
    }

    /**
     * Starts with every option at its default.
     *
     * @param node the node's address, such as {@code $management}
     * @param replyPath how its answers come back
     * @return the options
     */
    public static ManagementOptions of(String node, ReplyPath replyPath) {
        return new ManagementOptions(node, replyPath);
    }

    /**
     * Returns the node's address.
     *
     * @return the address
     */
    public String node() {
        return node;
    }

    /**
     * Returns how answers come back.
     *
     * @return the way
     */
    public ReplyPath replyPath() {
        return replyPath;
    }

    /**
     * Returns how long to wait for an answer.
     *
     * @return the value
     */
    public Duration timeout() {
        return timeout;
    }

    /**
     * Sets how long to wait for an answer, from the call on.
     *
     * @param value more than zero
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ManagementOptions timeout(Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException("timeout must be longer than nothing, not " + value);
        }
        ManagementOptions copy = copy();
        copy.timeout = value;
        return copy;
    }

    private ManagementOptions copy() {
        try {
            return (ManagementOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("this class is cloneable", e);
        }
    }
}
