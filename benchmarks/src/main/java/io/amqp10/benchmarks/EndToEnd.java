package io.amqp10.benchmarks;

import io.amqp10.benchmarks.broker.ArtemisProcess;
import io.amqp10.benchmarks.client.ClientKind;
import io.amqp10.benchmarks.client.ClientProcess;
import io.amqp10.benchmarks.client.Workload;
import io.amqp10.benchmarks.raw.RawClient;
import io.amqp10.benchmarks.raw.RawServer;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Measures clients against servers, every client in a process of its own, in turn. */
final class EndToEnd {

    /** The heap of every client. */
    static final String CLIENT_HEAP = "1g";

    private static final String SINK_HEAP = "256m";
    private static final String BROKER_HEAP = "2g";

    /** How many messages a queue is filled with at most, and with that the most that a window with a broker has. */
    private static final long QUEUE_MESSAGES = 250_000;

    private static final long QUICK_QUEUE_MESSAGES = 20_000;
    private static final long REQUESTS_TO_SKIP = 200;
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Options options;
    private final PrintStream progress;
    private boolean failed;

    EndToEnd(Options options, PrintStream progress) {
        this.options = options;
        this.progress = progress;
    }

    /** Tells whether something could not be measured; it was reported. */
    boolean hasFailed() {
        return failed;
    }

    List<Result> run() throws IOException {
        List<Result> results = new ArrayList<>();
        try (JavaProcess.Server sink =
                JavaProcess.startServer(SINK_HEAP, RawServer.class, Integer.toString(options.bodyBytes()))) {
            if (options.areas().contains(Options.Area.SINK)) {
                all("sink", results, (client, workload) -> againstSink(sink, client, workload));
            }
            if (options.areas().contains(Options.Area.ARTEMIS)) {
                try (JavaProcess.Server artemis = JavaProcess.startServer(BROKER_HEAP, ArtemisProcess.class)) {
                    all("artemis", results, (client, workload) -> againstArtemis(sink, artemis, client, workload));
                }
            }
        }
        return results;
    }

    /** Measures once. */
    private interface Case {

        Map<String, Double> measure(ClientKind client, Workload workload) throws IOException;
    }

    private void all(String area, List<Result> results, Case measured) {
        for (Workload workload : Workload.values()) {
            Map<ClientKind, Map<String, List<Double>>> rounds = new LinkedHashMap<>();
            for (int round = 1; round <= options.rounds(); round++) {
                for (ClientKind client : options.clients()) {
                    if (client.takesPartIn(workload)) {
                        progress.printf("%s, %s, round %d: %s%n", area, workload.title(), round, client.title());
                        add(measured, client, workload, rounds);
                    }
                }
            }
            rounds.forEach((client, values) -> {
                Map<String, Figure> figures = new LinkedHashMap<>();
                values.forEach((name, ofRounds) -> figures.put(name, new Figure(ofRounds)));
                results.add(new Result(area, workload.title(), client.title(), figures));
            });
        }
    }

    private void add(
            Case measured, ClientKind client, Workload workload, Map<ClientKind, Map<String, List<Double>>> rounds) {
        try {
            Map<String, List<Double>> values = rounds.computeIfAbsent(client, key -> new LinkedHashMap<>());
            measured.measure(client, workload)
                    .forEach((name, value) -> values.computeIfAbsent(name, key -> new ArrayList<>())
                            .add(value));
        } catch (IOException | IllegalStateException e) {
            failed = true;
            progress.printf("FAILED: %s, %s: %s%n", client.title(), workload.title(), e.getMessage());
        }
    }

    private Map<String, Double> againstSink(JavaProcess.Server sink, ClientKind client, Workload workload)
            throws IOException {
        sink.ask("reset");
        Pairs run = measure(client, workload, sink.port(), sink.port(), workload.sinkAddress(), options.messages(), 0);
        Pairs seen = sink.ask("stats");
        long giveUpAt = System.nanoTime() + CLOSE_NANOS;
        while (seen.get("connections") > 0 && System.nanoTime() < giveUpAt) {
            seen = sink.ask("stats");
        }
        check("errors of the protocol", seen.get("errors"), 0);
        check("messages at the sink", seen.get("deliveriesIn"), run.get("totalSent"));
        Map<String, Double> figures = figures(run, workload);
        if (workload == Workload.RECEIVE) {
            long accepted = seen.get("acceptedIn");
            if (accepted < run.get("totalCompleted")) {
                throw new IllegalStateException(
                        "accepted were " + accepted + " of " + run.get("totalCompleted") + " messages");
            }
            figures.put("dispositions/1000", 1000.0 * seen.get("dispositionFramesIn") / accepted);
        }
        return figures;
    }

    private Map<String, Double> againstArtemis(
            JavaProcess.Server sink, JavaProcess.Server artemis, ClientKind client, Workload workload)
            throws IOException {
        String queue = "benchmark-" + System.nanoTime();
        long filled = options.quick() ? QUICK_QUEUE_MESSAGES : QUEUE_MESSAGES;
        // The rest is for what comes while the window ends, so that the queue does not run dry in it.
        long skip = workload == Workload.REQUEST_REPLY ? REQUESTS_TO_SKIP : filled / 10;
        long messages = Math.min(options.messages(), filled * 7 / 10);
        if (workload == Workload.RECEIVE) {
            try (RawClient filler = new RawClient(options.bodyBytes())) {
                filler.connect(artemis.port());
                filler.fill(queue, filled);
            }
        }
        Pairs run = measure(client, workload, sink.port(), artemis.port(), queue, messages, skip);
        Pairs seen = artemis.ask("delete " + queue);
        if (workload == Workload.SEND || workload == Workload.SEND_SETTLED) {
            check("messages in the queue", seen.get("messages"), run.get("totalSent"));
        }
        return figures(run, workload);
    }

    private static void check(String what, long actual, long expected) {
        if (actual != expected) {
            throw new IllegalStateException(what + ": " + actual + " instead of " + expected);
        }
    }

    private Pairs measure(
            ClientKind client, Workload workload, int warmUpPort, int port, String address, long messages, long skip)
            throws IOException {
        ClientProcess.Task task = new ClientProcess.Task(
                client,
                workload,
                warmUpPort,
                port,
                address,
                options.bodyBytes(),
                options.warmUpMillis(),
                options.windowMillis(),
                messages,
                skip);
        try (JavaProcess process = JavaProcess.start(CLIENT_HEAP, ClientProcess.class, task.toArguments())) {
            return Pairs.parse(process.lineAfter("RESULT "));
        }
    }

    private static Map<String, Double> figures(Pairs run, Workload workload) {
        double messages = run.get("messages");
        if (messages == 0) {
            throw new IllegalStateException("no message in the window");
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("messages/s", messages * TimeUnit.SECONDS.toNanos(1) / run.get("nanos"));
        figures.put("CPU us/message", run.get("cpuNanos") / messages / 1_000);
        figures.put("B/message", run.get("allocatedBytes") / messages);
        figures.put("writes/1000", 1_000 * run.get("writeCalls") / messages);
        if (workload == Workload.REQUEST_REPLY) {
            figures.put("p50 us", run.get("p50Nanos") / 1e3);
            figures.put("p99 us", run.get("p99Nanos") / 1e3);
        }
        return figures;
    }
}
