package io.amqp10.engine;

/**
 * When a silent peer is given up, and when we have to say something lest the peer gives us up.
 *
 * @see "AMQP 1.0 §2.4.5"
 */
final class IdleTimeouts {

    private static final long NANOS_PER_MILLI = 1_000_000L;

    /** The peer is told half of what we really wait. */
    private final long patienceNanos;

    /** At most half of what the peer said, 0 if it never gives up. */
    private long heartbeatNanos;

    private long lastReceivedNanos;
    private long lastSentNanos;

    IdleTimeouts(long localMillis, long nowNanos) {
        patienceNanos = 2 * localMillis * NANOS_PER_MILLI;
        lastReceivedNanos = nowNanos;
        lastSentNanos = nowNanos;
    }

    void remote(long remoteMillis) {
        heartbeatNanos = remoteMillis * NANOS_PER_MILLI / 2;
    }

    void received(long nowNanos) {
        lastReceivedNanos = nowNanos;
    }

    void sent(long nowNanos) {
        lastSentNanos = nowNanos;
    }

    boolean isPeerLost(long nowNanos) {
        return patienceNanos > 0 && nowNanos - lastReceivedNanos >= patienceNanos;
    }

    boolean isHeartbeatDue(long nowNanos) {
        return heartbeatNanos > 0 && nowNanos - lastSentNanos >= heartbeatNanos;
    }

    /** Returns in how many nanoseconds the next of both is due, if nothing is sent or received until then. */
    long delay(long nowNanos) {
        long delay = ConnectionEngine.NO_DEADLINE;
        if (patienceNanos > 0) {
            delay = patienceNanos - (nowNanos - lastReceivedNanos);
        }
        if (heartbeatNanos > 0) {
            delay = Math.min(delay, heartbeatNanos - (nowNanos - lastSentNanos));
        }
        return Math.max(1, delay);
    }
}
