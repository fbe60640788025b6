package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.testkit.TlsMaterial;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Large messages in a row under TLS, where the socket is full again and again while a batch is being written. */
@Timeout(600)
class TlsThroughputTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static Listener listen(Container server, MessagingHandler handler) {
        return server.listen(ListenOptions.of("amqps://127.0.0.1:0")
                .tls(TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(TlsMaterial.Identity.SERVER)))
                .handler(handler));
    }

    private static ConnectionOptions options(Listener listener) {
        return ConnectionOptions.of("amqps://localhost:" + listener.port())
                .tls(TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(null)));
    }

    @Test
    void largeMessagesInARowAllGoOut() {
        try (Container server = Container.create("server");
                Container client = Container.create("client")) {
            Listener listener = listen(server, new MessagingHandler() {
                @Override
                public void onMessage(Delivery delivery) {
                    delivery.accept();
                }
            });
            Sender sender = client.connect(options(listener)).openSender("a");
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

    @Test
    void largeMessagesInBothDirectionsAreWhatWasSent() throws Exception {
        int messages = 60;
        BlockingQueue<Message> back = new LinkedBlockingQueue<>();
        BlockingQueue<CompletableFuture<SendOutcome>> outcomes = new LinkedBlockingQueue<>();
        try (Container server = Container.create("server");
                Container client = Container.create("client")) {
            Listener listener = listen(server, new MessagingHandler() {
                private @Nullable Sender sender;

                @Override
                public void onMessage(Delivery delivery) {
                    if (sender == null) {
                        sender = delivery.receiver().connection().openSender("back");
                    }
                    outcomes.add(sender.sendAsync(delivery.message()));
                    delivery.accept();
                }
            });
            Connection connection = client.connect(
                    options(listener).linkAcceptor(LinkAcceptor.ALL).handler(new MessagingHandler() {
                        @Override
                        public void onMessage(Delivery delivery) {
                            back.add(delivery.message());
                            delivery.accept();
                        }
                    }));
            Sender sender = connection.openSender("a");
            for (int i = 0; i < messages; i++) {
                sender.send(Message.of(random(i)));
            }
            for (int i = 0; i < messages; i++) {
                Message message = Objects.requireNonNull(back.poll(60, TimeUnit.SECONDS));
                assertThat(Arrays.equals(message.bodyAsBytes(), random(i)))
                        .as("message %d", i)
                        .isTrue();
            }
            for (int i = 0; i < messages; i++) {
                assertThat(Objects.requireNonNull(outcomes.poll(60, TimeUnit.SECONDS)))
                        .succeedsWithin(SOON)
                        .isEqualTo(SendOutcome.ACCEPTED);
            }
        }
    }

    @Test
    void largeBodyIsWrittenToAChannelAsItArrives() throws Exception {
        byte[] body = random(150);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        CompletableFuture<Long> length = new CompletableFuture<>();
        try (Container server = Container.create("server");
                Container client = Container.create("client")) {
            Listener listener = server.listen(ListenOptions.of("amqps://127.0.0.1:0")
                    .tls(TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(TlsMaterial.Identity.SERVER)))
                    .linkAcceptor(request -> request.accept(
                            ReceiverOptions.of("").streaming(true).handler(new MessagingHandler() {
                                @Override
                                public void onMessage(Delivery delivery) {
                                    try {
                                        length.complete(delivery.transferBodyTo(Channels.newChannel(written)));
                                    } catch (IOException e) {
                                        length.completeExceptionally(e);
                                    }
                                }
                            }))));
            Sender sender = client.connect(options(listener)).openSender("a");

            assertThat(sender.send(Message.of(body)).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        }
        assertThat(length).isCompletedWithValue((long) body.length);
        assertThat(Arrays.equals(written.toByteArray(), body)).isTrue();
    }

    private static byte[] random(int seed) {
        byte[] octets = new byte[100_000 + 40_000 * seed];
        new Random(seed).nextBytes(octets);
        return octets;
    }
}
