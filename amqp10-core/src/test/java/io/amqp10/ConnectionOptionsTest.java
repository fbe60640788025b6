package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
