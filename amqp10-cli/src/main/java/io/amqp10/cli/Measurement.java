package io.amqp10.cli;

import io.amqp10.Amqp10Exception;
import io.amqp10.Connection;
import io.amqp10.Delivery;
import io.amqp10.Link;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.Sender;
import io.amqp10.TimedOutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Sends from a thread for each sender, counts what comes back, and takes the times. */
final class Measurement implements MessagingHandler {

    /** The time of sending, which each body begins with. */
    static final int STAMP = Long.BYTES;

    private static final long MAX_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};

    /**
     * What to do.
     *
     * @param sends whether we send
     * @param receives whether we receive
     * @param count how many messages at most
     * @param limit how long at most
     * @param size octets of each body
     * @param rate messages a second over all senders, 0 for any
     * @param durable whether messages are durable
     * @param window messages without outcome for each sender
     */
    record Plan(
            boolean sends,
            boolean receives,
            long count,
            Duration limit,
            int size,
            double rate,
            boolean durable,
            int window) {}

    private final Environment environment;
    private final Plan plan;
    private final Histogram latencies = new ConcurrentHistogram(MAX_NANOS, 3);
    private final AtomicLong tickets = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong firstNanos = new AtomicLong();
    private final AtomicLong lastNanos = new AtomicLong();
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private volatile boolean over;

    Measurement(Environment environment, Plan plan) {
        this.environment = environment;
        this.plan = plan;
    }

    // --- told by the library's threads

    @Override
    public void onMessage(Delivery delivery) {
        long now = System.nanoTime();
        firstNanos.compareAndSet(0, now);
        lastNanos.set(now);
        if (plan.sends) {
            byte[] body = delivery.message().bodyAsBytes();
            if (body != null && body.length >= STAMP) {
                record(now - ByteBuffer.wrap(body).getLong());
            }
        }
        received.incrementAndGet();
    }

    @Override
    public void onConnectionError(Connection connection, Amqp10Exception error) {
        failure.compareAndSet(null, error);
    }

    @Override
    public void onLinkError(Link link, Amqp10Exception error) {
        failure.compareAndSet(null, error);
    }

    @Override
    public void onLinkClosed(Link link) {
        // ours are closed when all is measured
        if (link instanceof Receiver && link.error() == null && !hasAll()) {
            failure.compareAndSet(null, Reception.closedByPeer(link));
        }
    }

    private boolean hasAll() {
        long came = received.get();
        return came >= plan.count || over && plan.sends && came >= sent.get();
    }

    private void record(long nanos) {
        // what was in the queue before has the time of another process
        if (nanos >= 0 && nanos <= MAX_NANOS) {
            latencies.recordValue(nanos);
        }
    }

    // --- on the calling thread

    /** Measures until the plan is fulfilled, somebody stops it, or something fails; returns the figures. */
    Map<String, @Nullable Object> run(List<Sender> senders, Progress progress) {
        long start = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (Sender sender : senders) {
            Thread thread = new Thread(() -> send(sender, senders.size()), "amqp10-bench-" + threads.size());
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        long end = start + plan.limit.toNanos();
        while (!isDone(threads, end)) {
            environment.stop().await(TimeUnit.MILLISECONDS.toNanos(50));
            progress.update(plan.receives ? received.get() : sent.get());
        }
        over = true;
        join(threads);
        long sendingNanos = System.nanoTime() - start;
        awaitRest();
        progress.finish(plan.receives ? received.get() : sent.get());
        RuntimeException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        return figures(start, sendingNanos);
    }

    private boolean isDone(List<Thread> threads, long end) {
        return environment.stop().isRequested()
                || failure.get() != null
                || System.nanoTime() - end >= 0
                || (plan.sends ? threads.stream().noneMatch(Thread::isAlive) : received.get() >= plan.count);
    }

    private static void join(List<Thread> threads) {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What was sent still comes, as long as anything comes. */
    private void awaitRest() {
        if (!plan.sends || !plan.receives) {
            return;
        }
        long before = received.get();
        long since = System.nanoTime();
        while (received.get() < sent.get() && failure.get() == null) {
            if (received.get() != before) {
                before = received.get();
                since = System.nanoTime();
            } else if (System.nanoTime() - since > SILENCE.toNanos()
                    || environment.stop().isRequested()) {
                return;
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Sender sender, int senders) {
        Outcomes outcomes = new Outcomes(environment, plan.window);
        Pace pace = new Pace(plan.rate / senders, environment.stop());
        try {
            while (!over && !environment.stop().isRequested() && tickets.getAndIncrement() < plan.count) {
                pace.await();
                outcomes.awaitRoom();
                if (over || outcomes.isLost()) {
                    break;
                }
                sendOne(sender, outcomes);
            }
            outcomes.finish(Stopping.PATIENCE.multipliedBy(2));
        } catch (CliException | Amqp10Exception e) {
            failure.compareAndSet(null, e);
        }
    }

    private void sendOne(Sender sender, Outcomes outcomes) {
        byte[] body = new byte[plan.size];
        long now = System.nanoTime();
        ByteBuffer.wrap(body).putLong(now);
        Message message = Message.builder().durable(plan.durable).dataBody(body).build();
        while (!over) {
            try {
                var tracker = sender.send(message, Stopping.SLICE);
                sent.incrementAndGet();
                outcomes.follow(tracker);
                if (!plan.receives) {
                    tracker.settlement().thenRun(() -> record(System.nanoTime() - now));
                }
                return;
            } catch (TimedOutException e) {
                if (environment.stop().isRequested()) {
                    return;
                }
            }
        }
    }

    private Map<String, @Nullable Object> figures(long start, long sendingNanos) {
        Map<String, @Nullable Object> figures = new LinkedHashMap<>();
        if (plan.sends) {
            add(figures, "sent", sent.get(), sendingNanos);
        }
        if (plan.receives) {
            long from = plan.sends ? start : firstNanos.get();
            add(figures, "received", received.get(), lastNanos.get() - from);
        }
        if (plan.sends && latencies.getTotalCount() > 0) {
            for (double percentile : PERCENTILES) {
                String name = "latency-ms-p" + (percentile == 99.9 ? "99.9" : Long.toString((long) percentile));
                figures.put(name, latencies.getValueAtPercentile(percentile) / 1e6);
            }
            figures.put("latency-ms-max", latencies.getMaxValue() / 1e6);
        }
        return figures;
    }

    private void add(Map<String, @Nullable Object> figures, String what, long count, long nanos) {
        double seconds = Math.max(nanos, 1) / 1e9;
        figures.put(what, count);
        figures.put(what + "-per-s", count == 0 ? 0.0 : count / seconds);
        figures.put(what + "-mib-per-s", count == 0 ? 0.0 : count * (double) plan.size / seconds / (1 << 20));
    }
}
