package io.amqp10.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was measured so far.
 *
 * @param sessions when and how, each with parts of its own
 * @param results the figures
 */
record Run(List<Session> sessions, List<Result> results) {

    static final Run NONE = new Run(List.of(), List.of());

    /** Returns what is here and, of the parts that are not, what an older one has. */
    Run orElse(Run older) {
        Set<String> here = results.stream().map(Result::area).collect(Collectors.toSet());
        List<Session> all = new ArrayList<>(sessions);
        for (Session session : older.sessions) {
            Map<String, Integer> rounds = new LinkedHashMap<>(session.rounds());
            rounds.keySet().removeAll(here);
            if (!rounds.isEmpty()) {
                List<String> notes = session.notes().stream()
                        .filter(note -> here.stream().noneMatch(part -> note.contains(" " + part + ": ")))
                        .toList();
                all.add(new Session(session.facts(), rounds, notes));
            }
        }
        List<Result> merged = Stream.concat(
                        results.stream(), older.results.stream().filter(result -> !here.contains(result.area())))
                .sorted(Comparator.comparing((Result result) -> Options.Area.titled(result.area())))
                .toList();
        return new Run(all, merged);
    }
}
