package io.amqp10.types.messaging;

/**
 * What of a terminus survives a crash of its container.
 *
 * @see "AMQP 1.0 §3.5.5"
 */
public enum TerminusDurability {
    /** Nothing. */
    NONE(0),

    /** That it exists and how it is configured. */
    CONFIGURATION(1),

    /** That, and the state of its unsettled deliveries. */
    UNSETTLED_STATE(2);

    private final int wire;

    TerminusDurability(int wire) {
        this.wire = wire;
    }

    /**
     * Returns the constant of a wire value.
     *
     * @param value the value on the wire
     * @return the constant
     * @throws IllegalArgumentException if there is none
     */
    public static TerminusDurability fromWire(int value) {
        for (TerminusDurability candidate : values()) {
            if (candidate.wire == value) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("no terminus-durability: " + value);
    }

    /**
     * Returns the wire value.
     *
     * @return the value
     */
    public int toWire() {
        return wire;
    }
}
