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
    private final int limit;
    private final Consumer<Arrival> work;
    private final Queue<Arrival> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger active = new AtomicInteger();

    /**
     * Makes workers.
     *
     * @param executor gives threads
     * @param limit at most how many
     * @param work what to do; must not throw
     */
    Workers(Executor executor, int limit, Consumer<Arrival> work) {
        this.executor = executor;
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
                } catch (RejectedExecutionException e) {
                    active.decrementAndGet();
                    LOG.warn("no thread for a listener: {} messages wait for its executor", queue.size(), e);
                }
                return;
            }
            present = active.get();
        }
    }

    @Override
    public void run() {
        try {
            for (Arrival arrival = queue.poll(); arrival != null; arrival = queue.poll()) {
                work.accept(arrival);
            }
        } finally {
            active.decrementAndGet();
        }
        if (!queue.isEmpty()) {
            wake(); // something came after the last look
        }
    }
}
