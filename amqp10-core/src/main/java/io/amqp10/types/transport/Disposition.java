package io.amqp10.types.transport;

import io.amqp10.types.Role;
import io.amqp10.types.messaging.DeliveryState;
import org.jspecify.annotations.Nullable;

/**
 * Tells the state of a range of deliveries, or that they are settled.
 *
 * <p>Mutable, not safe for more than one thread, and reused: who wants to keep a value copies it.
 *
 * @see "AMQP 1.0 §2.7.6"
 */
public final class Disposition implements Performative {

    private Role role = Role.SENDER;
    private long first = 0;
    private long last = 0;
    private boolean settled;
    private @Nullable DeliveryState state;
    private boolean batchable;

    /** Makes a disposition with every field absent or at its default. */
    public Disposition() {}

    /**
     * Puts every field back to absent or its default.
     *
     * @return this
     */
    public Disposition reset() {
        role = Role.SENDER;
        first = 0;
        last = 0;
        settled = false;
        state = null;
        batchable = false;
        return this;
    }

    /**
     * Returns the end that the sender of this is.
     *
     * @return the value
     */
    public Role role() {
        return role;
    }

    /**
     * Sets the end that the sender of this is.
     *
     * @param value the value
     * @return this
     */
    public Disposition role(Role value) {
        role = value;
        return this;
    }

    /**
     * Returns the first delivery-id of the range, a {@code uint}.
     *
     * @return the value
     */
    public long first() {
        return first;
    }

    /**
     * Sets the first delivery-id of the range, a {@code uint}.
     *
     * @param value the value
     * @return this
     */
    public Disposition first(long value) {
        first = value;
        return this;
    }

    /**
     * Returns the last delivery-id of the range, a {@code uint}; the decoder puts the first where it is absent.
     *
     * @return the value
     */
    public long last() {
        return last;
    }

    /**
     * Sets the last delivery-id of the range, a {@code uint}; the decoder puts the first where it is absent.
     *
     * @param value the value
     * @return this
     */
    public Disposition last(long value) {
        last = value;
        return this;
    }

    /**
     * Returns whether the deliveries are settled at the sender of this.
     *
     * @return the value
     */
    public boolean settled() {
        return settled;
    }

    /**
     * Sets whether the deliveries are settled at the sender of this.
     *
     * @param value the value
     * @return this
     */
    public Disposition settled(boolean value) {
        settled = value;
        return this;
    }

    /**
     * Returns the state of the deliveries.
     *
     * @return the value
     */
    public @Nullable DeliveryState state() {
        return state;
    }

    /**
     * Sets the state of the deliveries.
     *
     * @param value the value
     * @return this
     */
    public Disposition state(@Nullable DeliveryState value) {
        state = value;
        return this;
    }

    /**
     * Returns whether the sender does not need the answer at once.
     *
     * @return the value
     */
    public boolean batchable() {
        return batchable;
    }

    /**
     * Sets whether the sender does not need the answer at once.
     *
     * @param value the value
     * @return this
     */
    public Disposition batchable(boolean value) {
        batchable = value;
        return this;
    }

    @Override
    public <P> void dispatch(PerformativeHandler<P> handler, int channel, P payload) {
        handler.onDisposition(channel, this);
    }

    @Override
    public String toString() {
        return "Disposition[" + "role=" + role + ", " + "first=" + first + ", " + "last=" + last + ", " + "settled="
                + settled + ", " + "state=" + state + ", " + "batchable=" + batchable + "]";
    }
}
