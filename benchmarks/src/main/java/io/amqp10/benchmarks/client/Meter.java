package io.amqp10.benchmarks.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Counts what a client does: in one part, or in one for each of the threads that count at the same time. */
public final class Meter {

    private static final long MAX_LATENCY_NANOS = 60_000_000_000L;
    private static final long COMPLETION_SECONDS = 30;

    private final List<Part> parts = new CopyOnWriteArrayList<>();
    private final Part main = part();
    private final Histogram latencies = new Histogram(MAX_LATENCY_NANOS, 3);
    private volatile @Nullable Long from;
    private volatile @Nullable Long until;
    private volatile boolean stopped;

    /** Makes a meter that runs. */
    public Meter() {}

    /** Counts that are written by one thread at a time and read by others. */
    public static final class Part {

        private final AtomicLong sent = new AtomicLong();
        private final AtomicLong completed = new AtomicLong();

        private Part() {}

        /**
         * Counts messages that the library took.
         *
         * @param number how many
         */
        public void sent(long number) {
            sent.lazySet(sent.getPlain() + number);
        }

        /**
         * Counts messages that are done.
         *
         * @param number how many
         */
        public void completed(long number) {
            completed.lazySet(completed.getPlain() + number);
        }
    }

    /**
     * Returns counts for one more thread.
     *
     * @return counts of zero, which are part of this meter's
     */
    public Part part() {
        Part part = new Part();
        parts.add(part);
        return part;
    }

    /**
     * Tells whether to end.
     *
     * @return whether {@link #stop} was called
     */
    public boolean isStopped() {
        return stopped;
    }

    /** Tells the client to end. */
    public void stop() {
        stopped = true;
    }

    /**
     * Counts messages that the library took.
     *
     * @param number how many
     */
    public void sent(long number) {
        main.sent(number);
    }

    /**
     * Counts messages that are done.
     *
     * @param number how many
     */
    public void completed(long number) {
        main.completed(number);
    }

    /**
     * Counts a message that came back. How long it took is recorded if it was begun in the window, however late it comes.
     *
     * @param nanos how long that took
     */
    public void latency(long nanos) {
        Long start = from;
        if (start != null) {
            long begun = System.nanoTime() - nanos;
            Long end = until;
            if (begun - start >= 0 && (end == null || begun - end < 0)) {
                latencies.recordValue(Math.min(nanos, MAX_LATENCY_NANOS));
            }
        }
        completed(1);
    }

    long sent() {
        return parts.stream().mapToLong(part -> part.sent.get()).sum();
    }

    long completed() {
        return parts.stream().mapToLong(part -> part.completed.get()).sum();
    }

    /**
     * Waits until all that was sent is done.
     *
     * @throws InterruptedException if the thread is interrupted
     */
    void awaitCompleted() throws InterruptedException {
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(COMPLETION_SECONDS);
        while (completed() < sent()) {
            if (System.nanoTime() > giveUpAt) {
                throw new IllegalStateException((sent() - completed()) + " messages are missing");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** Begins the window: latencies of what is begun from now on are recorded. */
    void beginWindow() {
        from = System.nanoTime();
    }

    /** Ends the window. */
    void endWindow() {
        until = System.nanoTime();
    }

    /** Returns the latencies; only to be read when all that was begun in the window is complete. */
    Histogram latencies() {
        return latencies;
    }
}
