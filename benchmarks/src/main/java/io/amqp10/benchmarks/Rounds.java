package io.amqp10.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures in rounds: in each of them every subject of every comparison once, those of one comparison right after each
 * other. So what the machine does besides hits all of them, and when the time is over each has as many rounds as the others.
 */
final class Rounds {

    private final Options options;
    private final PrintStream progress;
    private final long start = System.nanoTime();
    private int finished;
    private boolean failed;

    Rounds(Options options, PrintStream progress) {
        this.options = options;
        this.progress = progress;
    }

    /** Tells whether something could not be measured; it was reported. */
    boolean hasFailed() {
        return failed;
    }

    /** Returns how many rounds all took part in. */
    int finished() {
        return finished;
    }

    List<Result> run(List<Comparison> comparisons) {
        Map<Comparison, Map<String, Map<String, List<Double>>>> values = new LinkedHashMap<>();
        long longest = 0;
        for (int round = 1; round <= options.rounds() && seconds() + longest <= options.maxSeconds(); round++) {
            long begun = seconds();
            for (Comparison comparison : comparisons) {
                Map<String, Map<String, List<Double>>> ofComparison =
                        values.computeIfAbsent(comparison, key -> new LinkedHashMap<>());
                for (Comparison.Subject subject : comparison.subjects()) {
                    measure(round, comparison, subject, ofComparison);
                }
            }
            longest = Math.max(longest, seconds() - begun);
            finished = round;
        }
        if (finished < options.rounds()) {
            progress.printf("%d of %d rounds: there is no time for more%n", finished, options.rounds());
        }
        List<Result> results = new ArrayList<>();
        values.forEach((comparison, subjects) -> subjects.forEach((subject, figures) -> {
            Map<String, Figure> ofSubject = new LinkedHashMap<>();
            figures.forEach((name, ofRounds) -> ofSubject.put(name, new Figure(ofRounds)));
            results.add(new Result(comparison.area().title(), comparison.task(), subject, ofSubject));
        }));
        return results;
    }

    private void measure(
            int round,
            Comparison comparison,
            Comparison.Subject subject,
            Map<String, Map<String, List<Double>>> values) {
        String what = comparison.area().title() + ": " + comparison.task() + ", " + subject.name();
        if (seconds() > options.maxSeconds()) {
            progress.printf("LEFT OUT, the time is over: %s%n", what);
            return;
        }
        progress.printf("%4d s  round %d  %s%n", seconds(), round, what);
        try {
            Map<String, List<Double>> ofSubject = values.computeIfAbsent(subject.name(), key -> new LinkedHashMap<>());
            subject.measured().measure().forEach((name, value) -> ofSubject
                    .computeIfAbsent(name, key -> new ArrayList<>())
                    .add(value));
        } catch (IOException | IllegalStateException e) {
            failed = true;
            progress.printf("FAILED: %s: %s%n", what, e.getMessage());
        }
    }

    private long seconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
    }
}
