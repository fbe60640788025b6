package io.amqp10.benchmarks.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Measures one client in one workload, in a process of its own: first a warm-up against the raw server, then the window
 * that counts, in the same connection if the raw server is what it is measured against, else in one to the broker.
 */
public final class ClientProcess {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** A warm-up and a window last until so many messages were done, however slow the client. */
    private static final long MIN_MESSAGES = 20;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private ClientProcess() {}

    /**
     * What to measure.
     *
     * @param client which library
     * @param workload what it does
     * @param warmUpPort the raw server's port
     * @param port the port of what is measured against
     * @param address the address there
     * @param bodyBytes the size of a message's body
     * @param warmUpMillis how long to warm up
     * @param millis how long the window is at most
     * @param messages how many messages it has at most
     * @param skip how many messages are done before the window begins, if there is a connection of its own for it
     */
    public record Task(
            ClientKind client,
            Workload workload,
            int warmUpPort,
            int port,
            String address,
            int bodyBytes,
            long warmUpMillis,
            long millis,
            long messages,
            long skip) {

        /**
         * Returns this as a command line.
         *
         * @return the arguments of {@link ClientProcess#main}
         */
        public String[] toArguments() {
            return new String[] {
                client.name(),
                workload.name(),
                "" + warmUpPort,
                "" + port,
                address,
                "" + bodyBytes,
                "" + warmUpMillis,
                "" + millis,
                "" + messages,
                "" + skip
            };
        }

        static Task of(String[] arguments) {
            return new Task(
                    ClientKind.valueOf(arguments[0]),
                    Workload.valueOf(arguments[1]),
                    Integer.parseInt(arguments[2]),
                    Integer.parseInt(arguments[3]),
                    arguments[4],
                    Integer.parseInt(arguments[5]),
                    Long.parseLong(arguments[6]),
                    Long.parseLong(arguments[7]),
                    Long.parseLong(arguments[8]),
                    Long.parseLong(arguments[9]));
        }
    }

    /**
     * Measures, and prints one line {@code RESULT key=value ...}.
     *
     * @param arguments those of a {@link Task}
     * @throws Exception if the client fails
     */
    public static void main(String[] arguments) throws Exception {
        endWithParent();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int status = 0;
        try {
            out.println("RESULT " + run(Task.of(arguments)));
        } catch (Throwable e) {
            e.printStackTrace();
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
        boolean sameServer = task.warmUpPort() == task.port();
        if (!sameServer) {
            try (Run warmUp = new Run(task, task.warmUpPort(), task.workload().sinkAddress())) {
                warmUp.waitFor(task.warmUpMillis(), Long.MAX_VALUE);
                warmUp.stop();
            }
        }
        try (Run run = new Run(task, task.port(), task.address())) {
            if (sameServer) {
                run.waitFor(task.warmUpMillis(), Long.MAX_VALUE);
            } else {
                run.waitFor(TimeUnit.SECONDS.toMillis(30), task.skip());
            }
            run.meter.record(true);
            Measurement start = Measurement.now(run.meter);
            run.waitFor(task.millis(), start.completed() + Math.min(task.messages(), Long.MAX_VALUE / 2));
            Measurement end = Measurement.now(run.meter);
            run.meter.record(false);
            run.stop();
            return result(run.meter, start, end);
        }
    }

    private static String result(Meter meter, Measurement start, Measurement end) {
        Histogram latencies = meter.latencies();
        return String.format(
                Locale.ROOT,
                "messages=%d nanos=%d cpuNanos=%d allocatedBytes=%d writeCalls=%d totalSent=%d totalCompleted=%d"
                        + " p50Nanos=%d p99Nanos=%d maxNanos=%d",
                end.completed() - start.completed(),
                end.nanos() - start.nanos(),
                end.cpuNanos() - start.cpuNanos(),
                end.allocatedBytesSince(start),
                end.writeCalls() - start.writeCalls(),
                meter.sent(),
                meter.completed(),
                latencies.getValueAtPercentile(50),
                latencies.getValueAtPercentile(99),
                latencies.getMaxValue());
    }

    /** One connection that runs the workload on an application thread. */
    private static final class Run implements AutoCloseable {

        final Meter meter = new Meter();
        private final ClientUnderTest client;
        private final CompletableFuture<Void> finished = new CompletableFuture<>();

        Run(Task task, int port, String address) throws Exception {
            client = task.client().create(task.bodyBytes());
            client.connect(port);
            Thread application = new Thread(
                    () -> {
                        try {
                            task.workload().run(client, address, meter);
                            finished.complete(null);
                        } catch (Throwable e) {
                            finished.completeExceptionally(e);
                        }
                    },
                    "application");
            application.setDaemon(true);
            application.start();
        }

        /** Waits until the time is over or so many messages are complete. */
        void waitFor(long millis, long completed) throws ExecutionException, InterruptedException {
            long start = System.nanoTime();
            long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
            long atLeast = meter.completed() + MIN_MESSAGES;
            while (meter.completed() < Math.min(completed, System.nanoTime() < end ? Long.MAX_VALUE : atLeast)) {
                if (System.nanoTime() - start > PATIENCE_NANOS) {
                    throw new IllegalStateException("only " + meter.completed() + " messages came through");
                }
                if (finished.isDone()) {
                    finished.get();
                    throw new IllegalStateException("the workload ended by itself");
                }
                TimeUnit.NANOSECONDS.sleep(POLL_NANOS);
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
