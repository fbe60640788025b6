package io.amqp10.internal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The octets of a message between the event loop, which adds them, and the thread that reads them. They are copied into
 * memory of their own, so that a reader who does not come cannot hold network buffers, but for large parts while a thread is
 * about to write all of them to a channel. They are counted in frames of the session's window.
 */
final class ArrivingOctets implements OctetSource {

    /** Parts from this size on need not be copied, unless they are a small part of their buffer. */
    static final int KEPT_FROM = SpareChunks.SIZE;

    /** How many times as large as a part its buffer may be, as it shows itself. */
    static final int MOST_FOR_PART = 4;

    private static final int FRAMES_AT_ONCE = 4;

    /** A thread was interrupted while it waited for octets, and not while a channel took some. */
    static final class Interrupted extends InterruptedIOException {

        private static final long serialVersionUID = 1L;

        Interrupted(InterruptedException cause) {
            super("interrupted while reading a message");
            initCause(cause);
        }
    }

    private final int frameSize;
    private final IntConsumer onConsumed;
    private final SpareChunks spares;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final ArrayDeque<ByteBuf> parts = new ArrayDeque<>();

    /** The last part, if it is a chunk with room. */
    private @Nullable ByteBuf filling;

    private long unread;
    private int heldFrames;
    private boolean complete;
    private boolean transferring;
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
            int size = octets.readableBytes();
            unread += size;
            if (transferring && size >= KEPT_FROM && size >= octets.capacity() / MOST_FOR_PART) {
                keep(octets);
            } else {
                copy(octets, size);
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

    private void keep(ByteBuf octets) {
        ByteBuf last = filling;
        filling = null;
        if (last != null) {
            dropIfRead(last);
        }
        parts.add(octets.retainedSlice());
    }

    private void copy(ByteBuf octets, int size) {
        int from = octets.readerIndex();
        int left = size;
        while (left > 0) {
            ByteBuf chunk = filling;
            if (chunk == null) {
                chunk = spares.take();
                parts.add(chunk);
                filling = chunk;
            }
            int n = Math.min(left, chunk.writableBytes());
            chunk.writeBytes(octets, from, n);
            if (!chunk.isWritable()) {
                filling = null;
            }
            from += n;
            left -= n;
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

    /** Says that all octets are about to be written to a channel, by this thread. */
    void beginTransfer() {
        lock.lock();
        try {
            transferring = true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends that; if it ends too early, what is kept in the network's buffers is copied, to be read later. */
    void endTransfer() {
        lock.lock();
        try {
            transferring = false;
            if (parts.stream().anyMatch(part -> !isChunk(part))) {
                copyKept();
            }
        } finally {
            lock.unlock();
        }
    }

    private void copyKept() {
        List<ByteBuf> all = List.copyOf(parts);
        ByteBuf last = filling;
        parts.clear();
        filling = null;
        for (ByteBuf part : all) {
            if (isChunk(part)) {
                parts.add(part);
                filling = part == last ? part : null;
            } else {
                copy(part, part.readableBytes());
                part.release();
            }
        }
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
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int n;
        int freed;
        lockWhenReady();
        try {
            n = (int) Math.min(length, unread);
            for (int done = 0; done < n; ) {
                ByteBuf part = parts.getFirst();
                int some = Math.min(n - done, part.readableBytes());
                part.readBytes(into, offset + done, some);
                done += some;
                dropIfRead(part);
            }
            freed = freed(n);
        } finally {
            lock.unlock();
        }
        consumed(freed);
        return n == 0 ? -1 : n;
    }

    /**
     * Writes at least one octet to a channel, waiting for it, between the beginning and the end of a transfer. If the channel
     * fails, nothing can be read any more.
     *
     * @param most how many at most, 1 or more
     * @return how many were written, -1 at the end
     * @throws IOException as {@link #read}, or if the channel throws it
     */
    int writeTo(WritableByteChannel target, long most) throws IOException {
        ByteBuf part;
        ByteBuf taken;
        int freed = 0;
        lockWhenReady();
        try {
            part = parts.peekFirst();
            if (unread == 0 || part == null) {
                taken = Unpooled.EMPTY_BUFFER;
                freed = clear();
            } else {
                taken = part.readRetainedSlice((int) Math.min(most, part.readableBytes()));
            }
        } finally {
            lock.unlock();
        }
        int n = taken.readableBytes();
        if (n == 0 || part == null) {
            consumed(freed);
            return -1;
        }
        boolean written = false;
        try {
            for (ByteBuffer octets : taken.nioBuffers()) {
                Bodies.write(octets, target);
            }
            written = true;
        } finally {
            taken.release();
            if (!written) {
                fail(new IOException("the rest of the body was dropped, as the channel that it was written to failed"));
            }
        }
        consumed(afterWriting(part, n));
        return n;
    }

    private int afterWriting(ByteBuf part, int octets) {
        lock.lock();
        try {
            if (parts.peekFirst() == part) {
                dropIfRead(part);
            }
            return unread == 0 ? 0 : freed(octets);
        } finally {
            lock.unlock();
        }
    }

    /** Takes the lock when there is something to read, or the end was reached. */
    private void lockWhenReady() throws IOException {
        Blocking.check();
        boolean ready = false;
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
            ready = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Interrupted(e);
        } finally {
            if (!ready) {
                lock.unlock();
            }
        }
    }

    private void dropIfRead(ByteBuf part) {
        if (!part.isReadable() && part != filling) {
            giveBack(parts.removeFirst());
        }
    }

    /** Returns how many frames are no longer held because octets were read, all if there were none. */
    private int freed(int octets) {
        if (octets == 0) {
            return clear();
        }
        unread -= octets;
        int now = framesOfUnread();
        int freed = heldFrames - now;
        if (freed < FRAMES_AT_ONCE && now > 0) {
            return 0;
        }
        heldFrames = now;
        return freed;
    }

    private int framesOfUnread() {
        return (int) ((unread + frameSize - 1) / frameSize);
    }

    private int clear() {
        parts.forEach(this::giveBack);
        parts.clear();
        filling = null;
        unread = 0;
        int freed = heldFrames;
        heldFrames = 0;
        return freed;
    }

    private void giveBack(ByteBuf part) {
        if (isChunk(part)) {
            spares.give(part);
        } else {
            part.release();
        }
    }

    /** The others are views of the network's buffers. */
    private static boolean isChunk(ByteBuf part) {
        return part.unwrap() == null;
    }

    private void consumed(int frames) {
        if (frames > 0) {
            onConsumed.accept(frames);
        }
    }
}
