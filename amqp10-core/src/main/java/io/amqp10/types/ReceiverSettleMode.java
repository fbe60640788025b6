package io.amqp10.types;

/**
 * How the receiver of a link settles its deliveries.
 *
 * @see "AMQP 1.0 §2.8.3"
 */
public enum ReceiverSettleMode {
    /** The receiver settles by itself, together with its outcome. The default. */
    FIRST,
    /** The receiver settles only after the sender did. */
    SECOND;

    /**
     * Returns the mode of a wire value.
     *
     * @param value the {@code ubyte} on the wire
     * @return the mode
     * @throws IllegalArgumentException if there is no such mode
     */
    public static ReceiverSettleMode fromWire(int value) {
        return switch (value) {
            case 0 -> FIRST;
            case 1 -> SECOND;
            default -> throw new IllegalArgumentException("no rcv-settle-mode: " + value);
        };
    }

    /**
     * Returns the wire value.
     *
     * @return 0 or 1
     */
    public int toWire() {
        return this == FIRST ? 0 : 1;
    }
}
