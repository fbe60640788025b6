package io.amqp10.types.sasl;

import io.amqp10.types.Binary;

/**
 * The client's answer to a challenge.
 *
 * @param response the octets
 * @see "AMQP 1.0 §5.3.3.4"
 */
public record SaslResponse(Binary response) implements SaslFrame {

    /** Does not show the octets, which may hold a secret. */
    @Override
    public String toString() {
        return "SaslResponse[]";
    }
}
