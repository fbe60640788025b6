package io.amqp10.transport;

import io.amqp10.engine.ConnectionEngine;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One timer for a deadline that moves all the time. It is only armed anew when the deadline comes nearer; one that moved
 * away lets the timer go off in vain, once, rather than cost something for each message. Confined to the event loop.
 */
final class LazyTimer {

    /** The deadline may be missed by this much, so that small changes arm nothing anew. */
    private static final long SLACK_NANOS = 1_000_000;

    private final EventLoop loop;
    private final Runnable action;
    private @Nullable Future<?> armed;
    private long atNanos;
    private boolean stopped;

    /**
     * Makes a timer that is not armed.
     *
     * @param action what to do when it goes off; it looks whether anything is due, and arms the timer again
     */
    LazyTimer(EventLoop loop, Runnable action) {
        this.loop = loop;
        this.action = action;
    }

    /**
     * Has the action done after a delay at the latest.
     *
     * @param delayNanos from now, or {@link ConnectionEngine#NO_DEADLINE}
     */
    void arm(long nowNanos, long delayNanos) {
        if (delayNanos == ConnectionEngine.NO_DEADLINE || stopped) {
            return;
        }
        long at = nowNanos + delayNanos;
        Future<?> running = armed;
        if (running != null) {
            if (at - atNanos > -SLACK_NANOS) {
                return;
            }
            running.cancel(false);
        }
        atNanos = at;
        armed = loop.schedule(this::goOff, delayNanos, TimeUnit.NANOSECONDS);
    }

    private void goOff() {
        armed = null;
        action.run();
    }

    void stop() {
        stopped = true;
        Future<?> running = armed;
        armed = null;
        if (running != null) {
            running.cancel(false);
        }
    }
}
