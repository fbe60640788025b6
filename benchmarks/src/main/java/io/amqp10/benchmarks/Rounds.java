package io.amqp10.benchmarks;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Measures in rounds: in each of them every subject of every comparison of one area once, those of one comparison right after
 * each other, so that what the machine does besides hits all of them.
 *
 * <p>First each area has one round, and for that its share of the time. In what is left of it come the cases that had no time
 * in their area's share, then more rounds: the area with the fewest first, and of those the ones with goals. In a full run of all
 * areas these have only the subjects that goals compare.
 */
final class Rounds {

    private final Options options;
    private final PrintStream progress;
    private final Runnable afterEach;
    private final long start = System.nanoTime();
    private final Map<Options.Area, List<Comparison>> areas = new EnumMap<>(Options.Area.class);
    private final Map<Comparison, Map<String, Map<String, List<Double>>>> values = new LinkedHashMap<>();
    private final Map<Options.Area, Integer> finished = new EnumMap<>(Options.Area.class);
    private final Map<Options.Area, Long> lasted = new EnumMap<>(Options.Area.class);
    private final Deque<Case> leftOut = new ArrayDeque<>();
    private final List<String> failures = new ArrayList<>();

    /**
     * Makes rounds that have not begun.
     *
     * @param afterEach called when there are more results
     */
    Rounds(Options options, PrintStream progress, Runnable afterEach) {
        this.options = options;
        this.progress = progress;
        this.afterEach = afterEach;
    }

    private record Case(Comparison comparison, Comparison.Subject subject) {

        String title() {
            return comparison.area().title() + ": " + comparison.task() + ", " + subject.name();
        }
    }

    /** Tells whether something could not be measured; it was reported. */
    boolean hasFailed() {
        return !failures.isEmpty();
    }

    /** Returns how many rounds each area had. */
    Map<Options.Area, Integer> finished() {
        return finished;
    }

    /** Returns what failed and what there was no time for. */
    List<String> notes() {
        List<String> notes = new ArrayList<>(failures);
        leftOut.forEach(left -> notes.add("LEFT OUT, its time was over: " + left.title()));
        return notes;
    }

    void run(List<Comparison> comparisons) {
        for (Comparison comparison : comparisons) {
            areas.computeIfAbsent(comparison.area(), key -> new ArrayList<>()).add(comparison);
            values.put(comparison, new LinkedHashMap<>());
        }
        long weights = areas.keySet().stream().mapToLong(Options.Area::weight).sum();
        for (Options.Area area : areas.keySet()) {
            long share = Math.max(0, left()) * area.weight() / weights;
            weights -= area.weight();
            round(area, seconds() + share);
        }
        for (int cases = leftOut.size(); cases > 0 && left() > 0; cases--) {
            measure(1, leftOut.remove());
            afterEach.run();
        }
        for (Optional<Options.Area> next = next(); next.isPresent(); next = next()) {
            round(next.get(), options.maxSeconds());
        }
    }

    /** Returns whose turn it is to have one more round, of those that have time for it. */
    private Optional<Options.Area> next() {
        return areas.keySet().stream()
                .filter(area -> rounds(area) < options.rounds() && lasted.getOrDefault(area, 0L) <= left())
                .min(Comparator.comparing(this::rounds)
                        .thenComparing(area -> !area.hasGoals())
                        .thenComparing(Comparator.naturalOrder()));
    }

    private int rounds(Options.Area area) {
        return finished.getOrDefault(area, 0);
    }

    private void round(Options.Area area, long deadline) {
        int round = rounds(area) + 1;
        long begun = seconds();
        for (Comparison comparison : areas.getOrDefault(area, List.of())) {
            for (Comparison.Subject subject : comparison.subjects()) {
                Case next = new Case(comparison, subject);
                if (round > 1 && area.hasGoals() && options.repeatsOnlyGoals() && !Goals.compare(comparison, subject)) {
                    continue;
                }
                if (seconds() <= deadline) {
                    measure(round, next);
                } else if (round == 1) {
                    progress.printf("%4d s  later, if there is time: %s%n", seconds(), next.title());
                    leftOut.add(next);
                }
            }
        }
        finished.put(area, round);
        lasted.put(area, seconds() - begun);
        afterEach.run();
    }

    private void measure(int round, Case next) {
        progress.printf("%4d s  round %d  %s%n", seconds(), round, next.title());
        try {
            Map<String, Double> measured = next.subject().measured().measure();
            Map<String, List<Double>> ofSubject = values.getOrDefault(next.comparison(), Map.of())
                    .computeIfAbsent(next.subject().name(), key -> new LinkedHashMap<>());
            measured.forEach((name, value) ->
                    ofSubject.computeIfAbsent(name, key -> new ArrayList<>()).add(value));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(next, e);
        } catch (Exception e) {
            // One that fails, however it does, must not take the others' figures with it.
            fail(next, e);
        }
    }

    private void fail(Case next, Exception e) {
        String note = "FAILED: " + next.title() + ": " + e;
        failures.add(note);
        progress.println(note);
    }

    /** Returns the figures so far, those of each comparison in the order of its subjects. */
    List<Result> results() {
        List<Result> results = new ArrayList<>();
        values.forEach((comparison, subjects) -> comparison.subjects().forEach(subject -> {
            Map<String, List<Double>> figures = subjects.getOrDefault(subject.name(), Map.of());
            if (!figures.isEmpty()) {
                Map<String, Figure> ofSubject = new LinkedHashMap<>();
                figures.forEach((name, ofRounds) -> ofSubject.put(name, new Figure(List.copyOf(ofRounds))));
                results.add(new Result(comparison.area().title(), comparison.task(), subject.name(), ofSubject));
            }
        }));
        return results;
    }

    private long left() {
        return options.maxSeconds() - seconds();
    }

    private long seconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
    }
}
