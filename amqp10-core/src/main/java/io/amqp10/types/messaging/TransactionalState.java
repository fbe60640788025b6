package io.amqp10.types.messaging;

import io.amqp10.types.Binary;
import org.jspecify.annotations.Nullable;

/**
 * The delivery belongs to a transaction.
 *
 * @param txnId the transaction's id, at most 32 octets
 * @param outcome the outcome that a commit gives to the delivery, or null
 * @see "AMQP 1.0 §4.5.6"
 */
public record TransactionalState(Binary txnId, @Nullable Outcome outcome) implements DeliveryState {}
