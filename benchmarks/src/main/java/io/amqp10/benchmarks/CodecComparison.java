package io.amqp10.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmarks of the codecs under JMH, one fork for each round. */
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

    /** The classes, in the order of the columns, and what tables call them. */
    private static final List<String> CLASSES = List.of("Amqp10Codec", "Protonj2Codec", "ProtonjCodec");

    private static final List<String> LIBRARIES = List.of("amqp10", "protonj2", "proton-j");

    private static final String ALLOCATION = "gc.alloc.rate.norm";
    private static final int ITERATIONS = 5;
    private static final long ITERATION_MILLIS = 400;
    private static final long QUICK_MILLIS = 20;

    private CodecComparison() {}

    static List<Result> run(Options options, PrintStream progress) throws RunnerException {
        progress.printf("codec, about %d s%n", options.quick() ? 5 : 200 * options.rounds());
        OptionsBuilder jmh = new OptionsBuilder();
        jmh.include("^" + BENCHMARKS.replace(".", "\\."))
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .warmupIterations(options.quick() ? 1 : ITERATIONS)
                .measurementIterations(options.quick() ? 1 : ITERATIONS)
                .warmupTime(TimeValue.milliseconds(options.quick() ? QUICK_MILLIS : ITERATION_MILLIS))
                .measurementTime(TimeValue.milliseconds(options.quick() ? QUICK_MILLIS : ITERATION_MILLIS))
                .forks(options.quick() ? 0 : options.rounds())
                .jvmArgs("-Xms" + ClientRuns.CLIENT_HEAP, "-Xmx" + ClientRuns.CLIENT_HEAP)
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        return results(new Runner(jmh.build()).run());
    }

    private static List<Result> results(Collection<RunResult> runs) {
        Map<Integer, Result> ordered = new TreeMap<>();
        for (RunResult run : runs) {
            String[] name = run.getParams()
                    .getBenchmark()
                    .substring(BENCHMARKS.length())
                    .split("\\.", -1);
            Map<String, Figure> figures = new LinkedHashMap<>();
            figures.put("ns", figure(run, BenchmarkResult::getPrimaryResult));
            figures.put("B", figure(run, CodecComparison::allocation));
            int library = CLASSES.indexOf(name[0]);
            ordered.put(
                    OPERATIONS.indexOf(name[1]) * LIBRARIES.size() + library,
                    new Result("codec", words(name[1]), LIBRARIES.get(library), figures));
        }
        return new ArrayList<>(ordered.values());
    }

    private static Figure figure(RunResult run, Function<BenchmarkResult, org.openjdk.jmh.results.Result<?>> ofFork) {
        List<Double> rounds = new ArrayList<>();
        for (BenchmarkResult fork : run.getBenchmarkResults()) {
            rounds.add(ofFork.apply(fork).getScore());
        }
        return new Figure(rounds);
    }

    private static org.openjdk.jmh.results.Result<?> allocation(BenchmarkResult fork) {
        return Objects.requireNonNull(fork.getSecondaryResults().get(ALLOCATION), ALLOCATION);
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
