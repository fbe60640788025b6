package io.amqp10.types.messaging;

import io.amqp10.types.Symbol;

/**
 * When the time to the end of a terminus starts.
 *
 * @see "AMQP 1.0 §3.5.6"
 */
public enum TerminusExpiryPolicy {
    /** When the link is detached. */
    LINK_DETACH("link-detach"),

    /** When the session ends; the default. */
    SESSION_END("session-end"),

    /** When the connection is closed. */
    CONNECTION_CLOSE("connection-close"),

    /** Never. */
    NEVER("never");

    private final Symbol wire;

    TerminusExpiryPolicy(String wire) {
        this.wire = Symbol.of(wire);
    }

    /**
     * Returns the constant of a wire value.
     *
     * @param value the value on the wire
     * @return the constant
     * @throws IllegalArgumentException if there is none
     */
    public static TerminusExpiryPolicy fromWire(Symbol value) {
        for (TerminusExpiryPolicy candidate : values()) {
            if (candidate.wire.equals(value)) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("no terminus-expiry-policy: " + value);
    }

    /**
     * Returns the wire value.
     *
     * @return the value
     */
    public Symbol toWire() {
        return wire;
    }
}
