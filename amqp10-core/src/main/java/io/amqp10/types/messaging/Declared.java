package io.amqp10.types.messaging;

import io.amqp10.types.Binary;

/**
 * A transaction was declared.
 *
 * @param txnId the transaction's id, at most 32 octets
 * @see "AMQP 1.0 §4.5.5"
 */
public record Declared(Binary txnId) implements Outcome {}
