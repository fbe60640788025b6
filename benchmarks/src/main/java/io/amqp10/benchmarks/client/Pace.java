package io.amqp10.benchmarks.client;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Says when each message is to be begun, whatever became of those before: a client that falls behind has the delay in each
 * latency. The time is in the message, so that every client can tell it when the message comes back.
 */
public final class Pace {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long rate;
    private long start;
    private long number;

    /**
     * Makes a pace that begins with the first message.
     *
     * @param rate messages a second
     */
    Pace(long rate) {
        this.rate = rate;
    }

    /**
     * Waits until the next message is due.
     *
     * @return when it is, or was
     */
    long next() {
        if (number == 0) {
            start = System.nanoTime();
        }
        long due = start + number / rate * SECOND + number % rate * SECOND / rate;
        number++;
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return due;
    }

    /** Returns a body that begins with a time. */
    static byte[] stamped(byte[] body, long due) {
        byte[] stamped = body.clone();
        ByteBuffer.wrap(stamped).putLong(due);
        return stamped;
    }

    /** Tells how long ago the time in a body was. */
    static long nanosSince(byte[] body) {
        return System.nanoTime() - ByteBuffer.wrap(body).getLong();
    }
}
