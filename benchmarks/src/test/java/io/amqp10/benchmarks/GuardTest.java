package io.amqp10.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GuardTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Guard guard =
            new Guard(new PrintStream(out, true, StandardCharsets.UTF_8), Map.of("send.bytes", 600.0));

    @Test
    void aFigureAboveItsBoundIsNamedWithBoth() {
        guard.hold("send.bytes", 700);

        assertThat(guard.verdict()).isFalse();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("GUARD BROKEN: send.bytes is 700, the bound in")
                .contains("bounds.properties is 600");
    }

    @Test
    void aFigureAtItsBoundIsGood() {
        guard.hold("send.bytes", 600);

        assertThat(guard.verdict()).isTrue();
    }

    @Test
    void neitherAFigureWithoutBoundNorABoundWithoutFigureIsPassedOver() {
        assertThatThrownBy(guard::verdict).hasMessageContaining("send.bytes");

        guard.hold("send.bytes", 500);
        guard.hold("receive.bytes", 500);

        assertThat(guard.verdict()).isFalse();
    }

    @Test
    void committedBoundsAreRead() throws Exception {
        assertThat(Guard.committedBounds()).containsKeys("send.bytes", "receive.dispositions", "codec.decode-transfer");
    }
}
