package io.amqp10.benchmarks.client;

import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Measures what the first so many messages of a connection cost, in a process of its own. */
public final class GrowthProcess {

    private static final int BODY_BYTES = 256;

    /** Few messages are done again, each time in a new connection, until there were so many: processor time has steps of 10 ms. */
    private static final long AT_LEAST = 3_000_000;

    /** So many a second are done at least, however slow the machine. */
    private static final long SLOWEST_RATE = 20_000;

    private final String uri;
    private final Workload workload;
    private final byte[] body = Bodies.ofSize(BODY_BYTES);
    private long nanos;
    private long cpuNanos;
    private long allocatedBytes;
    private long writeCalls;
    private long done;
    private long sent;

    private GrowthProcess(int port, Workload workload) {
        this.uri = "amqp://127.0.0.1:" + port;
        this.workload = workload;
    }

    /**
     * Measures, and prints one line {@code RESULT key=value ...}.
     *
     * @param arguments the raw server's port, the workload, how many messages each connection has, how many warm up at least, and for
     *     how long
     */
    public static void main(String[] arguments) {
        ClientProcess.runAndExit(() -> run(
                Integer.parseInt(arguments[0]),
                Workload.valueOf(arguments[1]),
                Long.parseLong(arguments[2]),
                Long.parseLong(arguments[3]),
                Long.parseLong(arguments[4])));
    }

    /**
     * Measures in this process.
     *
     * @param port the raw server's
     * @param workload sending or receiving
     * @param messages how many each connection has
     * @param warmUpMessages how many others have before at least
     * @param warmUpMillis how long the compiler is to be at rest, twice over
     * @return {@code key=value} pairs
     * @throws Exception if a message is lost
     */
    static String run(int port, Workload workload, long messages, long warmUpMessages, long warmUpMillis)
            throws Exception {
        GrowthProcess warmUp = new GrowthProcess(port, workload);
        GrowthProcess measured = new GrowthProcess(port, workload);
        try (Container container = Container.create()) {
            warmUp.warmUp(container, Math.min(messages, warmUpMessages), warmUpMessages, warmUpMillis);
            long least = Math.min(AT_LEAST, Math.max(messages, 10 * warmUpMessages));
            while (measured.done < least) {
                measured.connection(container, messages);
            }
        }
        return String.format(
                Locale.ROOT,
                "messages=%d nanos=%d cpuNanos=%d allocatedBytes=%d writeCalls=%d totalSent=%d totalCompleted=%d",
                measured.done,
                measured.nanos,
                measured.cpuNanos,
                measured.allocatedBytes,
                measured.writeCalls,
                warmUp.sent + measured.sent,
                warmUp.done + measured.done);
    }

    /** Goes on until the compiler is at rest: else those who have few messages would mostly have its work. */
    private void warmUp(Container container, long messages, long atLeast, long millis) throws Exception {
        long giveUpAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis * ClientProcess.COMPILER_FACTOR);
        CompilerWatch compiler = new CompilerWatch(Math.max(1, millis / 2));
        do {
            connection(container, messages);
        } while (done < atLeast || (!compiler.isAtRest() && System.nanoTime() < giveUpAt));
    }

    private void connection(Container container, long messages) throws Exception {
        Connection connection = container.connect(uri).awaitOpen();
        if (workload == Workload.SEND) {
            send(connection, messages);
        } else {
            receive(connection, messages);
        }
        connection.close();
    }

    private void send(Connection connection, long messages) throws Exception {
        Sender sender = connection.openSender("sink").awaitOpen();
        CompletableFuture<Measurement> end = new CompletableFuture<>();
        long[] outcomes = new long[1];
        Measurement start = Measurement.now(new Meter());
        for (long i = 0; i < messages; i++) {
            sender.send(Message.of(body)).settlement().whenComplete((outcome, error) -> {
                if (error != null) {
                    end.completeExceptionally(error);
                } else if (!outcome.isAccepted()) {
                    end.completeExceptionally(new IllegalStateException("not accepted: " + outcome));
                } else if (++outcomes[0] == messages) {
                    measure(end);
                }
            });
        }
        sent += messages;
        add(start, await(end, messages), messages);
        sender.close();
    }

    private void receive(Connection connection, long messages) throws Exception {
        CompletableFuture<Measurement> start = new CompletableFuture<>();
        CompletableFuture<Measurement> end = new CompletableFuture<>();
        MessagingHandler handler = new MessagingHandler() {

            private long received;

            @Override
            public void onMessage(Delivery delivery) {
                if (received == 0) {
                    measure(start);
                }
                if (delivery.message().bodyAsBytes().length != BODY_BYTES) {
                    end.completeExceptionally(new IllegalStateException("not the body that was sent"));
                }
                if (++received == messages) {
                    measure(end);
                }
            }
        };
        Receiver receiver = connection
                .openReceiver(ReceiverOptions.of("source/" + BODY_BYTES)
                        .creditWindow(ClientUnderTest.CREDIT_WINDOW)
                        .handler(handler))
                .awaitOpen();
        Measurement last = await(end, messages);
        add(start.join(), last, messages);
        receiver.close();
    }

    private static void measure(CompletableFuture<Measurement> to) {
        try {
            to.complete(Measurement.now(new Meter()));
        } catch (IOException e) {
            to.completeExceptionally(e);
        }
    }

    private static Measurement await(CompletableFuture<Measurement> end, long messages)
            throws ExecutionException, InterruptedException, TimeoutException {
        return end.get(60 + messages / SLOWEST_RATE, TimeUnit.SECONDS);
    }

    private void add(Measurement start, Measurement end, long messages) {
        nanos += end.nanos() - start.nanos();
        cpuNanos += end.cpuNanos() - start.cpuNanos();
        allocatedBytes += end.allocatedBytesSince(start);
        writeCalls += end.writeCalls() - start.writeCalls();
        done += messages;
    }
}
