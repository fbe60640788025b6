package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.testkit.FaultyLink;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was given to a sender goes out before it is closed, wherever the sender stands then. */
@Timeout(600)
class ClosingSenderTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final ReconnectOptions FAST = ReconnectOptions.DEFAULT.initialDelay(Duration.ofMillis(5));

    private final List<Object> came = new CopyOnWriteArrayList<>();
    private Container server;
    private Container client;
    private Listener listener;

    @BeforeEach
    void create() {
        server = Container.create("server");
        client = Container.create("client");
        listener = server.listen("amqp://127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                came.add(delivery.message().body());
            }
        });
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    /** What is closed. */
    enum Closed {
        SENDER,
        SESSION,
        CONNECTION,
        CONTAINER;

        void of(Sender sender) throws Exception {
            AutoCloseable what =
                    switch (this) {
                        case SENDER -> sender;
                        case SESSION -> sender.session();
                        case CONNECTION -> sender.connection();
                        case CONTAINER -> sender.connection().container();
                    };
            what.close();
        }

        CompletableFuture<Void> inBackgroundOf(Sender sender) {
            return CompletableFuture.runAsync(() -> {
                try {
                    of(sender);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
        }
    }

    private Connection connect(int port, ReconnectOptions reconnect, Duration closeTimeout) {
        return client.connect(ConnectionOptions.of("amqp://127.0.0.1:" + port)
                .reconnect(reconnect)
                .closeTimeout(closeTimeout));
    }

    @ParameterizedTest
    @EnumSource
    void messagesTakenBeforeTheConnectionIsOpenGoOutBeforeItCloses(Closed what) throws Exception {
        Sender sender = connect(listener.port(), FAST, LONG).openSession().openSender(SenderOptions.of("a"));
        Tracker first = sender.send(Message.of(1));
        Tracker second = sender.send(Message.of(2));

        what.of(sender);

        assertThat(came).containsExactly(1, 2);
        assertThat(first.outcome()).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(second.outcome()).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(sender.state()).isEqualTo(LifecycleState.CLOSED);
    }

    @ParameterizedTest
    @EnumSource
    void messagesSentAtMostOnceGoOutBeforeItCloses(Closed what) throws Exception {
        Sender sender = connect(listener.port(), FAST, LONG)
                .openSession()
                .openSender(SenderOptions.of("a").guarantee(DeliveryGuarantee.AT_MOST_ONCE));
        Tracker tracker = sender.send(Message.of(1));

        what.of(sender);

        assertThat(tracker.outcome()).isEqualTo(SendOutcome.UNCONFIRMED);
        await().atMost(LONG).until(() -> came.equals(List.of(1)));
    }

    @ParameterizedTest
    @EnumSource
    void messagesTakenDuringABreakGoOutWhenItIsOverBeforeTheSenderCloses(Closed what) throws Exception {
        try (FaultyLink road = FaultyLink.to(listener.port())) {
            Sender sender = connect(road.port(), FAST, LONG)
                    .openSession()
                    .openSender(SenderOptions.of("a"))
                    .awaitOpen(LONG);
            road.refuse();
            road.reset();
            await().atMost(LONG).until(() -> sender.state() == LifecycleState.RECOVERING);
            Tracker tracker = sender.send(Message.of(1));

            CompletableFuture<Void> closed = what.inBackgroundOf(sender);
            await().atMost(LONG)
                    .until(() -> sender.state() == LifecycleState.CLOSING
                            || sender.session().state() == LifecycleState.CLOSING
                            || sender.connection().state() == LifecycleState.CLOSING);
            assertThat(sender.queued()).isEqualTo(1);
            road.heal();

            assertThat(closed).succeedsWithin(LONG);
            assertThat(came).containsExactly(1);
            assertThat(tracker.outcome()).isEqualTo(SendOutcome.ACCEPTED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void breakWhileClosingWaitsForAnOutcomeIsOvercome(Closed what) throws Exception {
        try (FaultyLink road = FaultyLink.to(listener.port())) {
            Sender sender = connect(road.port(), FAST, LONG)
                    .openSession()
                    .openSender(SenderOptions.of("a"))
                    .awaitOpen(LONG);
            await().atMost(LONG).until(() -> sender.credit() > 0);
            road.stallBoth();
            Tracker tracker = sender.send(Message.of(1));
            await().atMost(LONG).until(() -> sender.unsettled() == 1);
            CompletableFuture<Void> closed = what.inBackgroundOf(sender);
            await().atMost(LONG)
                    .until(() -> sender.state() == LifecycleState.CLOSING
                            || sender.session().state() == LifecycleState.CLOSING
                            || sender.connection().state() == LifecycleState.CLOSING);

            road.reset();
            road.heal();

            assertThat(closed).succeedsWithin(LONG);
            assertThat(tracker.outcome()).isEqualTo(SendOutcome.ACCEPTED);
            assertThat(came).isNotEmpty().containsOnly(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void messagesForAPeerThatDoesNotComeFailWhenTheTimeForClosingIsOver(Closed what) throws Exception {
        try (FaultyLink road = FaultyLink.to(listener.port())) {
            road.refuse();
            Sender sender = connect(road.port(), FAST, Duration.ofMillis(300))
                    .openSession()
                    .openSender(SenderOptions.of("a"));
            Tracker tracker = sender.send(Message.of(1));

            what.of(sender);

            assertThat(sender.state()).isEqualTo(LifecycleState.CLOSED);
            assertThat(tracker.settlement())
                    .failsWithin(LONG)
                    .withThrowableThat()
                    .withCauseInstanceOf(ClosedException.class);
        }
    }

    @Test
    void messagesOfAClosingSenderWhoseLinkIsRefusedFailWithWhatThePeerSays() {
        AtomicInteger requests = new AtomicInteger();
        Listener refusing = server.listen(ListenOptions.of("amqp://127.0.0.1:0").linkAcceptor(request -> {
            requests.incrementAndGet();
            request.refuse(ErrorCondition.of(AmqpError.NOT_FOUND, "no such node"));
        }));
        Sender sender = connect(refusing.port(), FAST, LONG).openSender("a");
        Tracker tracker = sender.send(Message.of(1));

        sender.close();

        assertThat(tracker.settlement())
                .failsWithin(LONG)
                .withThrowableThat()
                .withCauseInstanceOf(LinkRefusedException.class)
                .withMessageContaining("no such node");
        assertThat(requests).hasValue(1);
    }

    @Test
    void linkThatIsTakenAwayForAMomentWhileItClosesComesBackForItsMessages() {
        AtomicInteger requests = new AtomicInteger();
        Listener busy = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .handler(new MessagingHandler() {
                    @Override
                    public void onMessage(Delivery delivery) {
                        came.add(delivery.message().body());
                    }
                })
                .linkAcceptor(request -> {
                    if (requests.incrementAndGet() < 3) {
                        request.refuse(ErrorCondition.of(AmqpError.RESOURCE_LOCKED, "somebody else has it"));
                    } else {
                        request.accept();
                    }
                }));
        Sender sender = connect(busy.port(), FAST, LONG).openSender("a");
        Tracker tracker = sender.send(Message.of(1));

        sender.close();

        assertThat(tracker.outcome()).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(came).containsExactly(1);
    }

    @Test
    void senderWithNothingToSendIsClosedAtOnceThoughThePeerIsAway() {
        try (FaultyLink road = FaultyLink.to(listener.port())) {
            road.refuse();
            Sender sender = connect(road.port(), FAST, LONG).openSender("a");
            long began = System.nanoTime();

            sender.close();
            sender.connection().close();

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONG.dividedBy(2));
        }
    }
}
