package io.amqp10.internal;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Knows whether a sender's handler is far behind with the outcomes that it is told, so that whoever sends waits for it: each
 * of them holds a message. A mark follows each so many outcomes on their way to the handler; counting marks costs next to
 * nothing.
 */
final class OutcomeBacklog implements SerialDispatcher.Essential {

    private static final int MARKS = 16;

    private final SerialDispatcher dispatcher;
    private final int limit;
    private final int perMark;
    private final Runnable onRoom;
    private final AtomicInteger marks = new AtomicInteger();

    /** Confined to the event loop. */
    private int sinceMark;

    /**
     * Makes a backlog, which is empty.
     *
     * @param limit how many outcomes may wait
     * @param onRoom called on the handler's thread when the backlog is not full any more
     */
    OutcomeBacklog(SerialDispatcher dispatcher, int limit, Runnable onRoom) {
        this.dispatcher = dispatcher;
        this.limit = limit;
        this.perMark = Math.max(1, limit / MARKS);
        this.onRoom = onRoom;
    }

    /** Tells how many outcomes may wait, give or take those of messages that are on their way. */
    int limit() {
        return limit;
    }

    boolean isFull() {
        return marks.get() >= MARKS;
    }

    /** Notes that an outcome waits for the handler; on the event loop. */
    void added() {
        if (++sinceMark == perMark) {
            sinceMark = 0;
            marks.incrementAndGet();
            dispatcher.execute(this);
        }
    }

    /** All outcomes before a mark have been told. */
    @Override
    public void run() {
        if (marks.decrementAndGet() == MARKS - 1) {
            onRoom.run();
        }
    }
}
