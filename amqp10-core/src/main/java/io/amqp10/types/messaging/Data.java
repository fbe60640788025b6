package io.amqp10.types.messaging;

import io.amqp10.types.Binary;

/**
 * Opaque octets of a body.
 *
 * @param value the octets
 * @see "AMQP 1.0 §3.2.6"
 */
public record Data(Binary value) implements Section {}
