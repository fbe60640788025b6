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
public record TransactionalState(Binary txnId, @Nullable Outcome outcome) implements DeliveryState {

    /** The most octets that a transaction's id has by the standard; there are brokers whose ids are a little longer. */
    public static final int MAX_TXN_ID_LENGTH = 32;
}
