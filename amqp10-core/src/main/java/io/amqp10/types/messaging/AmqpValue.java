package io.amqp10.types.messaging;

import org.jspecify.annotations.Nullable;

/**
 * The single value of a body.
 *
 * @param value the value
 * @see "AMQP 1.0 §3.2.8"
 */
public record AmqpValue(@Nullable Object value) implements Section {}
