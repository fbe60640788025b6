package io.amqp10.engine.testing;

import io.amqp10.codec.AmqpDecoder;
import io.amqp10.codec.AmqpEncoder;
import io.amqp10.codec.DecodeException;
import io.amqp10.engine.ControlBodies;
import io.amqp10.types.messaging.AmqpValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** Bodies of control messages as octets. */
public final class Bodies implements ControlBodies {

    /** {@code amqp-value} of {@code declare} without global-id, written by hand. */
    public static byte[] declare() {
        return new byte[] {0x00, 0x53, 0x77, 0x00, 0x53, 0x31, 0x45};
    }

    /** {@code amqp-value} of the string "x". */
    public static byte[] text() {
        return new byte[] {0x00, 0x53, 0x77, (byte) 0xa1, 0x01, 'x'};
    }

    /** {@code amqp-value} of {@code discharge} of the transaction 07 without and with {@code fail}. */
    public static byte[] commit() {
        return new byte[] {0x00, 0x53, 0x77, 0x00, 0x53, 0x32, (byte) 0xc0, 0x05, 0x02, (byte) 0xa0, 0x01, 0x07, 0x42};
    }

    public static byte[] rollback() {
        return new byte[] {0x00, 0x53, 0x77, 0x00, 0x53, 0x32, (byte) 0xc0, 0x05, 0x02, (byte) 0xa0, 0x01, 0x07, 0x41};
    }

    @Override
    public ByteBuf encode(Object body) {
        ByteBuf out = Unpooled.buffer();
        new AmqpEncoder().write(out, new AmqpValue(body));
        return out;
    }

    @Override
    public @Nullable Object decode(byte[] message) {
        try {
            Object section = new AmqpDecoder().read(Unpooled.wrappedBuffer(message));
            return section instanceof AmqpValue value ? value.value() : null;
        } catch (DecodeException e) {
            return null;
        }
    }
}
