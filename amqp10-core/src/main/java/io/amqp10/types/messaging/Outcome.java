package io.amqp10.types.messaging;

/**
 * A delivery state that is final.
 *
 * @see "AMQP 1.0 §3.4"
 */
public sealed interface Outcome extends DeliveryState permits Accepted, Rejected, Released, Modified, Declared {}
