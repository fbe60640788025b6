package io.amqp10.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Shows octets of arrays as a buffer, the same one each time, so that a small payload needs none of its own. Confined to the
 * thread of its connection.
 */
final class LentOctets {

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;

    /**
     * Copies octets into the buffer.
     *
     * @return the buffer, which this object owns; it stays as it is for whoever retains it, else until the next call
     */
    ByteBuf lend(byte[] octets, int from, int length) {
        ByteBuf lent = buffer;
        if (lent.capacity() < length || lent.refCnt() > 1) {
            lent.release();
            lent = Unpooled.buffer(length);
            buffer = lent;
        }
        return lent.clear().writeBytes(octets, from, length);
    }
}
