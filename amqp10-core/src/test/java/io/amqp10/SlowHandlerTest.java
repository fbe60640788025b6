package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.testkit.FaultyLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits for a handler that is slow has a bound. */
@Timeout(600)
class SlowHandlerTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final Container server = Container.create("server");
    private final Container client = Container.create("client");
    private final CountDownLatch goOn = new CountDownLatch(1);

    @AfterEach
    void close() {
        goOn.countDown();
        client.close();
        server.close();
    }

    private void waitForGoOn() {
        try {
            assertThat(goOn.await(120, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1600})
    void outcomesThatWaitForTheHandlerHoldUpWhoSendsButNotTheHandler(int set) throws Exception {
        SenderOptions options = SenderOptions.of("a").maxQueued(1);
        int limit = set > 0 ? set : SenderOptions.DEFAULT_MAX_OUTCOMES_QUEUED;
        CountDownLatch behind = new CountDownLatch(1);
        CompletableFuture<Tracker> byHandler = new CompletableFuture<>();
        AtomicInteger told = new AtomicInteger();
        Listener listener = server.listen("amqp://127.0.0.1:0", new MessagingHandler() {});
        Sender sender = client.connect(listener.uri())
                .openSender((set > 0 ? options.maxOutcomesQueued(set) : options).handler(new MessagingHandler() {
                    @Override
                    public void onAccepted(Tracker tracker) {
                        if (told.incrementAndGet() == 1) {
                            try {
                                assertThat(behind.await(120, TimeUnit.SECONDS)).isTrue();
                                byHandler.complete(tracker.sender().send(Message.of("more"), SOON));
                            } catch (InterruptedException | RuntimeException e) {
                                byHandler.completeExceptionally(e);
                            }
                            waitForGoOn();
                        }
                    }
                }));
        List<Tracker> sent = new ArrayList<>();
        String why = "";
        while (sent.size() < 3 * limit && !why.contains("outcomes behind")) {
            try {
                sent.add(sender.send(Message.of("m"), Duration.ofMillis(500)));
            } catch (TimedOutException e) {
                why = String.valueOf(e.getMessage());
            }
        }

        assertThat(why)
                .contains("the handler of sender to 'a' is " + limit
                        + " outcomes behind, which maxOutcomesQueued allows");
        assertThat(sent.size()).as("with what was on its way").isBetween(limit, limit + 2048);
        assertThat(sender.trySend(Message.of("m"))).isNull();
        behind.countDown();
        assertThat(byHandler.get(60, TimeUnit.SECONDS).await(SOON).isAccepted()).isTrue();
        goOn.countDown();
        sent.add(sender.send(Message.of("m"), SOON));
        for (Tracker tracker : sent) {
            tracker.await(SOON).orThrow();
        }
        await().until(() -> told.get() == sent.size() + 1);
    }

    @Test
    void moreOutcomesMayWaitWhereMoreMessagesMay() {
        assertThat(SenderOptions.of("a").maxOutcomesQueued()).isEqualTo(16_384);
        assertThat(SenderOptions.of("a").maxQueued(10_000).maxOutcomesQueued()).isEqualTo(160_000);
        assertThat(SenderOptions.of("a").maxQueued(10_000).maxOutcomesQueued(16).maxOutcomesQueued())
                .isEqualTo(16);
        assertThatThrownBy(() -> SenderOptions.of("a").maxOutcomesQueued(15))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxOutcomesQueued");
    }

    @Test
    void messagesOfLostConnectionsThatWaitForTheHandlerUseUpItsCredit() {
        AtomicInteger sent = new AtomicInteger();
        AtomicInteger handled = new AtomicInteger();
        Listener listener = server.listen("amqp://127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onSendable(Sender sender) {
                while (sender.trySend(Message.of("m")) != null) {
                    sent.incrementAndGet();
                }
            }
        });
        try (FaultyLink link = FaultyLink.to(listener.port())) {
            Connection connection = client.connect(ConnectionOptions.of("amqp://127.0.0.1:" + link.port())
                    .reconnect(ReconnectOptions.DEFAULT.maxDelay(Duration.ofMillis(100))));
            Receiver receiver = connection.openReceiver(
                    ReceiverOptions.of("a").creditWindow(10).handler(new MessagingHandler() {
                        @Override
                        public void onMessage(Delivery delivery) {
                            if (handled.incrementAndGet() == 1) {
                                waitForGoOn();
                            }
                        }
                    }));
            await().until(() -> handled.get() == 1 && sent.get() == 10);
            for (int i = 0; i < 4; i++) {
                int before = link.accepted();
                link.cut();
                link.heal();
                await().until(() -> link.accepted() > before && receiver.state() == LifecycleState.OPEN);
                // what the receiver asked for when it came back was answered before this is
                Sender barrier = receiver.session().openSender(SenderOptions.of("barrier"));
                barrier.send(Message.of("anything new?")).await(SOON).orThrow();
                barrier.close();
            }
            assertThat(sent).hasValue(10);

            goOn.countDown();
            await().until(() -> handled.get() > 20);
        }
    }
}
