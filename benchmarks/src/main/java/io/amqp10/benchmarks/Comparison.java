package io.amqp10.benchmarks;

import java.util.List;
import java.util.Map;

/**
 * One table: what is measured, and who takes part in turn.
 *
 * @param area the part it belongs to
 * @param task what is done
 * @param subjects who does it
 */
record Comparison(Options.Area area, String task, List<Subject> subjects) {

    /**
     * One row.
     *
     * @param name what tables call it
     * @param measured measures it once
     */
    record Subject(String name, Measured measured) {}

    /** Measures once. */
    interface Measured {

        /**
         * Measures.
         *
         * @return figures by name, in the order of the table's columns
         * @throws Exception if that fails
         */
        Map<String, Double> measure() throws Exception;
    }
}
