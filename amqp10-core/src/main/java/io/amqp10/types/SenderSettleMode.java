package io.amqp10.types;

/**
 * How the sender of a link settles its deliveries.
 *
 * @see "AMQP 1.0 §2.8.2"
 */
public enum SenderSettleMode {
    /** Every delivery is sent unsettled. */
    UNSETTLED,
    /** Every delivery is sent settled. */
    SETTLED,
    /** The sender may do either. The default. */
    MIXED;

    /**
     * Returns the mode of a wire value.
     *
     * @param value the {@code ubyte} on the wire
     * @return the mode
     * @throws IllegalArgumentException if there is no such mode
     */
    public static SenderSettleMode fromWire(int value) {
        return switch (value) {
            case 0 -> UNSETTLED;
            case 1 -> SETTLED;
            case 2 -> MIXED;
            default -> throw new IllegalArgumentException("no snd-settle-mode: " + value);
        };
    }

    /**
     * Returns the wire value.
     *
     * @return 0, 1 or 2
     */
    public int toWire() {
        return switch (this) {
            case UNSETTLED -> 0;
            case SETTLED -> 1;
            case MIXED -> 2;
        };
    }
}
