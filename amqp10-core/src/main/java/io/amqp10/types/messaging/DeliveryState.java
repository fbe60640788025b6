package io.amqp10.types.messaging;

/**
 * The state of a delivery, as one end tells the other.
 *
 * @see "AMQP 1.0 §3.4"
 */
public sealed interface DeliveryState permits Received, Outcome, TransactionalState {}
