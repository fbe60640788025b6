package io.amqp10.internal;

import io.amqp10.ReconnectOptions;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The delays between tries: an exponentially growing bound, of which a random part is waited (full jitter). What works only
 * for a moment counts as a failure like any other, so that nothing that breaks again and again is tried ever faster.
 */
final class Backoff {

    /** What worked for so long has worked: delays start anew after it. */
    private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ReconnectOptions options;
    private final RandomGenerator random;
    private int failures;
    private boolean works;
    private long workedNanos;

    Backoff(ReconnectOptions options, RandomGenerator random) {
        this.options = options;
        this.random = random;
    }

    /** Notes that a try was a success. */
    void worked(long nowNanos) {
        if (!works) {
            works = true;
            workedNanos = nowNanos;
        }
    }

    /**
     * Notes that what was tried does not work any more.
     *
     * @return whether it had worked for long; delays start anew then
     */
    boolean broke(long nowNanos) {
        boolean stable = works && nowNanos - workedNanos >= STABLE_NANOS;
        works = false;
        if (stable) {
            failures = 0;
        }
        return stable;
    }

    /** Tells whether another try is allowed after the failures so far. */
    boolean exhausted() {
        return !options.enabled() || (options.maxAttempts() > 0 && failures >= options.maxAttempts());
    }

    /** Counts a failure and returns how long to wait before the next try, in nanoseconds. */
    long nextDelayNanos() {
        double bound = TimeUnit.NANOSECONDS.convert(options.initialDelay()) * Math.pow(options.multiplier(), failures);
        failures++;
        long max = Math.min(TimeUnit.NANOSECONDS.convert(options.maxDelay()), Long.MAX_VALUE - 1);
        long capped = bound >= max ? max : (long) bound;
        return random.nextLong(capped + 1);
    }
}
