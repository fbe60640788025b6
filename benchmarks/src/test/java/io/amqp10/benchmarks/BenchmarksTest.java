package io.amqp10.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarksTest {

    private final ByteArrayOutputStream table = new ByteArrayOutputStream();
    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

    @Test
    void processesAreStartedMeasuredAndEnded(@TempDir Path directory) throws Exception {
        Path json = directory.resolve("figures.json");
        Options options = Options.parse(
                "--quick", "--only", "artemis", "--client", "amqp10", "--messages", "500", "--json", json.toString());

        boolean complete = Benchmarks.run(options, "as told", printer(table), printer(progress));

        assertThat(complete).as(progress.toString(StandardCharsets.UTF_8)).isTrue();
        assertThat(table.toString(StandardCharsets.UTF_8))
                .contains(
                        "| artemis: send, unsettled",
                        "| artemis: send, settled",
                        "| artemis: receive",
                        "| artemis: request/reply",
                        "| amqp10");
        assertThat(Files.readString(json))
                .contains(
                        "\"command\": \"benchmarks/run.sh as told\"", "\"task\": \"receive\", \"subject\": \"amqp10\"");
        assertThat(ProcessHandle.current().children())
                .allSatisfy(child -> assertThat(child.onExit()).succeedsWithin(Duration.ofMinutes(1)));
    }

    @Test
    void jsonOnStandardOutputHasNothingElseBesideIt() throws Exception {
        Options options = Options.parse("--quick", "--only", "sink", "--client", "raw", "--messages", "500", "--json");

        boolean complete = Benchmarks.run(options, "as told", printer(table), printer(progress));

        assertThat(complete).as(progress.toString(StandardCharsets.UTF_8)).isTrue();
        assertThat(table.toString(StandardCharsets.UTF_8))
                .startsWith("{\n  \"runs\": [")
                .contains("\"task\": \"receive\", \"subject\": \"raw socket\"")
                .endsWith("}\n")
                .doesNotContain("| sink");
    }

    private static PrintStream printer(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
