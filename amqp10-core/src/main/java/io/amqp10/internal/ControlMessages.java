package io.amqp10.internal;

import io.amqp10.BodyType;
import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.codec.DecodeLimits;
import io.amqp10.engine.ControlBodies;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Requests to a coordinator as messages. */
final class ControlMessages implements ControlBodies {

    private static final int USUAL_SIZE = 64;

    private final DecodeLimits limits;

    ControlMessages(DecodeLimits limits) {
        this.limits = limits;
    }

    @Override
    public ByteBuf encode(Object body) {
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(USUAL_SIZE);
        try {
            MessageCodec.encode(Message.of(body), buffer);
        } catch (RuntimeException e) {
            buffer.release();
            throw e;
        }
        return buffer;
    }

    @Override
    public @Nullable Object decode(byte[] message) {
        try {
            Message decoded = MessageCodec.decode(message, 0, message.length, limits);
            return decoded.bodyType() == BodyType.VALUE ? decoded.body() : null;
        } catch (MessageFormatException e) {
            return null;
        }
    }
}
