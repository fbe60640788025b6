/**
 * The state machines of AMQP 1.0 part 2 for both roles of every endpoint: connection, session, link and delivery. They do
 * no input or output: performatives and ticks go in, performatives and events come out, and time is an argument. One
 * {@link io.amqp10.engine.ConnectionEngine} is one physical connection; it and everything below it is confined to the
 * thread of its owner.
 */
@NullMarked
package io.amqp10.engine;

import org.jspecify.annotations.NullMarked;
