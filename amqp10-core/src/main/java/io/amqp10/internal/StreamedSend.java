package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.Message;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way that is given in parts: a few of them wait between who makes them, on any thread, and the event loop.
 */
final class StreamedSend extends TransactedDelivery {

    /** So many parts may wait to be sent. */
    static final int MAX_PARTS = 8;

    private final LiveSender sender;
    private final long announcedSize;
    private final Runnable onTaken;
    private final Runnable nudge = this::nudged;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition taken = lock.newCondition();

    // Guarded by the lock.
    private final ArrayDeque<ByteBuf> parts = new ArrayDeque<>(MAX_PARTS);
    private boolean complete;
    private boolean over;

    private volatile boolean lost;

    /** Octets that were given to the engine; confined to the event loop. */
    private long given;

    /**
     * Makes a message of which the first part is known.
     *
     * @param first the first octets, at least one, whose ownership goes to this
     * @param announcedSize the size of the whole message in octets, -1 if it is not known
     * @param onTaken called on the event loop whenever there is room for one part more
     * @param transaction what it is sent in, null for none
     */
    StreamedSend(
            LiveSender sender,
            Message head,
            ByteBuf first,
            long announcedSize,
            long takenNanos,
            Runnable onTaken,
            @Nullable LiveTransaction transaction) {
        super(sender, head, takenNanos, transaction);
        this.sender = sender;
        this.announcedSize = announcedSize;
        this.onTaken = onTaken;
        this.given = first.readableBytes();
        firstPartOfPayload(first);
    }

    // --- where the parts are made

    /**
     * Gives a part, waiting for room.
     *
     * @param part whose ownership is taken in any case
     * @param last whether the message is complete with it
     * @param nanos at most how long to wait
     * @return {@link Given#NO_ROOM} if the time is over, {@link Given#OVER} if the message has a result already
     */
    Given give(ByteBuf part, boolean last, long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (!over && parts.size() >= MAX_PARTS) {
                if (left <= 0) {
                    part.release();
                    return Given.NO_ROOM;
                }
                left = taken.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            part.release();
            throw e;
        } finally {
            lock.unlock();
        }
        return add(part, last) ? Given.TAKEN : Given.OVER;
    }

    /** What became of a part. */
    enum Given {
        TAKEN,
        NO_ROOM,
        OVER
    }

    /** Gives a part, whether there is room or not; false if the message has a result already. */
    boolean add(ByteBuf part, boolean last) {
        boolean first;
        lock.lock();
        try {
            if (over) {
                part.release();
                return false;
            }
            first = parts.isEmpty();
            parts.add(part);
            complete = last;
        } finally {
            lock.unlock();
        }
        if (first) {
            sender.submit(nudge);
        }
        return true;
    }

    /** Tells whether it failed because the link was lost, and may be tried again from its beginning. */
    boolean isLost() {
        return lost;
    }

    // --- on the event loop

    private void nudged() {
        sender.proceed(this);
    }

    /** Returns the size of the next part, -1 if there is none. */
    int nextSize() {
        lock.lock();
        try {
            ByteBuf next = parts.peek();
            return next == null ? -1 : next.readableBytes();
        } finally {
            lock.unlock();
        }
    }

    /** A part, and whether it is the last one. */
    record Part(ByteBuf octets, boolean last) {}

    @Nullable
    Part next() {
        Part next;
        lock.lock();
        try {
            ByteBuf octets = parts.poll();
            if (octets == null) {
                return null;
            }
            next = new Part(octets, complete && parts.isEmpty());
            taken.signal();
        } finally {
            lock.unlock();
        }
        given += next.octets().readableBytes();
        onTaken.run();
        return next;
    }

    /** Returns how many octets the engine was given. */
    long given() {
        return given;
    }

    @Override
    long size() {
        return Math.max(announcedSize, given);
    }

    void lost(Amqp10Exception why) {
        lost = true;
        fail(why);
    }

    @Override
    void ended() {
        ArrayDeque<ByteBuf> dropped;
        lock.lock();
        try {
            over = true;
            dropped = new ArrayDeque<>(parts);
            parts.clear();
            taken.signalAll();
        } finally {
            lock.unlock();
        }
        dropped.forEach(ByteBuf::release);
    }
}
