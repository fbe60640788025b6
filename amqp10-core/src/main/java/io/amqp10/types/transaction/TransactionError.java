package io.amqp10.types.transaction;

import io.amqp10.types.Symbol;

/**
 * Error conditions of transactions.
 *
 * @see "AMQP 1.0 §4.5.8"
 */
public final class TransactionError {

    /** There is no transaction of that id. */
    public static final Symbol UNKNOWN_ID = Symbol.of("amqp:transaction:unknown-id");

    /** The transaction was rolled back. */
    public static final Symbol TRANSACTION_ROLLBACK = Symbol.of("amqp:transaction:rollback");

    /** The transaction's work took too long. */
    public static final Symbol TRANSACTION_TIMEOUT = Symbol.of("amqp:transaction:timeout");

    private TransactionError() {}
}
