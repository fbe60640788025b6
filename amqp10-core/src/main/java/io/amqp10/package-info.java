/**
 * The API of amqp10: AMQP 1.0 messaging for Java, without a broker or with any that speaks the protocol.
 *
 * <p>A {@link io.amqp10.Container} connects and listens; a {@link io.amqp10.Connection} opens a
 * {@link io.amqp10.Sender} or a {@link io.amqp10.Receiver} for an address; a {@link io.amqp10.Message} sent becomes a
 * {@link io.amqp10.Tracker} at the sender and a {@link io.amqp10.Delivery} at the receiver. There are three ways to work
 * with them, which mix freely: a {@link io.amqp10.MessagingHandler} is called for events, methods that return a future
 * never wait, and the others wait for their result and may be called from any thread, virtual ones and handlers included.
 *
 * <p>Every type here is safe for use by any thread. Code of the application never runs on an I/O thread, but for a
 * {@link io.amqp10.BodyConsumer} and a {@link io.amqp10.MetricsCollector}. Where no receiver has such a consumer, a thread that
 * waits in a method of this library may do the I/O meanwhile, and then has to wait on until what came for others is handed on;
 * an interruption ends its wait within 20 ms.
 */
@NullMarked
package io.amqp10;

import org.jspecify.annotations.NullMarked;
