package io.amqp10;

/**
 * A message: header, annotations, properties, body, footer.
 *
 * @see "AMQP 1.0 §3.2"
 */
public interface Message {}
