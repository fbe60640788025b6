package io.amqp10.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One figure over several rounds.
 *
 * @param rounds the value of each round, at least one
 */
record Figure(List<Double> rounds) {

    double median() {
        double[] sorted = sorted();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    double min() {
        return sorted()[0];
    }

    double max() {
        return sorted()[rounds.size() - 1];
    }

    private double[] sorted() {
        double[] sorted = rounds.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    /** Returns {@code median (min-max)}, the range only if there were several rounds. */
    String text() {
        return rounds.size() == 1
                ? number(median())
                : number(median()) + " (" + number(min()) + "-" + number(max()) + ")";
    }

    /** Returns a number with three significant digits at most behind the point. */
    static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 0.1 || value == 0 ? "%.2f" : "%.4f";
        return String.format(Locale.ROOT, format, value);
    }
}
