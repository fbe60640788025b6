package io.amqp10.types;

/**
 * The end of a link that a peer is.
 *
 * @see "AMQP 1.0 §2.8.1"
 */
public enum Role {
    /** The end that sends messages; {@code false} on the wire. */
    SENDER,
    /** The end that receives messages; {@code true} on the wire. */
    RECEIVER;

    /**
     * Returns the role of a wire value.
     *
     * @param receiver the boolean on the wire
     * @return the role
     */
    public static Role fromWire(boolean receiver) {
        return receiver ? RECEIVER : SENDER;
    }

    /**
     * Returns the wire value.
     *
     * @return {@code true} for a receiver
     */
    public boolean toWire() {
        return this == RECEIVER;
    }

    /**
     * Returns the other end's role.
     *
     * @return the opposite
     */
    public Role opposite() {
        return this == SENDER ? RECEIVER : SENDER;
    }
}
