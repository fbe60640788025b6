package io.amqp10.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.benchmarks.client.Workload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoundsTest {

    private final List<String> order = new ArrayList<>();
    private final AtomicInteger reports = new AtomicInteger();

    @Test
    void everyAreaHasARoundBeforeOneHasTheNext() {
        Rounds rounds = rounds("--rounds", "2");

        rounds.run(List.of(
                comparison(Options.Area.LINKS, "c"),
                comparison(Options.Area.SINK, "a", "b"),
                comparison(Options.Area.TLS, "d")));

        assertThat(order).containsExactly("a", "b", "d", "c", "a", "b", "d", "c");
        assertThat(reports).hasValue(6);
        assertThat(rounds.results()).hasSize(4).allSatisfy(result -> assertThat(
                        result.figures().values())
                .allMatch(figure -> figure.rounds().size() == 2));
        assertThat(rounds.hasFailed()).isFalse();
        assertThat(rounds.finished()).containsEntry(Options.Area.SINK, 2);
    }

    @Test
    void aFullRunRepeatsOfPartsWithGoalsOnlyWhatTheseCompare() {
        Rounds rounds = rounds("--full", "--rounds", "2");

        rounds.run(List.of(
                new Comparison(
                        Options.Area.SINK,
                        Workload.SEND.title(),
                        subjects("amqp10", "protonj2-client", "vertx-amqp (loop)")),
                comparison(Options.Area.LINKS, "1 link")));

        assertThat(order)
                .containsExactly(
                        "amqp10",
                        "protonj2-client",
                        "vertx-amqp (loop)",
                        "1 link",
                        "amqp10",
                        "vertx-amqp (loop)",
                        "1 link");
        assertThat(rounds.results())
                .flatExtracting(result -> result.figures().values())
                .extracting(figure -> figure.rounds().size())
                .containsExactly(2, 1, 2, 2);
        assertThat(rounds.finished()).containsEntry(Options.Area.LINKS, 2);
    }

    @Test
    void aFullRunOfChosenPartsRepeatsAllOfThem() {
        Rounds rounds = rounds("--full", "--rounds", "2", "--only", "sink");

        rounds.run(List.of(new Comparison(
                Options.Area.SINK, Workload.SEND.title(), subjects("amqp10", "protonj2-client", "vertx-amqp (loop)"))));

        assertThat(order)
                .containsExactly(
                        "amqp10",
                        "protonj2-client",
                        "vertx-amqp (loop)",
                        "amqp10",
                        "protonj2-client",
                        "vertx-amqp (loop)");
    }

    @Test
    void whatFailsIsNotedAndTheOthersGoOn() {
        Rounds rounds = rounds("--rounds", "1");
        Comparison.Subject broken = new Comparison.Subject("broken", () -> {
            throw new IOException("no such thing");
        });
        Comparison.Subject wrong = new Comparison.Subject("wrong", () -> {
            throw new NumberFormatException("not a number");
        });

        rounds.run(List.of(
                new Comparison(Options.Area.SINK, "task", List.of(broken, wrong, subject("good"))),
                comparison(Options.Area.TLS, "d")));

        assertThat(order).containsExactly("good", "d");
        assertThat(rounds.hasFailed()).isTrue();
        assertThat(rounds.results()).extracting(Result::subject).containsExactly("good", "d");
        assertThat(rounds.notes())
                .containsExactly(
                        "FAILED: sink: task, broken: java.io.IOException: no such thing",
                        "FAILED: sink: task, wrong: java.lang.NumberFormatException: not a number");
    }

    private Rounds rounds(String... arguments) {
        return new Rounds(
                Options.parse(arguments),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                reports::incrementAndGet);
    }

    private Comparison comparison(Options.Area area, String... subjects) {
        return new Comparison(area, "task", subjects(subjects));
    }

    private List<Comparison.Subject> subjects(String... names) {
        return Stream.of(names).map(this::subject).toList();
    }

    private Comparison.Subject subject(String name) {
        return new Comparison.Subject(name, () -> {
            order.add(name);
            return Map.of("figure", 1.0);
        });
    }
}
