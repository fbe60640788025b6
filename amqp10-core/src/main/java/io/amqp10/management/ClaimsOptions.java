package io.amqp10.management;

import io.amqp10.Amqp10Exception;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How {@link ClaimsBasedSecurity} works.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class ClaimsOptions implements Cloneable {

    /** The default of {@link #refreshBefore()}. */
    public static final Duration DEFAULT_REFRESH_BEFORE = Duration.ofMinutes(5);

    private final Function<String, ClaimToken> tokens;

    private @Nullable String node;
    private ClaimsProtocol protocol = ClaimsProtocol.AUTOMATIC;
    private Duration timeout = ManagementOptions.DEFAULT_TIMEOUT;
    private Duration refreshBefore = DEFAULT_REFRESH_BEFORE;
    private BiConsumer<String, Amqp10Exception> onFailure = (audience, failure) -> {};

    private ClaimsOptions(Function<String, ClaimToken> tokens) {
        this.tokens = tokens;
    }

    /**
     * Starts with every option at its default.
     *
     * @param tokens makes a token for an audience; called each time one is put, on a thread that may wait, several at a time
     * @return the options
     */
    public static ClaimsOptions of(Function<String, ClaimToken> tokens) {
        return new ClaimsOptions(tokens);
    }

    /**
     * Returns who makes tokens.
     *
     * @return makes a token for an audience
     */
    public Function<String, ClaimToken> tokens() {
        return tokens;
    }

    /**
     * Returns the address of the peer's node, null for what the peer says by its property {@code cbs-node}, else
     * {@code $cbs}.
     *
     * @return the value
     */
    public @Nullable String node() {
        return node;
    }

    /**
     * Sets the address of the peer's node, null for what the peer says by its property {@code cbs-node}, else {@code $cbs}.
     *
     * @param value the value
     * @return a changed copy
     */
    public ClaimsOptions node(@Nullable String value) {
        ClaimsOptions copy = copy();
        copy.node = value;
        return copy;
    }

    /**
     * Returns how tokens are shown to the peer.
     *
     * @return the value
     */
    public ClaimsProtocol protocol() {
        return protocol;
    }

    /**
     * Sets how tokens are shown to the peer; {@link ClaimsProtocol#AUTOMATIC} by default.
     *
     * @param value the value
     * @return a changed copy
     */
    public ClaimsOptions protocol(ClaimsProtocol value) {
        ClaimsOptions copy = copy();
        copy.protocol = value;
        return copy;
    }

    /**
     * Returns how long to wait for the peer's answer.
     *
     * @return the value
     */
    public Duration timeout() {
        return timeout;
    }

    /**
     * Sets how long to wait for the peer's answer.
     *
     * @param value more than zero
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ClaimsOptions timeout(Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException("timeout must be longer than nothing, not " + value);
        }
        ClaimsOptions copy = copy();
        copy.timeout = value;
        return copy;
    }

    /**
     * Returns how long before it expires a token is followed by a new one.
     *
     * @return the value
     */
    public Duration refreshBefore() {
        return refreshBefore;
    }

    /**
     * Sets how long before it expires a token is followed by a new one, but never earlier than after half of its life.
     *
     * @param value not negative
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ClaimsOptions refreshBefore(Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException("refreshBefore must not be negative, as " + value + " is");
        }
        ClaimsOptions copy = copy();
        copy.refreshBefore = value;
        return copy;
    }

    /**
     * Returns who is told when a token could not be put.
     *
     * @return gets the audience and why
     */
    public BiConsumer<String, Amqp10Exception> onFailure() {
        return onFailure;
    }

    /**
     * Sets who is told when a token could not be put, by a refresh or after the connection was restored too. It is tried
     * again.
     *
     * @param value gets the audience and why
     * @return a changed copy
     */
    public ClaimsOptions onFailure(BiConsumer<String, Amqp10Exception> value) {
        ClaimsOptions copy = copy();
        copy.onFailure = value;
        return copy;
    }

    private ClaimsOptions copy() {
        try {
            return (ClaimsOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("this class is cloneable", e);
        }
    }
}
