package io.amqp10.benchmarks.client;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * Watches the just-in-time compiler, whose work counts as the client's: with few and large messages it goes on for long after
 * the warm-up of fast ones would be over.
 */
final class CompilerWatch {

    /** It is at rest when it works no more than this share of the time. */
    private static final double REST = 0.02;

    private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    private final long intervalNanos;
    private long since = System.nanoTime();
    private long before;
    private boolean atRest;

    /**
     * Begins to watch.
     *
     * @param intervalMillis how long it must be at rest, more than 0
     */
    CompilerWatch(long intervalMillis) {
        intervalNanos = TimeUnit.MILLISECONDS.toNanos(intervalMillis);
        before = compiler.getTotalCompilationTime();
    }

    /** Tells whether it was at rest over the last interval that is over; false before the first one is. */
    boolean isAtRest() {
        long now = System.nanoTime();
        if (now - since >= intervalNanos) {
            long total = compiler.getTotalCompilationTime();
            atRest = TimeUnit.MILLISECONDS.toNanos(total - before) <= REST * (now - since);
            since = now;
            before = total;
        }
        return atRest;
    }
}
