package io.amqp10.codec;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads single values of any AMQP type. Not safe for more than one thread.
 *
 * @see "AMQP 1.0 §1.6"
 */
public final class AmqpDecoder {

    private final WireReader reader;

    /** Makes a decoder with {@link DecodeLimits#DEFAULT}. */
    public AmqpDecoder() {
        this(DecodeLimits.DEFAULT);
    }

    /**
     * Makes a decoder.
     *
     * @param limits what to take at most
     */
    public AmqpDecoder(DecodeLimits limits) {
        reader = new WireReader(limits);
    }

    /**
     * Reads a value.
     *
     * @param in where from; its reader index comes to lie behind the value. One without an array is copied as a whole.
     * @return the value, immutable
     * @throws DecodeException if the octets are no value; the reader index is as before
     */
    public @Nullable Object read(ByteBuf in) {
        int length = in.readableBytes();
        byte[] bytes;
        int from = 0;
        if (in.hasArray()) {
            bytes = in.array();
            from = in.arrayOffset() + in.readerIndex();
        } else {
            bytes = new byte[length];
            in.getBytes(in.readerIndex(), bytes);
        }
        reader.begin(bytes, from, from + length);
        Object value = ValueReader.read(reader);
        in.skipBytes(reader.pos - from);
        reader.release();
        return value;
    }
}
