package io.amqp10.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GoalsTest {

    private static final Set<Options.Area> SPRING = Set.of(Options.Area.SPRING);

    @Test
    void aDifferenceIsTakenRoundByRound() {
        List<Result> results = List.of(
                result("spring", "receive", "amqp10, strings", Figures.CPU, 0.5, 2.0, 0.5),
                result("spring", "receive", "amqp10 through Spring, strings", Figures.CPU, 1.25, 9.0, 1.5));

        Goal.Outcome outcome = only(results);

        assertThat(outcome.value().rounds()).containsExactly(0.75, 7.0, 1.0);
        assertThat(outcome.isMet()).isTrue();
    }

    @Test
    void aGoalWithoutItsYardstickIsNamedIfItsAreaWasRun() {
        List<Result> results = List.of(result("spring", "receive", "amqp10 through Spring, strings", Figures.CPU, 1.4));

        assertThat(Goals.outcomes(results)).isEmpty();
        assertThat(Goals.withoutFigure(SPRING, results))
                .containsExactly(
                        "NO FIGURE for the goal spring: send, unsettled, CPU us/message",
                        "NO FIGURE for the goal spring: receive, CPU us/message");
        assertThat(Goals.withoutFigure(Set.of(Options.Area.WAYS), results)).isEmpty();
    }

    @Test
    void growthAndIdleConnectionsAreHeldAgainstGoals() {
        List<Result> results = List.of(
                result("growth", "receive, messages of a connection", "10^4 messages", Figures.CPU, 1.0),
                result("growth", "receive, messages of a connection", "10^8 messages", Figures.CPU, 1.3),
                result("idle", Comparisons.IDLE, "5000 connections", Figures.CONNECTION_BYTES, 19_000.0),
                result("idle", Comparisons.IDLE, "1 connection", Figures.CONNECTION_BYTES, 90_000.0));

        assertThat(Goals.outcomes(results)).extracting(Goal.Outcome::isMet).containsExactlyInAnyOrder(false, true);
    }

    private static Goal.Outcome only(List<Result> results) {
        List<Goal.Outcome> outcomes = Goals.outcomes(results);
        assertThat(outcomes).hasSize(1);
        return outcomes.get(0);
    }

    private static Result result(String area, String task, String subject, String figure, Double... rounds) {
        return new Result(area, task, subject, Map.of(figure, new Figure(List.of(rounds))));
    }
}
