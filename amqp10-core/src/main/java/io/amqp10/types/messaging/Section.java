package io.amqp10.types.messaging;

/**
 * A section of an annotated message.
 *
 * @see "AMQP 1.0 §3.2"
 */
public sealed interface Section
        permits Header,
                DeliveryAnnotations,
                MessageAnnotations,
                Properties,
                ApplicationProperties,
                Data,
                AmqpSequence,
                AmqpValue,
                Footer {}
