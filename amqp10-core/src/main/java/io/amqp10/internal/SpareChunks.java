package io.amqp10.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;

/**
 * Pieces of memory that the messages of one streaming receiver use in turn: the event loop fills them, who reads a message
 * gives them back. Safe for use by both.
 */
final class SpareChunks {

    /** The size of each, in octets. */
    static final int SIZE = 16 * 1024;

    /** So many are kept: what a peer sends when it is told that some frames were read. */
    static final int MOST = 32;

    private final ArrayDeque<ByteBuf> spare = new ArrayDeque<>();

    /** Returns an empty one: the one that was used last, or a new one. */
    ByteBuf take() {
        synchronized (spare) {
            ByteBuf last = spare.pollLast();
            if (last != null) {
                return last;
            }
        }
        return Unpooled.buffer(SIZE, SIZE);
    }

    /** Takes one back that its user uses no more; if somebody else has a view of it still, it is not used again. */
    void give(ByteBuf chunk) {
        if (chunk.refCnt() == 1) {
            chunk.clear();
            synchronized (spare) {
                if (spare.size() < MOST) {
                    spare.addLast(chunk);
                    return;
                }
            }
        }
        chunk.release();
    }
}
