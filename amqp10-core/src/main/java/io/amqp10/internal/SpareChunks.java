package io.amqp10.internal;

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

    private final ArrayDeque<byte[]> spare = new ArrayDeque<>();

    /** Returns one with any content: the one that was used last, or a new one. */
    byte[] take() {
        synchronized (spare) {
            byte[] last = spare.pollLast();
            if (last != null) {
                return last;
            }
        }
        return new byte[SIZE];
    }

    /** Takes one back that nobody uses any more. */
    void give(byte[] chunk) {
        synchronized (spare) {
            if (spare.size() < MOST) {
                spare.addLast(chunk);
            }
        }
    }
}
