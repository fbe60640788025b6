package io.amqp10.types.transaction;

import org.jspecify.annotations.Nullable;

/**
 * Asks the coordinator for a transaction.
 *
 * @param globalId the global transaction to join, which no peer is known to support, or null
 * @see "AMQP 1.0 §4.5.2"
 */
public record Declare(@Nullable Object globalId) {}
