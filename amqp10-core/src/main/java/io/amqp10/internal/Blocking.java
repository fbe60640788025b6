package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.transport.EventLoops;
import io.amqp10.transport.EventLoops.Parking;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.ThreadExecutorMap;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What all methods that wait have in common. */
final class Blocking {

    /** What a busy machine may need until its threads run, which has nothing to do with the peer. */
    private static final Duration FOR_THREADS = Duration.ofSeconds(20);

    private Blocking() {}

    /** Refuses to wait on an I/O thread, which would wait for itself. */
    static void check() {
        EventExecutor current = ThreadExecutorMap.currentExecutor();
        if (current != null && current.inEventLoop()) {
            throw new IllegalStateException("an I/O thread must not wait; use the method that returns a future");
        }
    }

    /**
     * Waits for something that an event loop brings; the calling thread may run the loop meanwhile.
     *
     * @param loop null if there is none
     * @param done tells whether it is there
     * @param otherwise waits as threads do that run no loop
     * @throws InterruptedException if the thread is interrupted
     */
    static void await(@Nullable EventLoop loop, BooleanSupplier done, long nanos, Parking otherwise)
            throws InterruptedException {
        // What runs on the loop asks whether it is on the thread of a handler.
        if (loop != null && SerialDispatcher.current() == null) {
            EventLoops.await(loop, done, nanos, otherwise);
        } else {
            otherwise.await(nanos);
        }
    }

    /** Returns a duration in nanoseconds, as many as fit. */
    static long nanos(Duration timeout) {
        return TimeUnit.NANOSECONDS.convert(timeout);
    }

    /** Returns how long to wait for what ends by itself after at most three steps that each take the close time-out. */
    static Duration untilClosed(Duration closeTimeout) {
        try {
            return closeTimeout.multipliedBy(3).plus(FOR_THREADS);
        } catch (ArithmeticException e) {
            return ChronoUnit.FOREVER.getDuration();
        }
    }

    /** Returns what to throw after an interruption, with the thread's flag set again. */
    static Amqp10Exception interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new Amqp10Exception("the thread was interrupted while it waited", cause);
    }
}
