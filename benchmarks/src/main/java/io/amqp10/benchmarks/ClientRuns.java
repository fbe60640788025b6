package io.amqp10.benchmarks;

import com.sun.management.UnixOperatingSystemMXBean;
import io.amqp10.benchmarks.client.ClientKind;
import io.amqp10.benchmarks.client.ClientProcess;
import io.amqp10.benchmarks.client.GrowthProcess;
import io.amqp10.benchmarks.client.IdleProcess;
import io.amqp10.benchmarks.client.Load;
import io.amqp10.benchmarks.client.Target;
import io.amqp10.benchmarks.client.Task;
import io.amqp10.benchmarks.client.Window;
import io.amqp10.benchmarks.client.Workload;
import io.amqp10.benchmarks.raw.RawClient;
import io.amqp10.benchmarks.raw.RawServer;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Measures clients, each in a process of its own, and refuses figures that the server's counts contradict. */
final class ClientRuns {

    /** The heap of every client. */
    static final String CLIENT_HEAP = "1g";

    private static final String DIRECT = "of them direct";
    private static final long QUICK_QUEUE_MESSAGES = 20_000;
    private static final long BROKER_MESSAGE_MILLIS = 1_000;
    private static final long BROKER_REQUEST_MILLIS = 6_000;

    /** So long that the slowest rate has thousands of latencies. */
    private static final long PACED_MILLIS = 4_000;

    /** A client that takes longer hangs. */
    private static final long LIMIT_SECONDS = 150;

    private static final Path THIS_JDK = Path.of(System.getProperty("java.home"));
    private static final long SLOWEST_RATE = 20_000;
    private static final long IDLE_SECONDS = 12;

    /** How many files a process has open beside its connections, at most. */
    private static final int OTHER_FILES = 300;

    private static final long REQUESTS_TO_SKIP = 200;

    /** A warm-up on a broker has at most so many times the messages of a window. */
    private static final long WARM_UPS = 3;

    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Options options;
    private final Peers peers;
    private final PrintStream progress;
    private final Set<Broker> warm = new HashSet<>();

    ClientRuns(Options options, Peers peers, PrintStream progress) {
        this.options = options;
        this.peers = peers;
        this.progress = progress;
    }

    /** Measures against the raw server. */
    Map<String, Double> againstSink(ClientKind client, Workload workload, Load load, boolean tls) throws IOException {
        return againstSink(THIS_JDK, client, workload, load, tls);
    }

    /** Measures against the raw server, the client running in a JDK. */
    Map<String, Double> againstSink(Path jdk, ClientKind client, Workload workload, Load load, boolean tls)
            throws IOException {
        JavaProcess.Server sink = tls ? peers.tlsSink() : load.connections() > 0 ? peers.crowdSink() : peers.sink();
        String address = workload.sinkAddress(load.bodyBytes());
        Target target = tls ? new Target(sink.port(), address, peers.store()) : Target.of(sink.port(), address);
        sink.ask("reset");
        Pairs run = measure(jdk, new Task(client, workload, load, target, target, window(workload, load)));
        Pairs seen = statsWhenIdle(sink);
        check("errors of the protocol", seen.get("errors"), 0);
        long sent = run.get("totalSent") + (workload == Workload.RECEIVE ? 0 : load.unsettled());
        check("messages at the sink", seen.get("deliveriesIn"), sent);
        Map<String, Double> figures = figures(run, workload);
        if (workload == Workload.RECEIVE) {
            long accepted = seen.get("acceptedIn");
            if (accepted < run.get("totalCompleted")) {
                throw new IllegalStateException(
                        "accepted were " + accepted + " of " + run.get("totalCompleted") + " messages");
            }
            figures.put(Figures.DISPOSITIONS, 1000.0 * seen.get("dispositionFramesIn") / accepted);
        }
        return figures;
    }

    private static Pairs statsWhenIdle(JavaProcess.Server sink) throws IOException {
        Pairs seen = sink.ask("stats");
        long giveUpAt = System.nanoTime() + CLOSE_NANOS;
        while (seen.get("connections") > 0 && System.nanoTime() < giveUpAt) {
            seen = sink.ask("stats");
        }
        return seen;
    }

    /** Measures what each of the first so many messages of a connection costs. */
    Map<String, Double> firstMessages(Workload workload, long messages) throws IOException {
        JavaProcess.Server sink = peers.sink();
        sink.ask("reset");
        long warmUp = options.quick()
                ? QUICK_QUEUE_MESSAGES
                : Load.of(options.bodyBytes()).warmUpMessages(workload);
        try (JavaProcess process = JavaProcess.start(
                CLIENT_HEAP,
                GrowthProcess.class,
                "" + sink.port(),
                workload.name(),
                "" + messages,
                "" + warmUp,
                "" + options.warmUpMillis())) {
            process.endAfter(LIMIT_SECONDS + messages / SLOWEST_RATE);
            Pairs run = Pairs.parse(process.lineAfter("RESULT "));
            Pairs seen = statsWhenIdle(sink);
            check("messages at the sink", seen.get("deliveriesIn"), run.get("totalSent"));
            return figures(run, workload);
        }
    }

    /** Measures what connections that do nothing take. */
    Map<String, Double> idle(int connections) throws IOException {
        long files =
                ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getMaxFileDescriptorCount();
        if (files < connections + OTHER_FILES) {
            throw new IllegalStateException("a process may have only " + files + " files open; see ulimit -n");
        }
        JavaProcess.Server sink = peers.crowdSink();
        long seconds = options.quick() ? 1 : IDLE_SECONDS;
        try (JavaProcess process =
                JavaProcess.start(CLIENT_HEAP, IdleProcess.class, "" + sink.port(), "" + connections, "" + seconds)) {
            process.endAfter(LIMIT_SECONDS);
            process.lineAfter("IDLE ");
            sink.ask("reset");
            Pairs run = Pairs.parse(process.lineAfter("RESULT "));
            Pairs seen = sink.ask("stats");
            // One that warmed up is there as well, and wakes up as the others do.
            double open = run.get("open");
            check("connections that are open", seen.get("connections"), (long) open);
            Map<String, Double> figures = new LinkedHashMap<>();
            double number = connections;
            double heartbeats = seconds * 1_000.0 / RawServer.HEARTBEAT_MILLIS;
            figures.put(Figures.CONNECTION_BYTES, (run.get("heap") + run.get("direct")) / number);
            figures.put(DIRECT, run.get("direct") / number);
            figures.put(Figures.SENDER_BYTES, run.get("sender") / number);
            figures.put(DIRECT + " of a sender", run.get("senderDirect") / number);
            figures.put(Figures.RECEIVER_BYTES, run.get("receiver") / number);
            figures.put(DIRECT + " of a receiver", run.get("receiverDirect") / number);
            figures.put("heartbeats/connection and second", seen.get("heartbeatsIn") / open / seconds);
            figures.put(Figures.WAKE_UPS, run.get("wakeUps") / open / heartbeats);
            figures.put("wake-ups/s", (double) run.get("wakeUps") / seconds);
            figures.put("CPU ms/s", run.get("idleCpuNanos") / 1e6 / seconds);
            return figures;
        } finally {
            statsWhenIdle(sink);
        }
    }

    private Window window(Workload workload, Load load) {
        return new Window(
                options.quick() ? 1 : load.warmUpMessages(workload),
                options.warmUpMillis(),
                workload == Workload.PACED && !options.quick()
                        ? Math.max(PACED_MILLIS, options.windowMillis())
                        : options.windowMillis(),
                options.messages(),
                0,
                0);
    }

    /** Measures against a broker; the warm-up is against the raw server, and goes on with the broker. */
    Map<String, Double> againstBroker(Broker broker, ClientKind client, Workload workload, Load load)
            throws IOException {
        if (warm.add(broker)) {
            warmUp(broker, load);
        }
        return onQueue(broker, client, workload, load, options.windowMillis());
    }

    /**
     * Has a broker compile its code. Else the first client has its requests answered by code that is still interpreted, so
     * that its latencies are many times those of the next.
     */
    private void warmUp(Broker broker, Load load) throws IOException {
        progress.println("the broker warms up");
        for (Workload workload : List.of(Workload.SEND, Workload.RECEIVE, Workload.REQUEST_REPLY)) {
            for (ClientKind client : List.of(ClientKind.AMQP10, ClientKind.PROTONJ2)) {
                long millis = workload == Workload.REQUEST_REPLY ? BROKER_REQUEST_MILLIS : BROKER_MESSAGE_MILLIS;
                try {
                    onQueue(broker, client, workload, load, options.quick() ? options.windowMillis() : millis);
                } catch (IOException | IllegalStateException e) {
                    // Who fails here will fail again, and be noted, when it is measured.
                    progress.println("warm-up with " + client.title() + ", " + workload.title() + ": " + e);
                }
            }
        }
    }

    private Map<String, Double> onQueue(Broker broker, ClientKind client, Workload workload, Load load, long millis)
            throws IOException {
        String queue = "benchmark-" + System.nanoTime();
        String address = broker.declare(queue);
        Pairs run;
        long left;
        try {
            run = onAddress(broker, address, client, workload, load, millis);
        } finally {
            left = broker.delete(queue);
        }
        if (left >= 0 && (workload == Workload.SEND || workload == Workload.SEND_SETTLED)) {
            check("messages in the queue", left, run.get("totalSent"));
        }
        return figures(run, workload);
    }

    private Pairs onAddress(Broker broker, String address, ClientKind client, Workload workload, Load load, long millis)
            throws IOException {
        long counted = options.quick() ? QUICK_QUEUE_MESSAGES : broker.queueMessages();
        // The rest is for what comes while the window ends, so that the queue does not run dry in it.
        long skip = workload == Workload.REQUEST_REPLY ? REQUESTS_TO_SKIP : counted / 10;
        long warmUp = options.quick() ? 0 : counted * WARM_UPS;
        Window sinkWindow = window(workload, load);
        Window window = new Window(
                sinkWindow.warmUpMessages(),
                sinkWindow.warmUpMillis(),
                millis,
                Math.min(options.messages(), counted * 7 / 10),
                skip,
                skip + warmUp);
        if (workload == Workload.RECEIVE) {
            try (RawClient filler = new RawClient(load.bodyBytes())) {
                filler.connect(Target.of(broker.port(), address));
                filler.fill(address, warmUp + counted);
            }
        }
        Target sink = Target.of(peers.sink().port(), workload.sinkAddress(load.bodyBytes()));
        return measure(THIS_JDK, new Task(client, workload, load, sink, Target.of(broker.port(), address), window));
    }

    /** A broker that queues are made and deleted on. */
    interface Broker {

        int port();

        /** How many messages a queue is filled with for a window, which has fewer; there are more for the warm-up. */
        long queueMessages();

        /** Makes a queue and returns its address. */
        String declare(String queue) throws IOException;

        /** Deletes a queue and returns how many messages it had, or -1 if that is not known. */
        long delete(String queue) throws IOException;
    }

    private static void check(String what, long actual, long expected) {
        if (actual != expected) {
            throw new IllegalStateException(what + ": " + actual + " instead of " + expected);
        }
    }

    private static Pairs measure(Path jdk, Task task) throws IOException {
        try (JavaProcess process = task.client().isNative()
                ? NativeClient.start(task)
                : JavaProcess.start(
                        jdk, CLIENT_HEAP, task.client().jvmOptions(), ClientProcess.class, task.toArguments())) {
            process.endAfter(LIMIT_SECONDS);
            return Pairs.parse(process.lineAfter("RESULT "));
        }
    }

    private static Map<String, Double> figures(Pairs run, Workload workload) {
        double messages = run.get("messages");
        if (messages == 0) {
            throw new IllegalStateException("no message in the window");
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(Figures.CPU, run.get("cpuNanos") / messages / 1_000);
        if (run.has("allocatedBytes")) {
            figures.put(Figures.BYTES, run.get("allocatedBytes") / messages);
            figures.put(Figures.WRITES, 1_000 * run.get("writeCalls") / messages);
        }
        figures.put("messages/s", messages * TimeUnit.SECONDS.toNanos(1) / run.get("nanos"));
        if (workload.hasLatencies()) {
            figures.put(Figures.P50, run.get("p50Nanos") / 1e3);
            figures.put(Figures.P99, run.get("p99Nanos") / 1e3);
            figures.put("p99.9 us", run.get("p999Nanos") / 1e3);
            figures.put("max us", run.get("maxNanos") / 1e3);
        }
        return figures;
    }
}
