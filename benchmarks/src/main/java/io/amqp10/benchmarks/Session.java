package io.amqp10.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where, how and what was measured in one go.
 *
 * @param facts where and how
 * @param rounds how many rounds each part had, by its title
 * @param notes what failed, was left out or is missing, one line each
 */
record Session(Map<String, String> facts, Map<String, Integer> rounds, List<String> notes) {

    /** Returns parts and rounds in one line. */
    String parts() {
        return rounds.entrySet().stream()
                .map(part -> part.getKey() + " " + part.getValue())
                .collect(Collectors.joining(", "));
    }
}
