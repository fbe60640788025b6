package io.amqp10.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be reached in one run.
 *
 * @param title what
 * @param ours the figure that counts
 * @param yardstick what it is compared with, or null if the limit is absolute
 * @param subtracts whether the yardstick is subtracted, instead of being divided by
 * @param limit the most that the ratio, the difference or the figure may be
 */
record Goal(String title, Source ours, @Nullable Source yardstick, boolean subtracts, double limit) {

    /**
     * Where a figure is found.
     *
     * @param area of the result
     * @param task of the result
     * @param subject of the result
     * @param figure its name
     */
    record Source(String area, String task, String subject, String figure) {

        Optional<Figure> in(List<Result> results) {
            return results.stream()
                    .filter(result -> result.area().equals(area)
                            && result.task().equals(task)
                            && result.subject().equals(subject))
                    .map(result -> result.figures().get(figure))
                    .filter(found -> found != null)
                    .findFirst();
        }
    }

    /**
     * A goal beside what was measured.
     *
     * @param goal which
     * @param ours the figure that counts
     * @param yardstick what it is compared with, or null
     * @param value the ratio, difference or figure of each round
     */
    record Outcome(Goal goal, Figure ours, @Nullable Figure yardstick, Figure value) {

        boolean isMet() {
            return value.median() <= goal.limit;
        }
    }

    static Goal ratio(String title, Source ours, String yardstick, double limit) {
        Source other = new Source(ours.area(), ours.task(), yardstick, ours.figure());
        return new Goal(title, ours, other, false, limit);
    }

    static Goal difference(String title, Source ours, Source yardstick, double limit) {
        return new Goal(title, ours, yardstick, true, limit);
    }

    static Goal atMost(String title, Source ours, double limit) {
        return new Goal(title, ours, null, false, limit);
    }

    /** Compares round by round, as far as both have one; empty if the run does not have the figures. */
    Optional<Outcome> outcome(List<Result> results) {
        Optional<Figure> found = ours.in(results);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Figure own = found.get();
        if (yardstick == null) {
            return Optional.of(new Outcome(this, own, null, own));
        }
        return yardstick.in(results).map(other -> {
            List<Double> values = new ArrayList<>();
            for (int round = 0;
                    round < Math.min(own.rounds().size(), other.rounds().size());
                    round++) {
                double mine = own.rounds().get(round);
                double theirs = other.rounds().get(round);
                values.add(subtracts ? mine - theirs : mine / theirs);
            }
            return new Outcome(this, own, other, new Figure(values));
        });
    }
}
