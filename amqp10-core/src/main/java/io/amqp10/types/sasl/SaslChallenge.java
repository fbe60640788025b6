package io.amqp10.types.sasl;

import io.amqp10.types.Binary;

/**
 * The server's challenge.
 *
 * @param challenge the octets
 * @see "AMQP 1.0 §5.3.3.3"
 */
public record SaslChallenge(Binary challenge) implements SaslFrame {

    /** Does not show the octets, which may hold a secret. */
    @Override
    public String toString() {
        return "SaslChallenge[]";
    }
}
