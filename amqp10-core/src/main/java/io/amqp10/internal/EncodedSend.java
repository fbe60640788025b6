package io.amqp10.internal;

import io.amqp10.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** A message that was encoded elsewhere: what the application has of it, the head of a stream, is not all of it. */
final class EncodedSend extends SentDelivery {

    private final byte[] encoded;

    /** Takes the payload in any case. */
    EncodedSend(LiveSender sender, Message head, long takenNanos, ByteBuf payload) {
        super(sender, head, takenNanos);
        try {
            encoded = ByteBufUtil.getBytes(payload);
        } finally {
            payload.release();
        }
        encodeAgain();
    }

    @Override
    void encodeAgain() {
        payload(Unpooled.wrappedBuffer(encoded));
    }
}
