/**
 * The SASL dialogue of AMQP 1.0 part 5 as state machines of both ends: frames in, frames out, and at the end an identity or
 * a reason why there is none. Nothing here touches a socket, a thread or a clock, and nothing here shows a secret in a
 * text.
 */
@NullMarked
package io.amqp10.engine.sasl;

import org.jspecify.annotations.NullMarked;
