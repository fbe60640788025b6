package io.amqp10.types.transaction;

import io.amqp10.types.Symbol;

/**
 * What a transaction coordinator can do, as it says in its target, and what a controller wants.
 *
 * @see "AMQP 1.0 §4.5.7"
 */
public final class TransactionCapability {

    /** Transactions within the one resource. */
    public static final Symbol LOCAL_TRANSACTIONS = Symbol.of("amqp:local-transactions");

    /** Transactions over several resources. */
    public static final Symbol DISTRIBUTED_TRANSACTIONS = Symbol.of("amqp:distributed-transactions");

    /** Local transactions that can become distributed ones. */
    public static final Symbol PROMOTABLE_TRANSACTIONS = Symbol.of("amqp:promotable-transactions");

    /** Several transactions of one session at a time. */
    public static final Symbol MULTI_TXNS_PER_SSN = Symbol.of("amqp:multi-txns-per-ssn");

    /** Transactions whose work is on several sessions of one connection. */
    public static final Symbol MULTI_SSNS_PER_TXN = Symbol.of("amqp:multi-ssns-per-txn");

    private TransactionCapability() {}
}
