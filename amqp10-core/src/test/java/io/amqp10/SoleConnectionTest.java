package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a container does that wants to have one connection only; brokers that do as it wants are in the interop tests. */
@Timeout(180)
final class SoleConnectionTest {

    @Test
    void peerThatDoesNotOfferItIsNotUsed() {
        try (Container server = Container.create("server");
                Container client = Container.create("client")) {
            Listener listener = server.listen("amqp://127.0.0.1:0");
            Connection connection =
                    client.connect(ConnectionOptions.of(listener.uri()).soleConnection(SoleConnection.REFUSE_NEW));
            assertThatThrownBy(connection::awaitOpen)
                    .isInstanceOf(GuaranteeNotSupportedException.class)
                    .hasMessageContaining("one connection only");
            assertThat(connection.state()).isEqualTo(LifecycleState.CLOSED);
            await().until(() -> server.connections().isEmpty());
        }
    }
}
