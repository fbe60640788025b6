package io.amqp10.types.messaging;

/**
 * How far a partially transferred message has come.
 *
 * @param sectionNumber the section, counted from 0, a {@code uint}
 * @param sectionOffset the first octet of it that was not received or not sent, an unsigned long
 * @see "AMQP 1.0 §3.4.1"
 */
public record Received(long sectionNumber, long sectionOffset) implements DeliveryState {}
