package io.amqp10.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.benchmarks.client.ClientKind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void withoutOptionsEverythingIsRunInSeveralRounds() {
        Options options = Options.parse();

        assertThat(options.areas()).containsExactlyInAnyOrder(Options.Area.values());
        assertThat(options.clients()).containsExactlyInAnyOrder(ClientKind.values());
        assertThat(options.rounds()).isEqualTo(3);
        assertThat(options.json()).isNull();
    }

    @Test
    void optionsNarrowTheRun() {
        Options options = Options.parse(
                "--only", "sink", "--client", "raw", "--rounds", "5", "--messages", "1000", "--json", "out.json");

        assertThat(options.areas()).containsExactly(Options.Area.SINK);
        assertThat(options.clients()).containsExactly(ClientKind.RAW);
        assertThat(options.rounds()).isEqualTo(5);
        assertThat(options.messages()).isEqualTo(1000);
        assertThat(options.json()).isEqualTo(Path.of("out.json"));
        assertThat(options.toStandardOutput()).isFalse();
    }

    @Test
    void jsonWithoutAFileGoesToStandardOutput() {
        for (Options options : List.of(Options.parse("--json"), Options.parse("--json", "--quick"))) {
            assertThat(options.toStandardOutput()).isTrue();
            assertThat(options.json()).isNull();
        }
    }

    @Test
    void aFullRunWritesIntoTheDocumentsAndKeepsToItsTime() {
        Options options = Options.parse("--full", "--minutes", "7", "--growth", "1000000");

        assertThat(options.docs()).isEqualTo(Path.of("docs"));
        assertThat(options.maxSeconds()).isEqualTo(420);
        assertThat(options.growthMessages()).isEqualTo(1_000_000);
        assertThat(options.rounds()).isEqualTo(9);
        assertThat(options.repeatsOnlyGoals()).isTrue();
        assertThat(Options.parse("--full").maxSeconds()).isEqualTo(3_600);
    }

    @Test
    void wrongOptionsAreNamed() {
        assertThatThrownBy(() -> Options.parse("--rounds", "none")).hasMessage("--rounds needs a number, not 'none'");
        assertThatThrownBy(() -> Options.parse("--rounds", "0")).hasMessage("--rounds must be at least 1");
        assertThatThrownBy(() -> Options.parse("--fast", "1")).hasMessage("unknown option: --fast");
        assertThatThrownBy(() -> Options.parse("--only", "jms")).hasMessageStartingWith("jms is none of codec, sink, ");
        assertThatThrownBy(() -> Options.parse("--only")).hasMessage("a value is missing after --only");
        assertThatThrownBy(() -> Options.parse("--full", "--quick")).hasMessageContaining("--full takes neither");
        assertThatThrownBy(() -> Options.parse("--client", "raw", "--full")).hasMessageContaining("nor --client");
    }
}
