/**
 * The nine performatives of AMQP 1.0 part 2 as values. The rare ones are immutable records; the three of the hot path,
 * {@link io.amqp10.types.transport.Transfer}, {@link io.amqp10.types.transport.Flow} and
 * {@link io.amqp10.types.transport.Disposition}, are mutable so that a connection can reuse one of each.
 */
@NullMarked
package io.amqp10.types.transport;

import org.jspecify.annotations.NullMarked;
