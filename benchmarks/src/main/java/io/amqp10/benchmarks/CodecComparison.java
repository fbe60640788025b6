package io.amqp10.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmarks of the codecs under JMH, one fork for each operation of each library. */
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
    private static final int ITERATIONS = 5;

    private static final long ITERATION_MILLIS = 200;
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
            List<Comparison.Subject> subjects = new ArrayList<>();
            CLASSES.forEach((library, name) -> subjects.add(
                    new Comparison.Subject(library, () -> measure(BENCHMARKS + name + "." + operation, quick))));
            all.add(new Comparison(Options.Area.CODEC, words(operation), subjects));
        }
        return all;
    }

    private static Map<String, Double> measure(String benchmark, boolean quick) throws RunnerException {
        RunResult result = new Runner(new OptionsBuilder()
                        .include("^" + benchmark.replace(".", "\\.") + "$")
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.NANOSECONDS)
                        .warmupIterations(quick ? 1 : WARM_UPS)
                        .measurementIterations(quick ? 1 : ITERATIONS)
                        .warmupTime(TimeValue.milliseconds(quick ? QUICK_MILLIS : WARM_UP_MILLIS))
                        .measurementTime(TimeValue.milliseconds(quick ? QUICK_MILLIS : ITERATION_MILLIS))
                        .forks(quick ? 0 : 1)
                        .jvmArgs("-Xms" + ClientRuns.CLIENT_HEAP, "-Xmx" + ClientRuns.CLIENT_HEAP)
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .build())
                .runSingle();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(Figures.NANOS, result.getPrimaryResult().getStatistics().getPercentile(50));
        figures.put(
                Figures.CODEC_BYTES,
                Objects.requireNonNull(result.getSecondaryResults().get(ALLOCATION), ALLOCATION)
                        .getScore());
        return figures;
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
