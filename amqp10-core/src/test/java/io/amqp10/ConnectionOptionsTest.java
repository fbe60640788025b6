package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with options is said at once. */
@Timeout(600)
class ConnectionOptionsTest {

    @Test
    void mechanismsAreNamedInCapitalsOrNot() {
        assertThat(ConnectionOptions.of("localhost")
                        .saslMechanisms(List.of("plain", "Scram-Sha-256"))
                        .saslMechanisms())
                .containsExactly("PLAIN", "SCRAM-SHA-256");
        assertThat(ListenOptions.of("localhost")
                        .saslMechanisms(List.of("external"))
                        .saslMechanisms())
                .containsExactly("EXTERNAL");
    }

    @Test
    void mechanismThatThereIsNotIsRefusedAndTheOthersAreNamed() {
        assertThatThrownBy(() -> ConnectionOptions.of("localhost").saslMechanisms(List.of("PLAIN", "CRAM-MD5")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("CRAM-MD5")
                .hasMessageContaining("SCRAM-SHA-256");
        assertThatThrownBy(() -> ListenOptions.of("localhost").saslMechanisms(List.of("CRAM-MD5")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "amqp://u:part1/part2@h",
                "amqps://RootKey:part1/part2=@ns.example",
                "u:part1/part2@h",
                "amqp://u:part1@part2/x@h",
                "amqp://u:part1 part2@h",
                "amqp://u:part1?part2@h/q",
                "amqp://u:part1#part2@h",
                "amqp://u:part1,part2@h",
                "u:part1,part2@h",
                "amqp://good,amqp://u:part1/,part2@h",
                "amqp://u:1part1,part2@[::1]",
                "http://u:part1@part2@h",
                "amqp://u:part1@h:99999/part2@h",
            })
    void passwordWithWhatDoesNotStandInUrisIsNotShown(String text) {
        assertThatThrownBy(() -> ConnectionOptions.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not an AMQP URI")
                .hasMessageContaining("***")
                .hasMessageNotContainingAny("part1", "part2");
    }

    @ParameterizedTest
    @CsvSource({
        "amqp://u:p@h:5672/q, amqp://***@h:5672/q",
        "amqp://h:5672/q, amqp://h:5672/q",
        "amqp://[::1]:5672/q, amqp://[::1]:5672/q",
        "http://h, http://h",
        "h:99999, h:99999",
        "h/q?a:b, h/q?a:b",
        "h:56z2, h:***",
    })
    void allElseOfAMalformedUriIsShown(String text, String shown) {
        assertThatThrownBy(() -> ConnectionOptions.of(text)).hasMessageContaining("'" + shown + "'");
    }

    @Test
    void supplierThatThrowsFailsTheConnectionAtOnceAndNotByItsTimeout() {
        try (Container container = Container.create()) {
            Connection connection = container.connect(ConnectionOptions.of("amqps://127.0.0.1:1")
                    .connectTimeout(Duration.ofHours(1))
                    .reconnect(ReconnectOptions.OFF)
                    .tls(TlsOptions.DEFAULT.sslContextSupplier(() -> {
                        throw new IllegalStateException("the certificate cannot be read");
                    })));
            assertThatThrownBy(() -> connection.awaitOpen(Duration.ofSeconds(30)))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("the certificate cannot be read");
        }
    }
}
