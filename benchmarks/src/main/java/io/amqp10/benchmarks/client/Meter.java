package io.amqp10.benchmarks.client;

import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** Counts what a client does. Each count is written by one thread at a time and read by another. */
public final class Meter {

    private static final long MAX_LATENCY_NANOS = 60_000_000_000L;

    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong completed = new AtomicLong();
    private final Histogram latencies = new Histogram(MAX_LATENCY_NANOS, 3);
    private volatile boolean recording;
    private volatile boolean stopped;

    /** Makes a meter that runs. */
    public Meter() {}

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

    /**
     * Counts a request that was answered.
     *
     * @param nanos how long that took
     */
    public void latency(long nanos) {
        if (recording) {
            latencies.recordValue(nanos);
        }
        completed(1);
    }

    long sent() {
        return sent.get();
    }

    long completed() {
        return completed.get();
    }

    void record(boolean on) {
        recording = on;
    }

    /** Returns the latencies; only to be read when nothing is recorded any more. */
    Histogram latencies() {
        return latencies;
    }
}
