/**
 * Bytes to the values of {@code io.amqp10.types} and back. A decoder turns any octets into a value or throws
 * {@link io.amqp10.codec.DecodeException}, within declared limits; an encoder writes the smallest encoding. Of Netty, only
 * {@code ByteBuf} is used here.
 */
@NullMarked
package io.amqp10.codec;

import org.jspecify.annotations.NullMarked;
