package io.amqp10.spring;

import io.amqp10.LifecycleState;
import io.amqp10.Sender;
import java.util.concurrent.atomic.AtomicInteger;

/** A sender that many use at once and that is closed when nobody does. */
final class CachedSender {

    private static final int RETIRED = -1;

    private final Sender sender;
    private final AtomicInteger uses = new AtomicInteger();
    private volatile long lastUsedNanos;

    CachedSender(Sender sender) {
        this.sender = sender;
        this.lastUsedNanos = System.nanoTime();
    }

    Sender sender() {
        return sender;
    }

    /** Tells whether messages can be given to it. */
    boolean isUsable() {
        LifecycleState state = sender.state();
        return state != LifecycleState.CLOSED && state != LifecycleState.CLOSING && uses.get() != RETIRED;
    }

    /** Begins a use, unless it was retired. Each use is to end by {@link #leave}. */
    boolean enter() {
        int present = uses.get();
        while (present != RETIRED) {
            if (uses.compareAndSet(present, present + 1)) {
                lastUsedNanos = System.nanoTime();
                return true;
            }
            present = uses.get();
        }
        return false;
    }

    void leave() {
        uses.decrementAndGet();
    }

    /** Ends it for good if nobody uses it. */
    boolean retire() {
        return uses.compareAndSet(0, RETIRED);
    }

    boolean isIdle() {
        return uses.get() == 0;
    }

    long lastUsedNanos() {
        return lastUsedNanos;
    }
}
