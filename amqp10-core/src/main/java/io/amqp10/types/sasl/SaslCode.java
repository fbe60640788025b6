package io.amqp10.types.sasl;

/**
 * How a SASL dialogue ended.
 *
 * @see "AMQP 1.0 §5.3.3.6"
 */
public enum SaslCode {
    /** The client is authenticated. */
    OK(0),

    /** The credentials were refused. */
    AUTH(1),

    /** The server failed. */
    SYS(2),

    /** The server failed and will again. */
    SYS_PERM(3),

    /** The server failed for now; the only one that is worth another try. */
    SYS_TEMP(4);

    private final int wire;

    SaslCode(int wire) {
        this.wire = wire;
    }

    /**
     * Returns the constant of a wire value.
     *
     * @param value the value on the wire
     * @return the constant
     * @throws IllegalArgumentException if there is none
     */
    public static SaslCode fromWire(int value) {
        for (SaslCode candidate : values()) {
            if (candidate.wire == value) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("no sasl-code: " + value);
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
