package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.testkit.TlsMaterial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Large messages in a row under TLS, where the socket is full again and again while a batch is being written. */
@Timeout(600)
class TlsThroughputTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void largeMessagesInARowAllGoOut() {
        try (Container server = Container.create("server");
                Container client = Container.create("client")) {
            Listener listener = server.listen(ListenOptions.of("amqps://127.0.0.1:0")
                    .tls(TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(TlsMaterial.Identity.SERVER)))
                    .handler(new MessagingHandler() {
                        @Override
                        public void onMessage(Delivery delivery) {
                            delivery.accept();
                        }
                    }));
            Sender sender = client.connect(ConnectionOptions.of("amqps://localhost:" + listener.port())
                            .tls(TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(null))))
                    .openSender("a");
            Message large = Message.of(new byte[300_000]);
            for (int round = 0; round < 6; round++) {
                List<Tracker> trackers = new ArrayList<>();
                for (int i = 0; i < 106; i++) {
                    trackers.add(sender.send(large));
                }
                for (Tracker tracker : trackers) {
                    assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
                }
            }
        }
    }
}
