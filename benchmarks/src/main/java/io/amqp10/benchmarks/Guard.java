package io.amqp10.benchmarks;

import com.sun.management.ThreadMXBean;
import io.amqp10.benchmarks.client.ClientKind;
import io.amqp10.benchmarks.client.Load;
import io.amqp10.benchmarks.client.Workload;
import io.amqp10.benchmarks.codec.Amqp10Codec;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds what does not depend on a machine's speed or load against committed bounds. Load can only add to these figures, so
 * that one which is over its bound is measured again, and the least counts.
 */
final class Guard {

    private static final String BOUNDS = "/bounds.properties";
    private static final int ATTEMPTS = 4;
    private static final int BODY_BYTES = 256;
    private static final int OPERATIONS = 20_000;

    /** Few enough for the files that a process may have open where nobody has raised that. */
    private static final int IDLE_CONNECTIONS = 400;

    private static final int SLICES = 8;

    /** Half a byte per operation is what a whole slice may have from elsewhere, such as the compiler's own business. */
    private static final double TOLERANCE = 0.5;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final PrintStream out;
    private final Map<String, Double> bounds;
    private final Map<String, Double> broken = new LinkedHashMap<>();
    private final Map<String, Double> known = new LinkedHashMap<>();

    Guard(PrintStream out, Map<String, Double> bounds) {
        this.out = out;
        this.bounds = bounds;
    }

    /** Returns the committed bounds. */
    static Map<String, Double> committedBounds() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Guard.class.getResourceAsStream(BOUNDS)) {
            if (in == null) {
                throw new IOException(BOUNDS + " is missing");
            }
            properties.load(in);
        }
        Map<String, Double> bounds = new LinkedHashMap<>();
        new TreeSet<>(properties.stringPropertyNames())
                .forEach(name -> bounds.put(name, Double.valueOf(properties.getProperty(name))));
        return bounds;
    }

    /** Measures all. Returns whether every bound holds. */
    boolean run() throws IOException {
        codec();
        Options options = Options.forGuard();
        try (Peers peers = new Peers(new HashMap<>())) {
            ClientRuns runs = new ClientRuns(options, peers, out);
            messages(runs, Workload.SEND, "send");
            messages(runs, Workload.SEND_SETTLED, "send-settled");
            messages(runs, Workload.RECEIVE, "receive");
            idle(runs);
        }
        return verdict();
    }

    /** Says which bounds are broken. Returns whether none is. */
    boolean verdict() {
        for (String name : bounds.keySet()) {
            if (!known.containsKey(name)) {
                throw new IllegalStateException("there is a bound for " + name + ", which is not measured");
            }
        }
        if (broken.isEmpty()) {
            out.println("guard: all " + known.size() + " figures are within their bounds");
            return true;
        }
        broken.forEach((name, value) -> out.printf(
                "GUARD BROKEN: %s is %s, the bound in benchmarks/src/main/resources/bounds.properties is %s%n",
                name, Figure.number(value), bounds.containsKey(name) ? Figure.number(bound(name)) : "missing"));
        return false;
    }

    private double bound(String name) {
        return bounds.getOrDefault(name, Double.NEGATIVE_INFINITY);
    }

    private void messages(ClientRuns runs, Workload workload, String name) throws IOException {
        Map<String, Double> least = new LinkedHashMap<>();
        for (int attempt = 0; attempt < ATTEMPTS && (attempt == 0 || isOver(least)); attempt++) {
            Map<String, Double> figures = runs.againstSink(ClientKind.AMQP10, workload, Load.of(BODY_BYTES), false);
            merge(least, name + ".bytes", figures.get(Figures.BYTES));
            merge(least, name + ".dispositions", figures.get(Figures.DISPOSITIONS));
        }
        least.forEach(this::hold);
        writes(runs, workload, name + ".writes");
    }

    private void writes(ClientRuns runs, Workload workload, String name) throws IOException {
        Map<String, Double> least = new LinkedHashMap<>();
        for (int attempt = 0; attempt < ATTEMPTS && (attempt == 0 || isOver(least)); attempt++) {
            Map<String, Double> figures = runs.againstSink(ClientKind.AMQP10_NIO, workload, Load.of(BODY_BYTES), false);
            merge(least, name, figures.get(Figures.WRITES));
        }
        least.forEach(this::hold);
    }

    private void idle(ClientRuns runs) throws IOException {
        Map<String, Double> least = new LinkedHashMap<>();
        for (int attempt = 0; attempt < ATTEMPTS && (attempt == 0 || isOver(least)); attempt++) {
            Map<String, Double> figures = runs.idle(IDLE_CONNECTIONS);
            merge(least, "idle.connection-bytes", figures.get(Figures.CONNECTION_BYTES));
            merge(least, "idle.sender-bytes", figures.get(Figures.SENDER_BYTES));
            merge(least, "idle.receiver-bytes", figures.get(Figures.RECEIVER_BYTES));
        }
        least.forEach(this::hold);
    }

    private static void merge(Map<String, Double> least, String name, @Nullable Double value) {
        if (value != null) {
            least.merge(name, value, Math::min);
        }
    }

    private boolean isOver(Map<String, Double> figures) {
        return figures.entrySet().stream().anyMatch(figure -> figure.getValue() > bound(figure.getKey()) + TOLERANCE);
    }

    void hold(String name, double value) {
        known.put(name, value);
        boolean isBroken = value > bound(name) + TOLERANCE;
        if (isBroken) {
            broken.put(name, value);
        }
        out.printf(
                "guard: %-28s %8s  bound %8s%s%n",
                name, Figure.number(value), Figure.number(bound(name)), isBroken ? "  BROKEN" : "");
    }

    private void codec() {
        Amqp10Codec codec = new Amqp10Codec();
        Map<String, Supplier<@Nullable Object>> operations = new LinkedHashMap<>();
        operations.put("decode-transfer", codec::decodeTransfer);
        operations.put("encode-transfer", codec::encodeTransfer);
        operations.put("decode-disposition", codec::decodeDisposition);
        operations.put("encode-disposition", codec::encodeDisposition);
        operations.put("decode-flow", codec::decodeFlow);
        operations.put("encode-flow", codec::encodeFlow);
        operations.put("decode-message-body", codec::decodeMessageBody);
        operations.put("decode-message", codec::decodeMessage);
        operations.put("encode-message", codec::encodeMessage);
        operations.put("decode-map", codec::decodeMap);
        operations.put("encode-map", codec::encodeMap);
        operations.put("decode-list", codec::decodeList);
        operations.put("encode-list", codec::encodeList);
        operations.put("decode-array", codec::decodeArray);
        operations.put("encode-array", codec::encodeArray);
        operations.forEach((name, operation) -> hold("codec." + name, leastAllocated(operation)));
    }

    private static double leastAllocated(Supplier<@Nullable Object> operation) {
        double least = Double.POSITIVE_INFINITY;
        Object last = null;
        for (int slice = 0; slice < SLICES; slice++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < OPERATIONS; i++) {
                last = operation.get();
            }
            least = Math.min(least, (double) (THREADS.getCurrentThreadAllocatedBytes() - before) / OPERATIONS);
        }
        if (last == null) {
            throw new IllegalStateException("the operation gave nothing");
        }
        return least;
    }
}
