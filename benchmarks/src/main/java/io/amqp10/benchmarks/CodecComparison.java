package io.amqp10.benchmarks;

import io.amqp10.benchmarks.codec.Turns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmarks of the codecs under JMH, one fork for each operation of each library, those of an operation in turn. */
final class CodecComparison {

    private static final String BENCHMARKS = "io.amqp10.benchmarks.codec.";

    /** The rows, in their order: the names of the methods. */
    private static final List<String> OPERATIONS = List.of(
            "decodeTransfer",
            "encodeTransfer",
            "decodeDisposition",
            "encodeDisposition",
            "decodeFlow",
            "encodeFlow",
            "decodeMessageBody",
            "decodeMessageAll",
            "encodeMessage",
            "decodeMap",
            "encodeMap",
            "decodeList",
            "encodeList",
            "decodeArray",
            "encodeArray");

    /** The classes by what tables call them, in the order of the columns. */
    private static final Map<String, String> CLASSES = classes();

    private static final String ALLOCATION = "gc.alloc.rate.norm";

    /** Three seconds: after 1.2, some were not compiled yet when they were measured. */
    private static final int WARM_UPS = 6;

    private static final long WARM_UP_MILLIS = 500;

    /** What counts is their median. */
    private static final int ITERATIONS = 40;

    private static final long ITERATION_MILLIS = 40;
    private static final long QUICK_MILLIS = 20;

    private CodecComparison() {}

    private static Map<String, String> classes() {
        Map<String, String> classes = new LinkedHashMap<>();
        classes.put("amqp10", "Amqp10Codec");
        classes.put("protonj2", "Protonj2Codec");
        classes.put("proton-j", "ProtonjCodec");
        return classes;
    }

    static List<Comparison> all(boolean quick) {
        List<Comparison> all = new ArrayList<>();
        for (String operation : OPERATIONS) {
            Operation measured = new Operation(operation, quick);
            List<Comparison.Subject> subjects = new ArrayList<>();
            CLASSES.keySet()
                    .forEach(library -> subjects.add(new Comparison.Subject(library, () -> measured.of(library))));
            all.add(new Comparison(Options.Area.CODEC, words(operation), subjects));
        }
        return all;
    }

    /** One operation, whose libraries are measured together when the first of them is asked for. */
    private static final class Operation {

        private final String name;
        private final boolean quick;
        private final Map<String, Map<String, Double>> figures = new HashMap<>();

        Operation(String name, boolean quick) {
            this.name = name;
            this.quick = quick;
        }

        Map<String, Double> of(String library) throws Exception {
            if (!figures.containsKey(library)) {
                figures.clear();
                figures.putAll(quick ? oneAfterTheOther() : inTurn());
            }
            return Objects.requireNonNull(figures.remove(library), library);
        }

        private Map<String, Map<String, Double>> oneAfterTheOther() throws RunnerException {
            Map<String, Map<String, Double>> all = new HashMap<>();
            for (String library : CLASSES.keySet()) {
                all.put(library, measure(library, options().forks(0)));
            }
            return all;
        }

        private Map<String, Map<String, Double>> inTurn() throws Exception {
            // Each of the runners would wait for the others to end.
            System.setProperty("jmh.ignoreLock", "true");
            ExecutorService threads = Executors.newFixedThreadPool(CLASSES.size());
            try (Turns turns = new Turns(CLASSES.size())) {
                CompletionService<Map.Entry<String, Map<String, Double>>> runs =
                        new ExecutorCompletionService<>(threads);
                for (String library : CLASSES.keySet()) {
                    runs.submit(() -> Map.entry(
                            library, measure(library, options().forks(1).jvmArgsAppend(turns.option()))));
                }
                Map<String, Map<String, Double>> all = new HashMap<>();
                for (int i = 0; i < CLASSES.size(); i++) {
                    Map.Entry<String, Map<String, Double>> run = runs.take().get();
                    all.put(run.getKey(), run.getValue());
                }
                return all;
            } finally {
                threads.shutdown();
            }
        }

        private ChainedOptionsBuilder options() {
            return new OptionsBuilder()
                    .mode(Mode.AverageTime)
                    .timeUnit(TimeUnit.NANOSECONDS)
                    .warmupIterations(quick ? 1 : WARM_UPS)
                    .measurementIterations(quick ? 1 : ITERATIONS)
                    .warmupTime(TimeValue.milliseconds(quick ? QUICK_MILLIS : WARM_UP_MILLIS))
                    .measurementTime(TimeValue.milliseconds(quick ? QUICK_MILLIS : ITERATION_MILLIS))
                    .jvmArgs("-Xms" + ClientRuns.CLIENT_HEAP, "-Xmx" + ClientRuns.CLIENT_HEAP)
                    .addProfiler(GCProfiler.class)
                    .verbosity(VerboseMode.SILENT)
                    .shouldFailOnError(true);
        }

        private Map<String, Double> measure(String library, ChainedOptionsBuilder options) throws RunnerException {
            String benchmark = BENCHMARKS + CLASSES.get(library) + "." + name;
            RunResult result = new Runner(options.include("^" + benchmark.replace(".", "\\.") + "$")
                            .build())
                    .runSingle();
            Map<String, Double> ofLibrary = new LinkedHashMap<>();
            ofLibrary.put(
                    Figures.NANOS, result.getPrimaryResult().getStatistics().getPercentile(50));
            ofLibrary.put(
                    Figures.CODEC_BYTES,
                    Objects.requireNonNull(result.getSecondaryResults().get(ALLOCATION), ALLOCATION)
                            .getScore());
            return ofLibrary;
        }
    }

    /** Turns {@code decodeMessageBody} into {@code decode message body}. */
    private static String words(String name) {
        StringBuilder words = new StringBuilder();
        for (char c : name.toCharArray()) {
            if (Character.isUpperCase(c)) {
                words.append(' ');
            }
            words.append(Character.toLowerCase(c));
        }
        return words.toString();
    }
}
