package io.amqp10.types.messaging;

/**
 * When a dynamically created node is deleted; each is a composite without fields.
 *
 * @see "AMQP 1.0 §3.5.10"
 */
public enum LifetimePolicy {
    /** With the link that created it. */
    DELETE_ON_CLOSE(0x2bL),

    /** When no link is left. */
    DELETE_ON_NO_LINKS(0x2cL),

    /** When no message is left. */
    DELETE_ON_NO_MESSAGES(0x2dL),

    /** When neither link nor message is left. */
    DELETE_ON_NO_LINKS_OR_MESSAGES(0x2eL);

    private final long wire;

    LifetimePolicy(long wire) {
        this.wire = wire;
    }

    /**
     * Returns the constant of a wire value.
     *
     * @param value the value on the wire
     * @return the constant
     * @throws IllegalArgumentException if there is none
     */
    public static LifetimePolicy fromWire(long value) {
        for (LifetimePolicy candidate : values()) {
            if (candidate.wire == value) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("no lifetime-policy: " + value);
    }

    /**
     * Returns the wire value.
     *
     * @return the value
     */
    public long toWire() {
        return wire;
    }
}
