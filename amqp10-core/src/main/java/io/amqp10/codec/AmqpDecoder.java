package io.amqp10.codec;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads single values of any AMQP type. Not safe for more than one thread.
 *
 * @see "AMQP 1.0 §1.6"
 */
public final class AmqpDecoder {

    /** Makes a decoder with {@link DecodeLimits#DEFAULT}. */
    public AmqpDecoder() {
        this(DecodeLimits.DEFAULT);
    }

    /**
     * Makes a decoder.
     *
     * @param limits what to take at most
     */
    public AmqpDecoder(DecodeLimits limits) {}

    /**
     * Reads a value.
     *
     * @param in where from; its reader index comes to lie behind the value
     * @return the value, immutable
     * @throws DecodeException if the octets are no value; the reader index is as before
     */
    public @Nullable Object read(ByteBuf in) {
        throw new UnsupportedOperationException();
    }
}
