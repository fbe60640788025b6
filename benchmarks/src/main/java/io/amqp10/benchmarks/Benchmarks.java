package io.amqp10.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.amqp10.benchmarks.client.Load;
import io.amqp10.benchmarks.client.VirtualThreads;
import io.amqp10.benchmarks.client.Workload;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs the comparisons and prints their table. */
public final class Benchmarks {

    private static final Pattern LIBRARY = Pattern.compile(
            "(protonj2-client|amqp-client|protonj2|proton-j|qpid-jms-client|vertx-amqp-client|spring-boot|artemis-server|netty-buffer)-(\\d.*)\\.jar");

    private Benchmarks() {}

    /**
     * Runs what the options say; without any, everything.
     *
     * @param arguments the options; a wrong one prints their list
     * @throws Exception if a run cannot be begun
     */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (List.of(arguments).contains("--help")) {
            out.print(Options.USAGE);
            return;
        }
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.print(Options.USAGE);
            System.exit(2);
            return;
        }
        if (options.guard()) {
            System.exit(new Guard(out, Guard.committedBounds()).run() ? 0 : 1);
            return;
        }
        System.exit(run(options, String.join(" ", arguments), out, System.err) ? 0 : 1);
    }

    /** Returns whether everything could be measured. */
    static boolean run(Options options, String arguments, PrintStream out, PrintStream progress) throws Exception {
        Documents documents = options.docs() == null ? null : new Documents(options.docs());
        Map<String, String> facts = facts(options);
        facts.put("command", ("benchmarks/run.sh " + arguments).strip());
        List<String> skipped = new ArrayList<>();
        Rounds[] rounds = new Rounds[1];
        rounds[0] = new Rounds(
                options, progress, () -> write(options, documents, run(facts, rounds[0], skipped), progress));
        try (Peers peers = new Peers(facts)) {
            Comparisons comparisons = new Comparisons(options, peers, progress);
            List<Comparison> all = comparisons.all();
            skipped.addAll(comparisons.skipped());
            skipped.forEach(progress::println);
            rounds[0].run(all);
        }
        Run run = run(facts, rounds[0], skipped);
        if (options.toStandardOutput()) {
            out.print(JsonReport.text(run));
        } else {
            new Report(out).print(run);
        }
        return write(options, documents, run, progress) && !rounds[0].hasFailed();
    }

    private static Run run(Map<String, String> facts, Rounds rounds, List<String> skipped) {
        List<Result> results = rounds.results();
        Map<String, Integer> finished = new LinkedHashMap<>();
        rounds.finished().forEach((area, number) -> {
            // Where everything failed there is nothing to replace older figures with.
            if (results.stream().anyMatch(result -> result.area().equals(area.title()))) {
                finished.put(area.title(), number);
            }
        });
        List<String> notes = new ArrayList<>(skipped);
        notes.addAll(rounds.notes());
        notes.addAll(Goals.withoutFigure(rounds.finished().keySet(), results));
        return new Run(List.of(new Session(new LinkedHashMap<>(facts), finished, notes)), results);
    }

    /** Writes what there is by now, so that a run which is ended early has it. Returns whether that could be done. */
    private static boolean write(Options options, @Nullable Documents documents, Run run, PrintStream progress) {
        try {
            if (options.json() != null) {
                JsonReport.write(options.json(), run);
            }
            if (documents != null) {
                documents.write(run);
            }
            return true;
        } catch (IOException e) {
            progress.println("FAILED: results cannot be written: " + e);
            return false;
        }
    }

    private static Map<String, String> facts(Options options) throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("processor", processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put(
                "load before",
                String.format(
                        Locale.ROOT,
                        "%.2f",
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
        facts.put("memory", memory());
        facts.put("java", Runtime.version().toString());
        Optional<Path> virtual = VirtualThreads.jdk();
        if (virtual.isPresent()) {
            facts.put("java with virtual threads", VirtualThreads.version(virtual.get()));
        }
        Optional.ofNullable(System.getProperty("amqp10.benchmarks.commit")).ifPresent(id -> facts.put("commit", id));
        facts.put("libraries", libraries());
        NativeClient.version().ifPresent(version -> facts.put("Proton C++", version));
        facts.put(
                "settings",
                options.rounds() + " rounds at most; windows of at most " + options.windowMillis() + " ms after "
                        + Load.of(options.bodyBytes()).warmUpMessages(Workload.SEND) + " messages, or "
                        + Load.of(options.bodyBytes()).warmUpMessages(Workload.REQUEST_REPLY) + " requests, and "
                        + options.warmUpMillis() + " ms of warm-up at least; bodies of " + options.bodyBytes()
                        + " B; client heap " + ClientRuns.CLIENT_HEAP);
        return facts;
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (Files.isReadable(info)) {
            for (String line : Files.readAllLines(info)) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
        }
        return System.getProperty("os.arch");
    }

    private static String memory() {
        long bytes = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
        return (bytes >> 30) + " GiB";
    }

    private static String libraries() {
        TreeSet<String> found = new TreeSet<>();
        for (String entry : System.getProperty("java.class.path").split(System.getProperty("path.separator"), -1)) {
            Matcher matcher = LIBRARY.matcher(entry.substring(entry.lastIndexOf('/') + 1));
            if (matcher.matches()) {
                found.add(matcher.group(1) + " " + matcher.group(2));
            }
        }
        return String.join(", ", found);
    }
}
