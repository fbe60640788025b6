package io.amqp10.benchmarks.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * Measures one client in one workload, in a process of its own: first a warm-up against the raw server, then the window
 * that counts, in the same connection if the raw server is what it is measured against, else in one to the broker.
 */
public final class ClientProcess {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** There is one count for each of many connections: to add them up more often would be seen in the figures. */
    private static final long CROWD_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** A warm-up and a window last until so many messages were done, however slow the client. */
    private static final long MIN_MESSAGES = 20;

    /** How long a warm-up lasts at most, however many messages are left then. */
    private static final long WARM_UP_MILLIS = 20_000;

    /** How often the time of a warm-up passes at most until the compiler is at rest. */
    static final long COMPILER_FACTOR = 15;

    /** Messages a second that a warm-up before fewer of them has: with those the compiler would have its work in the window. */
    private static final long WARM_UP_RATE = 10_000;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private ClientProcess() {}

    /**
     * Measures, and prints one line {@code RESULT key=value ...}.
     *
     * @param arguments those of a {@link Task}
     */
    public static void main(String[] arguments) {
        runAndExit(() -> run(Task.of(arguments)));
    }

    /** Prints the result, or what went wrong, and ends the process. */
    static void runAndExit(Callable<String> measurement) {
        endWithParent();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int status = 0;
        try {
            out.println("RESULT " + measurement.call());
        } catch (Throwable e) {
            e.printStackTrace();
            out.println("ERROR " + e);
            status = 1;
        }
        // Some libraries leave threads behind that are no daemons.
        System.exit(status);
    }

    private static void endWithParent() {
        Thread watch = new Thread(
                () -> {
                    try (InputStream in = System.in) {
                        while (in.read() >= 0) {
                            // Only the end matters.
                        }
                        Runtime.getRuntime().halt(2);
                    } catch (IOException e) {
                        Runtime.getRuntime().halt(2);
                    }
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    /**
     * Measures in this process.
     *
     * @param task what
     * @return {@code key=value} pairs
     * @throws Exception if the client fails
     */
    public static String run(Task task) throws Exception {
        // The first measurement loads classes, which may take longer than a fast client's whole queue.
        Measurement.now(new Meter());
        boolean sameServer = task.warmUp().equals(task.target());
        Load load = task.load();
        boolean slow = load.rate() > 0 && load.rate() < WARM_UP_RATE;
        Window window = task.window();
        long sentBefore = 0;
        if (!sameServer || slow) {
            Load quicker = slow ? load.rate(WARM_UP_RATE) : load;
            try (Run warmUp = new Run(task, quicker, task.warmUp())) {
                warmUp.waitForAll(window.warmUpMessages(), window.warmUpMillis());
                warmUp.stop();
                sentBefore = sameServer ? warmUp.meter.sent() : 0;
            }
        }
        try (Run run = new Run(task, load, task.target())) {
            if (sameServer) {
                run.waitForAll(window.warmUpMessages(), window.warmUpMillis());
            } else {
                run.waitForRest(window);
            }
            run.meter.beginWindow();
            Measurement start = Measurement.now(run.meter);
            run.waitForAny(start.completed() + Math.min(window.messages(), Long.MAX_VALUE / 2), window.millis());
            Measurement end = Measurement.now(run.meter);
            run.meter.endWindow();
            run.stop();
            return result(run.meter, start, end, sentBefore);
        }
    }

    private static String result(Meter meter, Measurement start, Measurement end, long sentBefore) {
        Histogram latencies = meter.latencies();
        return String.format(
                Locale.ROOT,
                "messages=%d nanos=%d cpuNanos=%d allocatedBytes=%d writeCalls=%d totalSent=%d totalCompleted=%d"
                        + " p50Nanos=%d p99Nanos=%d p999Nanos=%d maxNanos=%d",
                end.completed() - start.completed(),
                end.nanos() - start.nanos(),
                end.cpuNanos() - start.cpuNanos(),
                end.allocatedBytesSince(start),
                end.writeCalls() - start.writeCalls(),
                sentBefore + meter.sent(),
                meter.completed(),
                latencies.getValueAtPercentile(50),
                latencies.getValueAtPercentile(99),
                latencies.getValueAtPercentile(99.9),
                latencies.getMaxValue());
    }

    /** One connection that runs the workload on an application thread. */
    private static final class Run implements AutoCloseable {

        final Meter meter = new Meter();
        private final long pollNanos;
        private final ClientUnderTest client;
        private final CompletableFuture<Void> finished = new CompletableFuture<>();

        Run(Task task, Load load, Target target) throws Exception {
            pollNanos = load.connections() > 0 ? CROWD_POLL_NANOS : POLL_NANOS;
            client = task.client().create(load);
            client.connect(target);
            Thread application = new Thread(
                    () -> {
                        try {
                            task.workload().run(client, target.address(), load, meter);
                            finished.complete(null);
                        } catch (Throwable e) {
                            finished.completeExceptionally(e);
                        }
                    },
                    "application");
            application.setDaemon(true);
            application.start();
        }

        /**
         * Waits until the time is over, so many messages are complete and the compiler is at rest, but not for ever for the
         * latter two.
         */
        void waitForAll(long completed, long millis) throws ExecutionException, InterruptedException {
            long start = System.nanoTime();
            long earliest = start + TimeUnit.MILLISECONDS.toNanos(millis);
            long latest = start + TimeUnit.MILLISECONDS.toNanos(Math.max(millis, WARM_UP_MILLIS));
            long atRest = start + TimeUnit.MILLISECONDS.toNanos(millis * COMPILER_FACTOR);
            CompilerWatch compiler = new CompilerWatch(Math.max(1, millis / 2));
            waitWhile(() -> System.nanoTime() < earliest
                    || (!compiler.isAtRest() && System.nanoTime() < atRest)
                    || (meter.completed() < completed && System.nanoTime() < latest)
                    || meter.completed() < MIN_MESSAGES);
        }

        /**
         * Waits until as many messages are complete as are to be skipped, and on until the compiler is at rest: what a broker
         * gives, a few messages at a time, is not what the client was compiled for. Not for ever, and not for more messages
         * than there are.
         */
        void waitForRest(Window window) throws ExecutionException, InterruptedException {
            waitForAny(window.skip(), WARM_UP_MILLIS);
            long latest = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WARM_UP_MILLIS);
            CompilerWatch compiler = new CompilerWatch(Math.max(1, window.warmUpMillis() / 2));
            waitWhile(() ->
                    meter.completed() < window.skipAtMost() && System.nanoTime() < latest && !compiler.isAtRest());
        }

        /** Waits until the time is over or so many messages are complete. */
        void waitForAny(long completed, long millis) throws ExecutionException, InterruptedException {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            long atLeast = meter.completed() + MIN_MESSAGES;
            waitWhile(
                    () -> meter.completed() < Math.min(completed, System.nanoTime() < end ? Long.MAX_VALUE : atLeast));
        }

        private void waitWhile(BooleanSupplier condition) throws ExecutionException, InterruptedException {
            long giveUpAt = System.nanoTime() + PATIENCE_NANOS;
            while (condition.getAsBoolean()) {
                if (System.nanoTime() > giveUpAt) {
                    throw new IllegalStateException("only " + meter.completed() + " messages came through");
                }
                if (finished.isDone()) {
                    finished.get();
                    throw new IllegalStateException("the workload ended by itself");
                }
                TimeUnit.NANOSECONDS.sleep(pollNanos);
            }
        }

        void stop() throws Exception {
            meter.stop();
            finished.get(90, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
