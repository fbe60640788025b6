package io.amqp10.spring.listener;

import io.amqp10.ClosedException;
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
 * when there is work and given back when there is none. Work that goes on elsewhere after its thread came back counts until
 * it is over.
 */
final class Workers implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    private final Executor executor;
    private final Executor later;
    private final int limit;
    private final Work work;
    private final Runnable giveBack = this::giveBackPlace;
    private final Queue<Arrival> queue = new ConcurrentLinkedQueue<>();

    /** Threads that were asked for or run. */
    private final AtomicInteger active = new AtomicInteger();

    /**
     * How many arrivals may be begun with; a thread keeps the place of one that is over for the next. Who gives one back
     * looks at the queue afterwards.
     */
    private final AtomicInteger free;

    /** What is done with an arrival. */
    @FunctionalInterface
    interface Work {

        /**
         * Begins with an arrival; must not throw.
         *
         * @param arrival what arrived
         * @param over is to be called when the work is over, which may be later and on another thread
         */
        void begin(Arrival arrival, Runnable over);
    }

    /**
     * Makes workers.
     *
     * @param executor gives threads
     * @param later runs something after a while, for when the executor has no thread now
     * @param limit at most how many
     * @param work what to do
     */
    Workers(Executor executor, Executor later, int limit, Work work) {
        this.executor = executor;
        this.later = later;
        this.limit = limit;
        this.free = new AtomicInteger(limit);
        this.work = work;
    }

    void add(Arrival arrival) {
        queue.add(arrival);
        wakeIfNeeded();
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
        } catch (RejectedExecutionException | ClosedException e) {
            LOG.debug("the container was closed: the peer delivers the messages again", e);
        }
    }

    private void wakeIfNeeded() {
        if (free.get() > 0 && !queue.isEmpty()) {
            wake();
        }
    }

    @Override
    public void run() {
        boolean placed = false;
        try {
            while (placed || acquired()) {
                placed = true;
                Arrival arrival = queue.poll();
                if (arrival == null) {
                    break;
                }
                placed = begin(arrival);
                clearInterrupt();
            }
        } finally {
            if (placed) {
                free.incrementAndGet();
            }
            active.decrementAndGet();
            wakeIfNeeded(); // something came, or work elsewhere was over, after the last look
        }
    }

    private boolean acquired() {
        for (int present = free.get(); present > 0; present = free.get()) {
            if (free.compareAndSet(present, present - 1)) {
                return true;
            }
        }
        return false;
    }

    /** Begins with an arrival on a thread that has a place, and tells whether the thread still has it afterwards. */
    private boolean begin(Arrival arrival) {
        arrival.begins(giveBack);
        try {
            work.begin(arrival, arrival);
        } catch (Throwable e) {
            arrival.run();
            throw e;
        }
        return arrival.isOverForThread();
    }

    private void giveBackPlace() {
        free.incrementAndGet();
        wakeIfNeeded();
    }

    /** A listener that was interrupted in its waiting says so by the flag, which must not disturb the next message. */
    private static void clearInterrupt() {
        if (Thread.interrupted()) {
            LOG.debug("a listener left its thread interrupted");
        }
    }
}
