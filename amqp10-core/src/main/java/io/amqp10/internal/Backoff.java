package io.amqp10.internal;

import io.amqp10.ReconnectOptions;
import java.util.random.RandomGenerator;

/** The delays between tries: an exponentially growing bound, of which a random part is waited (full jitter). */
final class Backoff {

    private final ReconnectOptions options;
    private final RandomGenerator random;
    private int failures;

    Backoff(ReconnectOptions options, RandomGenerator random) {
        this.options = options;
        this.random = random;
    }

    /** Starts anew after a success. */
    void reset() {
        failures = 0;
    }

    /** Tells whether another try is allowed after the failures so far. */
    boolean exhausted() {
        return !options.enabled() || (options.maxAttempts() > 0 && failures >= options.maxAttempts());
    }

    /** Counts a failure and returns how long to wait before the next try, in nanoseconds. */
    long nextDelayNanos() {
        double bound = options.initialDelay().toNanos() * Math.pow(options.multiplier(), failures);
        failures++;
        long max = options.maxDelay().toNanos();
        long capped = bound >= max ? max : (long) bound;
        return random.nextLong(capped + 1);
    }
}
