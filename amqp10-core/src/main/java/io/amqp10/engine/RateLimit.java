package io.amqp10.engine;

/** Lets so many things happen at once and so many more each second (a token bucket). */
final class RateLimit {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final int burst;
    private final long nanosPerToken;
    private long tokens;
    private long filledNanos;

    RateLimit(int burst, int perSecond, long nowNanos) {
        this.burst = burst;
        nanosPerToken = Math.max(1, NANOS_PER_SECOND / perSecond);
        tokens = burst;
        filledNanos = nowNanos;
    }

    /** Counts one more thing, and tells whether it is within the limit. */
    boolean allows(long nowNanos) {
        if (tokens < burst) {
            long gained = (nowNanos - filledNanos) / nanosPerToken;
            if (gained > 0) {
                tokens = Math.min(burst, tokens + gained);
                filledNanos += gained * nanosPerToken;
            }
        } else {
            filledNanos = nowNanos;
        }
        if (tokens == 0) {
            return false;
        }
        tokens--;
        return true;
    }
}
