package io.amqp10.fuzz;

import io.amqp10.codec.AmqpDecoder;
import io.amqp10.codec.AmqpEncoder;
import io.amqp10.codec.DecodeException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What can be decoded can be encoded, and is the same value when it is decoded again. */
public final class ValueFuzz {

    private ValueFuzz() {}

    /**
     * Decodes octets as values, until they end.
     *
     * @param data the octets
     */
    public static void fuzzerTestOneInput(byte[] data) {
        ByteBuf in = Unpooled.wrappedBuffer(data);
        AmqpDecoder decoder = new AmqpDecoder();
        while (in.isReadable()) {
            int from = in.readerIndex();
            Object value;
            try {
                value = decoder.read(in);
            } catch (DecodeException e) {
                return;
            }
            if (in.readerIndex() <= from) {
                throw new AssertionError("nothing was read");
            }
            comesBack(value, decoder);
        }
    }

    private static void comesBack(@Nullable Object value, AmqpDecoder decoder) {
        ByteBuf out = Unpooled.buffer();
        new AmqpEncoder().write(out, value);
        Object again = decoder.read(out);
        if (out.isReadable() || !Objects.equals(value, again)) {
            throw new AssertionError(value + " became " + again + " with " + out.readableBytes() + " octets left");
        }
    }
}
