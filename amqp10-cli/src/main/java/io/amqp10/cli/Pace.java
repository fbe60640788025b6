package io.amqp10.cli;

/** Holds a stream of messages to a rate. A pause is not made up for, so that nothing comes in bursts. */
final class Pace {

    private final long intervalNanos;
    private final StopSignal stop;
    private long next;
    private boolean started;

    /**
     * Starts at once.
     *
     * @param perSecond how many a second, 0 for as many as can be
     */
    Pace(double perSecond, StopSignal stop) {
        if (perSecond < 0) {
            throw CliException.usage("--rate must be positive");
        }
        this.intervalNanos = perSecond == 0 ? 0 : (long) (1e9 / perSecond);
        this.stop = stop;
    }

    /** Waits for the next one's time. */
    void await() {
        if (intervalNanos == 0) {
            return;
        }
        long now = System.nanoTime();
        if (!started) {
            started = true;
            next = now;
        }
        if (next - now > 0) {
            stop.await(next - now);
        } else if (now - next > 1_000_000_000L) {
            next = now;
        }
        next += intervalNanos;
    }
}
