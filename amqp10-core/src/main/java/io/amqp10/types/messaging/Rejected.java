package io.amqp10.types.messaging;

import io.amqp10.types.ErrorCondition;
import org.jspecify.annotations.Nullable;

/**
 * The receiver found the message invalid.
 *
 * @param error why, or null
 * @see "AMQP 1.0 §3.4.3"
 */
public record Rejected(@Nullable ErrorCondition error) implements Outcome {}
