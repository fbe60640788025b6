package io.amqp10.types.messaging;

/**
 * What an attach names as target: a node's target, or the coordinator of transactions.
 *
 * @see "AMQP 1.0 §3.5.4, §4.5.1"
 */
public sealed interface LinkTarget permits Target, Coordinator {}
