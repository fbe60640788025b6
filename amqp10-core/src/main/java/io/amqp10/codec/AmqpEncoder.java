package io.amqp10.codec;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Writes single values of any AMQP type. Not safe for more than one thread.
 *
 * @see "AMQP 1.0 §1.6"
 */
public final class AmqpEncoder {

    /** Makes an encoder. */
    public AmqpEncoder() {}

    /**
     * Writes a value in its smallest encoding.
     *
     * @param out where to; grows as needed
     * @param value what to write
     * @throws IllegalArgumentException if its class has no AMQP type; the writer index is as before
     */
    public void write(ByteBuf out, @Nullable Object value) {
        throw new UnsupportedOperationException();
    }
}
