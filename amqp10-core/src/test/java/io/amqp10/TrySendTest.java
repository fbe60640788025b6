package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sending without waiting: whoever is told that there is no credit is told when there is some, so none of it lies idle. */
@Timeout(600)
class TrySendTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final Container server = Container.create("server");
    private final BlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();
    private final AtomicInteger arrived = new AtomicInteger();
    private @Nullable Container client;

    @AfterEach
    void close() {
        if (client != null) {
            client.close();
        }
        server.close();
    }

    /** Connects to a peer that takes messages of at most 1,000 bytes, and grants credit when a test does. */
    private Session session(ContainerOptions options) {
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .linkAcceptor(request -> request.accept(ReceiverOptions.of("")
                        .creditWindow(0)
                        .maxMessageSize(1_000)
                        .handler(new MessagingHandler() {
                            @Override
                            public void onReceiverOpened(Receiver receiver) {
                                receivers.add(receiver);
                            }

                            @Override
                            public void onMessage(Delivery delivery) {
                                arrived.incrementAndGet();
                                delivery.accept();
                            }
                        }))));
        client = Container.create(options);
        return client.connect(ConnectionOptions.of(listener.uri()).closeTimeout(Duration.ofMillis(200)))
                .awaitOpen(SOON)
                .openSession();
    }

    private Receiver receiver() throws InterruptedException {
        Receiver receiver = receivers.poll(60, TimeUnit.SECONDS);
        assertThat(receiver).isNotNull();
        return receiver;
    }

    @Test
    void handlerThatSendsWhileItMayUsesUpAllCredit() throws Exception {
        session(ContainerOptions.of("client")).openSender(SenderOptions.of("a").handler(new MessagingHandler() {
            @Override
            public void onSendable(Sender sender) {
                while (sender.trySend(Message.of("m")) != null) {
                    Thread.onSpinWait();
                }
            }
        }));
        Receiver receiver = receiver();

        for (int round = 1; round <= 500; round++) {
            int wanted = round * 100;
            receiver.addCredit(100);
            await().atMost(SOON).pollInterval(Duration.ofMillis(1)).untilAsserted(() -> assertThat(arrived)
                    .hasValue(wanted));
        }
    }

    @Test
    void messageThatHasGoneOutDoesNotStandInTheWayOfTheNext() throws Exception {
        CountDownLatch queued = new CountDownLatch(1);
        AtomicInteger gone = new AtomicInteger();
        AtomicReference<Tracker> meanwhile = new AtomicReference<>();
        Session session = session(ContainerOptions.of("client").metrics(new MetricsCollector() {
            @Override
            public void sent(Sender sender, long bytes) {
                // on the event loop, as soon as a message has been given to the engine
                switch (gone.incrementAndGet()) {
                    case 1 -> awaitQuietly(queued);
                    case 3 -> meanwhile.set(sender.trySend(Message.of("4")));
                    default -> {
                        // the others come as they come
                    }
                }
            }
        }));
        Sender sender = session.openSender(SenderOptions.of("a"));
        receiver().addCredit(4);
        await().atMost(SOON).until(() -> sender.credit() == 4);

        assertThat(sender.trySend(Message.of("1"))).isNotNull();
        await().atMost(SOON).until(() -> gone.get() == 1);
        assertThat(sender.trySend(Message.of("2"))).isNotNull();
        assertThat(sender.trySend(Message.of("3"))).isNotNull();
        queued.countDown();

        await().atMost(SOON).until(() -> gone.get() >= 3);
        await().atMost(SOON).untilAsserted(() -> assertThat(arrived).hasValue(4));
        assertThat(meanwhile.get()).isNotNull();
        assertThat(sender.trySend(Message.of("5"))).as("beyond the credit").isNull();
        await().atMost(SOON).until(() -> sender.credit() == 0 && sender.queued() == 0);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void creditOfMessageThatIsTooLargeIsThereForTheNext() throws Exception {
        AtomicInteger turns = new AtomicInteger();
        AtomicInteger rejected = new AtomicInteger();
        session(ContainerOptions.of("client")).openSender(SenderOptions.of("a").handler(new MessagingHandler() {
            @Override
            public void onSendable(Sender sender) {
                if (turns.incrementAndGet() == 1) {
                    assertThat(sender.trySend(Message.of("x".repeat(2_000)))).isNotNull();
                }
                if (arrived.get() == 0) {
                    sender.trySend(Message.of("small"));
                }
            }

            @Override
            public void onRejected(Tracker tracker) {
                rejected.incrementAndGet();
            }
        }));

        receiver().addCredit(1);

        await().atMost(SOON).untilAsserted(() -> assertThat(arrived).hasValue(1));
        await().atMost(SOON).untilAsserted(() -> assertThat(rejected).hasValue(1));
    }

    @Test
    void creditThatIsGivenBackIsNoLongerThere() throws Exception {
        Sender sender = session(ContainerOptions.of("client")).openSender(SenderOptions.of("a"));
        Receiver receiver = receiver();
        receiver.addCredit(3);
        await().atMost(SOON).until(() -> sender.credit() == 3);
        assertThat(sender.trySend(Message.of("1"))).isNotNull();

        receiver.drain().get(60, TimeUnit.SECONDS);

        assertThat(sender.trySend(Message.of("2"))).isNull();
        assertThat(sender.credit()).isZero();
        receiver.addCredit(1);
        await().atMost(SOON).until(() -> sender.trySend(Message.of("2")) != null);
        assertThat(sender.trySend(Message.of("3"))).isNull();
        await().atMost(SOON).untilAsserted(() -> assertThat(arrived).hasValue(2));
    }

    @Test
    void drainWaitsForMessageThatIsOnItsWayToTheEventLoop() throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        AtomicReference<Tracker> behind = new AtomicReference<>();
        Session session = session(ContainerOptions.of("client").metrics(new MetricsCollector() {
            @Override
            public void sent(Sender sender, long bytes) {
                awaitQuietly(
                        taken); // so that the event loop finds the drain, and the message behind it still on its way
            }
        }));
        Sender sender = session.openSender(SenderOptions.of("a").handler(new MessagingHandler() {
            @Override
            public void onDrain(Sender sender) {
                assertThat(sender.trySend(Message.of("1"))).isNotNull();
                sender.drained();
                behind.set(sender.trySend(Message.of("2")));
                taken.countDown();
            }
        }));
        Receiver receiver = receiver();
        receiver.addCredit(3);
        await().atMost(SOON).until(() -> sender.credit() == 3);

        receiver.drain().get(60, TimeUnit.SECONDS);

        assertThat(behind.get()).isNotNull();
        await().atMost(SOON).untilAsserted(() -> assertThat(arrived).hasValue(2));
        assertThat(sender.trySend(Message.of("3")))
                .as("beyond the credit that is left")
                .isNull();
    }
}
