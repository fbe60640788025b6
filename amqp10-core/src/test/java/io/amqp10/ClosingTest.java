package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.amqp10.testkit.FaultyLink;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Closing from every side: again, too late, by handlers, from many threads, and with a peer that does not answer. */
@Timeout(600)
class ClosingTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private Container server;
    private Container client;

    @BeforeEach
    void create() {
        server = Container.create("server");
        client = Container.create("client");
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void whatBelongsToAClosedContainerCanBeClosedAndSaysSoWhenUsed() throws Exception {
        CompletableFuture<Sender> toClient = new CompletableFuture<>();
        Listener listener = server.listen("amqp://127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onSenderOpened(Sender sender) {
                toClient.complete(sender);
            }
        });
        Connection connection = client.connect(listener.uri()).awaitOpen(SOON);
        Session session = connection.openSession();
        Sender sender = session.openSender(SenderOptions.of("a")).awaitOpen(SOON);
        Receiver receiver = connection.openReceiver("b").awaitOpen(SOON);
        toClient.get(60, TimeUnit.SECONDS).send(Message.of("x"));
        Delivery delivery = receiver.receive(SOON);
        assertThat(delivery).isNotNull();

        client.close();

        client.close();
        connection.close();
        session.close();
        sender.close();
        receiver.close();
        listener.close();
        delivery.accept();
        receiver.pause();
        receiver.drain();
        sender.drained();
        assertThat(connection.closeAsync()).succeedsWithin(SOON);
        assertThat(sender.closeAsync()).succeedsWithin(SOON);
        assertThatThrownBy(() -> sender.send(Message.of("x"))).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> receiver.receive(SOON)).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> connection.openSender("x")).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> client.connect(listener.uri())).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> client.listen("amqp://127.0.0.1:0")).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> client.schedule(Duration.ZERO, () -> {})).isInstanceOf(ClosedException.class);
    }

    @Test
    void nothingIsLoggedByTheThreadsOfAContainerThatIsClosedWhileItConnects() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger netty = (Logger) LoggerFactory.getLogger("io.netty");
        netty.addAppender(lines);
        try {
            Listener listener = server.listen("amqp://127.0.0.1:0");
            for (int i = 0; i < 200; i++) {
                try (Container hasty = Container.create("hasty")) {
                    hasty.connect(listener.uri());
                }
            }
        } finally {
            netty.detachAppender(lines);
        }
        assertThat(List.copyOf(lines.list))
                .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.INFO))
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEmpty();
    }

    @Test
    void containerClosedByItsHandlerStillSettlesAndClosesInOrder() {
        Listener listener = server.listen("amqp://127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                server.close();
            }
        });
        Connection connection =
                client.connect(ConnectionOptions.of(listener.uri()).reconnect(ReconnectOptions.OFF));

        SendOutcome outcome =
                connection.openSender("a").send(Message.of("stop")).await(SOON);

        assertThat(outcome).isEqualTo(SendOutcome.ACCEPTED);
        await().atMost(SOON).until(() -> connection.state() == LifecycleState.CLOSED);
        assertThat(connection.error()).isNotNull().hasMessageContaining("amqp:connection:forced");
    }

    @Test
    void handlerOnAnExecutorOfItsOwnMayCloseItsConnection() throws Exception {
        ExecutorService own = Executors.newSingleThreadExecutor();
        try {
            CompletableFuture<Long> tookMillis = new CompletableFuture<>();
            Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                    .closeTimeout(Duration.ofMinutes(2))
                    .linkAcceptor(request ->
                            request.accept(ReceiverOptions.of("").executor(own).handler(new MessagingHandler() {
                                @Override
                                public void onMessage(Delivery delivery) {
                                    long began = System.nanoTime();
                                    delivery.connection().close();
                                    tookMillis.complete(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
                                }
                            }))));
            Connection connection =
                    client.connect(ConnectionOptions.of(listener.uri()).reconnect(ReconnectOptions.OFF));

            SendOutcome outcome =
                    connection.openSender("a").send(Message.of("stop")).await(SOON);

            assertThat(outcome).isEqualTo(SendOutcome.ACCEPTED);
            assertThat(tookMillis.get(60, TimeUnit.SECONDS)).isLessThan(60_000);
        } finally {
            own.shutdown();
        }
    }

    @Test
    void manyThreadsMayCloseTheSameThings() throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0");
        Connection connection = client.connect(listener.uri()).awaitOpen(SOON);
        Sender sender = connection.openSender("a").awaitOpen(SOON);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<CompletableFuture<Void>> done = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                AutoCloseable what = List.<AutoCloseable>of(sender, connection, client, listener)
                        .get(i % 4);
                done.add(CompletableFuture.runAsync(
                        () -> {
                            try {
                                what.close();
                            } catch (Exception e) {
                                throw new AssertionError(e);
                            }
                        },
                        threads));
            }
            for (CompletableFuture<Void> each : done) {
                assertThat(each).succeedsWithin(SOON);
            }
        } finally {
            threads.shutdown();
        }
        assertThat(connection.state()).isEqualTo(LifecycleState.CLOSED);
        assertThat(sender.state()).isEqualTo(LifecycleState.CLOSED);
    }

    @Test
    void containerClosesWhileConnectionsAreBeingMade() throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0");
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            connections.add(client.connect(listener.uri()));
        }
        connections.add(client.connect("amqp://127.0.0.1:1"));

        client.close();

        assertThat(connections).allMatch(connection -> connection.state() == LifecycleState.CLOSED);
        assertThat(connections).allSatisfy(connection -> assertThatThrownBy(() -> connection.openSender("a"))
                .isInstanceOf(Amqp10Exception.class));
        assertThat(client.connections()).isEmpty();
    }

    @Test
    void connectionThatIsClosedIsGoneFromItsContainerThoughItsHandlerIsStillBeingToldSo() {
        CountDownLatch goOn = new CountDownLatch(1);
        Listener listener = server.listen("amqp://127.0.0.1:0");
        Connection connection = client.connect(
                        ConnectionOptions.of(listener.uri()).handler(new MessagingHandler() {
                            @Override
                            public void onConnectionClosed(Connection closed) {
                                try {
                                    goOn.await();
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            }
                        }))
                .awaitOpen(SOON);
        assertThat(client.connections()).containsExactly(connection);

        connection.close();

        try {
            assertThat(client.connections()).isEmpty();
        } finally {
            goOn.countDown();
        }
        client.run();
    }

    @Test
    void closeTimeoutMayBeWithoutEnd() throws Exception {
        Duration forever = ChronoUnit.FOREVER.getDuration();
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0").closeTimeout(forever));
        ConnectionOptions options = ConnectionOptions.of(listener.uri()).closeTimeout(forever);
        Connection connection = client.connect(options).awaitOpen(SOON);
        Session session = connection.openSession();
        Sender sender = session.openSender(SenderOptions.of("a")).awaitOpen(SOON);

        sender.close();
        session.close();
        connection.close();

        assertThat(connection.state()).isEqualTo(LifecycleState.CLOSED);
        assertThat(connection.error()).isNull();
        client.connect(options).awaitOpen(SOON);
        client.close();
        client.run(); // returns, since all of it has ended
    }

    @Test
    void timesOfTheTransportMayBeWithoutEnd() {
        Duration forever = ChronoUnit.FOREVER.getDuration();
        PeerLimits limits = PeerLimits.DEFAULT.writeStallTimeout(forever);
        Listener listener = server.listen(
                ListenOptions.of("amqp://127.0.0.1:0").handshakeTimeout(forever).limits(limits));

        Connection connection = client.connect(ConnectionOptions.of(listener.uri())
                        .connectTimeout(forever)
                        .limits(limits))
                .awaitOpen(SOON);

        connection.openSender("a").awaitOpen(SOON);
    }

    @Test
    void linkWhosePeerDoesNotAnswerTheDetachIsClosedAfterTheTime() throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0");
        try (FaultyLink road = FaultyLink.to(listener.port())) {
            Connection connection = client.connect(ConnectionOptions.of("amqp://127.0.0.1:" + road.port())
                            .closeTimeout(Duration.ofMillis(100)))
                    .awaitOpen(SOON);
            Sender sender = connection.openSender("a").awaitOpen(SOON);
            Session session = connection.openSession();
            session.opened().get(60, TimeUnit.SECONDS);
            road.stallBoth();

            CompletableFuture<Void> closed = sender.closeAsync();
            CompletableFuture<Void> ended = session.closeAsync();

            assertThat(closed).succeedsWithin(SOON);
            assertThat(ended).succeedsWithin(SOON);
            assertThat(connection.links()).isEmpty();
            assertThat(connection.state()).isEqualTo(LifecycleState.OPEN);
        }
    }
}
