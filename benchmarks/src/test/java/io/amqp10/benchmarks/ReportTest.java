package io.amqp10.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReportTest {

    private static final List<Session> SESSIONS = List.of(
            new Session(Map.of("java", "17"), new TreeMap<>(Map.of("codec", 1, "sink", 3)), List.of("FAILED: \"it\"")));

    private static final List<Result> RESULTS = List.of(
            new Result("codec", "decode flow", "amqp10", Map.of("ns", new Figure(List.of(15.0)))),
            new Result("codec", "decode flow", "protonj2", Map.of("ns", new Figure(List.of(32.0)))),
            new Result("sink", "receive", "amqp10", Map.of("B", new Figure(List.of(3.0, 200.0, 1.0)))));

    @Test
    void codecsStandSideBySideAndClientsBelowEachOther() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        new Report(new PrintStream(bytes, true, StandardCharsets.UTF_8)).print(new Run(SESSIONS, RESULTS));

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "java         17",
                        "rounds       codec 1, sink 3",
                        "",
                        "| codec       | amqp10 ns | protonj2 ns |",
                        "|-------------|-----------|-------------|",
                        "| decode flow |      15.0 |        32.0 |",
                        "",
                        "| sink: receive |               B |",
                        "|---------------|-----------------|",
                        "| amqp10        | 3.00 (1.00-200) |",
                        "",
                        "| goal               | figure | amqp10 | yardstick |       of | compared | limit | met |",
                        "|--------------------|--------|--------|-----------|----------|----------|-------|-----|",
                        "| codec: decode flow |     ns |   15.0 |      32.0 | protonj2 |    x0.47 |  0.45 |  NO |",
                        "",
                        "- FAILED: \"it\"");
    }

    @Test
    void jsonHasEachRound() {
        assertThat(JsonReport.text(new Run(SESSIONS, RESULTS)))
                .contains(
                        "{\"facts\": {\n      \"java\": \"17\"\n    }, \"rounds\": {",
                        "\"sink\": 3",
                        "\"notes\": [\n      \"FAILED: \\\"it\\\"\"\n    ]}",
                        "{\"goal\": \"decode flow\", \"area\": \"codec\", \"figure\": \"ns\", \"ours\": ",
                        "\"limit\": 0.4500, \"met\": false}",
                        "{\"area\": \"sink\", \"task\": \"receive\", \"subject\": \"amqp10\", \"figures\": {\"B\": "
                                + "{\"median\": 3.0000, \"min\": 1.0000, \"max\": 200.0000,"
                                + " \"rounds\": [3.0000, 200.0000, 1.0000]}}}");
    }
}
