package io.amqp10.internal;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The octets of a message between the event loop, which adds them, and the thread that reads them. They are copied into
 * memory of their own, so that no reader can hold network buffers, and counted in frames of the session's window.
 */
final class ArrivingOctets {

    private static final int CHUNK = SpareChunks.SIZE;
    private static final int FRAMES_AT_ONCE = 4;

    private final int frameSize;
    private final IntConsumer onConsumed;
    private final SpareChunks spares;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
    private int readAt;
    private int writeAt = CHUNK;
    private long unread;
    private int heldFrames;
    private boolean complete;
    private boolean dropping;
    private @Nullable Exception failure;

    /**
     * Makes an empty queue.
     *
     * @param frameSize the largest frame in octets
     * @param onConsumed takes how many frames were read, on whichever thread read them
     * @param spares gives the memory
     */
    ArrivingOctets(int frameSize, IntConsumer onConsumed, SpareChunks spares) {
        this.frameSize = frameSize;
        this.onConsumed = onConsumed;
        this.spares = spares;
    }

    // --- on the event loop

    /** Adds octets; returns false if they take up the room of one frame more. */
    boolean add(ByteBuf octets) {
        lock.lock();
        try {
            if (dropping || failure != null) {
                return true;
            }
            int from = octets.readerIndex();
            int left = octets.readableBytes();
            unread += left;
            while (left > 0) {
                if (writeAt == CHUNK) {
                    chunks.add(spares.take());
                    writeAt = 0;
                }
                int n = Math.min(left, CHUNK - writeAt);
                octets.getBytes(from, chunks.getLast(), writeAt, n);
                writeAt += n;
                from += n;
                left -= n;
            }
            changed.signal();
            if (framesOfUnread() > heldFrames) {
                heldFrames++;
                return false;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** All octets have come. */
    void complete() {
        lock.lock();
        try {
            complete = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The rest does not come, and the reader is told so now. */
    void fail(Exception why) {
        int freed;
        lock.lock();
        try {
            failure = why;
            freed = clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        consumed(freed);
    }

    // --- on any thread

    /** Drops what is here and what comes. */
    void drop() {
        int freed;
        lock.lock();
        try {
            dropping = true;
            freed = clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        consumed(freed);
    }

    /** Returns how many octets can be read without waiting. */
    int available() {
        lock.lock();
        try {
            return (int) Math.min(unread, Integer.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reads at least one octet, waiting for it.
     *
     * @param length how many at most, 1 or more
     * @return how many were read, -1 at the end
     * @throws IOException if the rest will not come, or nobody is to read it any more
     */
    int read(byte[] into, int offset, int length) throws IOException {
        Blocking.check();
        int n;
        int freed = 0;
        lock.lock();
        try {
            while (unread == 0 && !complete && !dropping && failure == null) {
                changed.await();
            }
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            if (dropping) {
                throw new IOException("the message is closed, or has its outcome");
            }
            if (unread == 0) {
                n = -1;
                freed = clear();
            } else {
                n = take(into, offset, (int) Math.min(length, unread));
                int now = framesOfUnread();
                if (heldFrames - now >= FRAMES_AT_ONCE || now == 0) {
                    freed = heldFrames - now;
                    heldFrames = now;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while reading a message");
            interrupted.initCause(e);
            throw interrupted;
        } finally {
            lock.unlock();
        }
        consumed(freed);
        return n;
    }

    private int take(byte[] into, int offset, int length) {
        int left = length;
        int to = offset;
        while (left > 0) {
            byte[] chunk = chunks.getFirst();
            int n = Math.min(left, CHUNK - readAt);
            System.arraycopy(chunk, readAt, into, to, n);
            readAt += n;
            to += n;
            left -= n;
            if (readAt == CHUNK) {
                spares.give(chunks.removeFirst());
                readAt = 0;
            }
        }
        unread -= length;
        return length;
    }

    private int framesOfUnread() {
        return (int) ((unread + frameSize - 1) / frameSize);
    }

    private int clear() {
        chunks.forEach(spares::give);
        chunks.clear();
        readAt = 0;
        writeAt = CHUNK;
        unread = 0;
        int freed = heldFrames;
        heldFrames = 0;
        return freed;
    }

    private void consumed(int frames) {
        if (frames > 0) {
            onConsumed.accept(frames);
        }
    }
}
