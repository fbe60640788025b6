package io.amqp10.spring.listener;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off what arrives, in the order of arrival, on at most so many threads of an executor at a time. A thread is taken
 * when there is work and given back when there is none.
 */
final class Workers implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    private final Executor executor;
    private final Executor later;
    private final int limit;
    private final Consumer<Arrival> work;
    private final Queue<Arrival> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger active = new AtomicInteger();

    /**
     * Makes workers.
     *
     * @param executor gives threads
     * @param later runs something after a while, for when the executor has no thread now
     * @param limit at most how many
     * @param work what to do; must not throw
     */
    Workers(Executor executor, Executor later, int limit, Consumer<Arrival> work) {
        this.executor = executor;
        this.later = later;
        this.limit = limit;
        this.work = work;
    }

    void add(Arrival arrival) {
        queue.add(arrival);
        wake();
    }

    /** Takes out all that nobody has begun with. */
    void removeAll(Consumer<Arrival> taker) {
        for (Arrival arrival = queue.poll(); arrival != null; arrival = queue.poll()) {
            taker.accept(arrival);
        }
    }

    private void wake() {
        int present = active.get();
        while (present < limit) {
            if (active.compareAndSet(present, present + 1)) {
                try {
                    executor.execute(this);
                } catch (RuntimeException | Error e) {
                    refused(e); // also where the system has no thread left, which is an OutOfMemoryError
                }
                return;
            }
            present = active.get();
        }
    }

    /** Nobody may ever ask again, when all credit is used up by what waits here, so this does. */
    private void refused(Throwable why) {
        if (active.decrementAndGet() > 0) {
            LOG.debug("no further thread for a listener, others work on", why);
            return;
        }
        LOG.warn("no thread for a listener: {} messages wait for its executor: {}", queue.size(), why.toString());
        try {
            later.execute(this::wakeIfNeeded);
        } catch (RejectedExecutionException e) {
            LOG.debug("the container was closed: the peer delivers the messages again", e);
        }
    }

    private void wakeIfNeeded() {
        if (!queue.isEmpty()) {
            wake();
        }
    }

    @Override
    public void run() {
        try {
            for (Arrival arrival = queue.poll(); arrival != null; arrival = queue.poll()) {
                work.accept(arrival);
                clearInterrupt();
            }
        } finally {
            active.decrementAndGet();
            wakeIfNeeded(); // something came after the last look
        }
    }

    /** A listener that was interrupted in its waiting says so by the flag, which must not disturb the next message. */
    private static void clearInterrupt() {
        if (Thread.interrupted()) {
            LOG.debug("a listener left its thread interrupted");
        }
    }
}
