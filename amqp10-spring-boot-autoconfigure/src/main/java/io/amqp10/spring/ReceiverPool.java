package io.amqp10.spring;

import io.amqp10.Delivery;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Keeps receivers that are not in use for the next use; beyond the limit, those unused the longest are closed. */
final class ReceiverPool {

    private final Function<ReceiverOptions, Receiver> opener;
    private final int limit;
    private final TemplateThreads threads;
    private final UnaryOperator<ReceiverOptions> customizer;
    private final ReentrantLock lock = new ReentrantLock();

    /** The one unused the longest first. */
    private final ArrayDeque<PulledReceiver> idle = new ArrayDeque<>();

    private boolean closed;

    ReceiverPool(
            Function<ReceiverOptions, Receiver> opener,
            int limit,
            TemplateThreads threads,
            UnaryOperator<ReceiverOptions> customizer) {
        this.opener = opener;
        this.limit = limit;
        this.threads = threads;
        this.customizer = customizer;
    }

    /**
     * A wait for a message.
     *
     * @param delivery completes with the message, or with null when there is none in time
     * @param cancel ends the wait: what still comes is given back
     */
    record Pull(CompletableFuture<@Nullable Delivery> delivery, Runnable cancel) {}

    /** Takes a message. */
    Pull receive(String address, Duration timeout, Duration openTimeout) {
        PulledReceiver present = takeIdle(address);
        PulledReceiver receiver = present != null ? present : new PulledReceiver(opener, address, threads, customizer);
        CompletableFuture<@Nullable Delivery> result = receiver.receive(timeout, openTimeout);
        // who waits for this finds the receiver in its place again
        return new Pull(result.whenComplete((delivery, error) -> giveBack(receiver)), () -> receiver.cancel(result));
    }

    private @Nullable PulledReceiver takeIdle(String address) {
        lock.lock();
        try {
            for (Iterator<PulledReceiver> newestFirst = idle.descendingIterator(); newestFirst.hasNext(); ) {
                PulledReceiver receiver = newestFirst.next();
                if (!receiver.isUsable()) {
                    newestFirst.remove();
                    receiver.close();
                } else if (receiver.address().equals(address)) {
                    newestFirst.remove();
                    return receiver;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(PulledReceiver receiver) {
        PulledReceiver surplus = receiver;
        lock.lock();
        try {
            if (!closed && receiver.isUsable()) {
                idle.addLast(receiver);
                surplus = idle.size() > limit ? idle.pollFirst() : null;
            }
        } finally {
            lock.unlock();
        }
        if (surplus != null) {
            surplus.close();
        }
    }

    int size() {
        lock.lock();
        try {
            return idle.size();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            idle.forEach(PulledReceiver::close);
            idle.clear();
        } finally {
            lock.unlock();
        }
    }
}
