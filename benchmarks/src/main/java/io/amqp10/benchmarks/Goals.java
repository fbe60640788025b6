package io.amqp10.benchmarks;

import io.amqp10.benchmarks.client.ClientKind;
import io.amqp10.benchmarks.client.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The goals that the project set itself. */
final class Goals {

    private static final String OURS = ClientKind.AMQP10.title();
    private static final String VERTX = ClientKind.VERTX_LOOP.title();
    private static final String PROTON = ClientKind.PROTON_CPP.title();
    private static final String RAW = ClientKind.RAW.title();
    private static final String PROTONJ2 = "protonj2";
    private static final int BODY_BYTES = 256;
    private static final int MOST_CONNECTIONS = 5_000;
    private static final double IDLE_BYTES = 20 * 1024;

    /** What two measurements of the same may differ by; more is growth. */
    private static final double FLAT = 1.2;

    static final List<Goal> ALL = all();

    private Goals() {}

    private static List<Goal> all() {
        List<Goal> goals = new ArrayList<>();
        String send = Workload.SEND.title();
        String settled = Workload.SEND_SETTLED.title();
        String receive = Workload.RECEIVE.title();
        String request = Workload.REQUEST_REPLY.title();
        goals.add(Goal.ratio("send, unsettled", ours("sink", send, Figures.CPU), VERTX, 0.4));
        goals.add(
                Goal.atMost("send, unsettled, payload included", ours("sink", send, Figures.BYTES), 350 + BODY_BYTES));
        goals.add(Goal.ratio("send, settled", ours("sink", settled, Figures.CPU), VERTX, 0.45));
        goals.add(Goal.ratio("receive", ours("sink", receive, Figures.CPU), PROTON, 0.5));
        goals.add(Goal.atMost("receive, payload included", ours("sink", receive, Figures.BYTES), 200 + BODY_BYTES));
        goals.add(Goal.ratio(
                "send and receive", ours("sink", Workload.SEND_AND_RECEIVE.title(), Figures.CPU), PROTON, 0.45));
        goals.add(Goal.ratio("request/reply", ours("sink", request, Figures.P50), RAW, 1.2));
        goals.add(Goal.ratio("request/reply", ours("sink", request, Figures.P99), RAW, 1.2));
        goals.add(Goal.ratio("10 kB send", ours("sizes", "10 kB " + send, Figures.CPU), PROTON, 0.5));
        goals.add(Goal.ratio("10 kB receive", ours("sizes", "10 kB " + receive, Figures.CPU), PROTON, 0.65));
        goals.add(Goal.ratio("1 MB send", ours("sizes", "1 MB " + send, Figures.CPU), RAW, 1.25));
        goals.add(Goal.ratio(
                "1 MB send, direct buffers",
                new Goal.Source("sizes", "1 MB " + send, ClientKind.AMQP10_DIRECT.title(), Figures.CPU),
                RAW,
                1.25));
        goals.add(Goal.ratio("1 MB receive", ours("sizes", "1 MB " + receive, Figures.CPU), RAW, 1.25));
        goals.add(Goal.ratio(
                "1 MB receive, consumer",
                new Goal.Source("sizes", "1 MB " + receive, ClientKind.AMQP10_CONSUMER.title(), Figures.CPU),
                RAW,
                1.25));
        goals.add(Goal.ratio("1 MB send, TLS", ours("tls", "1 MB " + send, Figures.CPU), RAW, 1.25));
        goals.add(Goal.ratio("1 MB receive, TLS", ours("tls", "1 MB " + receive, Figures.CPU), RAW, 1.25));
        goals.add(Goal.atMost("send, unsettled", writes(send), 50));
        goals.add(Goal.atMost("receive", writes(receive), 50));
        goals.add(Goal.atMost("receive", ours("sink", receive, Figures.DISPOSITIONS), 50));
        goals.add(Goal.atMost("send, settled", writes(settled), 50));
        codec(goals);
        for (String way : List.of(send, receive)) {
            Goal.Source spring = new Goal.Source("spring", way, ClientKind.SPRING.title(), Figures.CPU);
            goals.add(Goal.difference(
                    way, spring, new Goal.Source("spring", way, ClientKind.AMQP10_TEXT.title(), Figures.CPU), 1));
        }
        idle(goals);
        growth(goals);
        return goals;
    }

    private static void idle(List<Goal> goals) {
        String most = Comparisons.title(MOST_CONNECTIONS);
        for (String figure : List.of(Figures.CONNECTION_BYTES, Figures.SENDER_BYTES, Figures.RECEIVER_BYTES)) {
            goals.add(Goal.atMost(most, new Goal.Source("idle", Comparisons.IDLE, most, figure), IDLE_BYTES));
        }
        goals.add(Goal.atMost(most, new Goal.Source("idle", Comparisons.IDLE, most, Figures.WAKE_UPS), 1));
    }

    private static void growth(List<Goal> goals) {
        for (Workload workload : List.of(Workload.SEND, Workload.RECEIVE)) {
            flat(
                    goals,
                    workload,
                    Comparisons.BY_MESSAGES,
                    Comparisons.messagesTitle(100_000_000),
                    Comparisons.messagesTitle(10_000));
            flat(goals, workload, Comparisons.BY_UNSETTLED, "100000 unsettled", "0 unsettled");
            flat(
                    goals,
                    workload,
                    Comparisons.BY_CONNECTIONS,
                    Comparisons.title(MOST_CONNECTIONS),
                    Comparisons.title(1));
        }
    }

    private static void flat(List<Goal> goals, Workload workload, String by, String most, String least) {
        String task = workload.title() + ", " + by;
        goals.add(Goal.ratio(task, new Goal.Source("growth", task, most, Figures.CPU), least, FLAT));
    }

    private static void codec(List<Goal> goals) {
        for (String operation : List.of(
                "decode transfer",
                "encode transfer",
                "decode disposition",
                "encode disposition",
                "decode flow",
                "encode flow")) {
            goals.add(codec(operation, 0.45));
            goals.add(Goal.atMost(operation, ours("codec", operation, Figures.CODEC_BYTES), 0.5));
        }
        goals.add(codec("decode message body", 0.15));
        goals.add(codec("decode message all", 0.5));
        goals.add(codec("encode message", 0.36));
        for (String type : List.of("list", "map", "array")) {
            goals.add(codec("decode " + type, 0.5));
            goals.add(codec("encode " + type, 0.5));
        }
    }

    private static Goal codec(String operation, double limit) {
        return Goal.ratio(operation, ours("codec", operation, Figures.NANOS), PROTONJ2, limit);
    }

    /** Those of the client that all are counted of. */
    private static Goal.Source writes(String task) {
        return new Goal.Source("sink", task, ClientKind.AMQP10_NIO.title(), Figures.WRITES);
    }

    private static Goal.Source ours(String area, String task, String figure) {
        return new Goal.Source(area, task, OURS, figure);
    }

    /** Tells whether a goal compares a subject with another or with a limit. */
    static boolean compare(Comparison comparison, Comparison.Subject subject) {
        return ALL.stream()
                .flatMap(goal -> Stream.of(goal.ours(), goal.yardstick() == null ? goal.ours() : goal.yardstick()))
                .anyMatch(source -> source.area().equals(comparison.area().title())
                        && source.task().equals(comparison.task())
                        && source.subject().equals(subject.name()));
    }

    /** Returns which goals of these areas nothing can be held against, one line each. */
    static List<String> withoutFigure(Set<Options.Area> areas, List<Result> results) {
        Set<String> titles = areas.stream().map(Options.Area::title).collect(Collectors.toSet());
        return ALL.stream()
                .filter(goal -> titles.contains(goal.ours().area()))
                .filter(goal -> goal.outcome(results).isEmpty())
                .map(goal -> "NO FIGURE for the goal " + goal.ours().area() + ": " + goal.title() + ", "
                        + goal.ours().figure())
                .toList();
    }

    /** Returns the goals that the results can be held against. */
    static List<Goal.Outcome> outcomes(List<Result> results) {
        return ALL.stream()
                .map(goal -> goal.outcome(results))
                .flatMap(Optional::stream)
                .toList();
    }
}
