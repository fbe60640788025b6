package io.amqp10.types.transaction;

import io.amqp10.types.Binary;

/**
 * Asks the coordinator to end a transaction.
 *
 * @param txnId the transaction's id, at most 32 octets
 * @param fail whether to roll back
 * @see "AMQP 1.0 §4.5.3"
 */
public record Discharge(Binary txnId, boolean fail) {}
