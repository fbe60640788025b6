/**
 * The only room with Netty channels: the pipeline and its handlers for the protocol header, frames, TLS, SASL,
 * WebSocket and the frame trace. It joins the codec to the engine; everything in it runs on the event loop that owns
 * the connection.
 */
@NullMarked
package io.amqp10.transport;

import org.jspecify.annotations.NullMarked;
