package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.testkit.FaultyLink;
import io.amqp10.transport.RawPeer;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is restored, how often it is tried, and what that may cost. */
@Timeout(600)
class RecoveryTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final ReconnectOptions FAST = ReconnectOptions.DEFAULT.initialDelay(Duration.ofMillis(5));

    /** An open of a peer that wants no connection, and is to close it next. */
    private static final String REFUSAL = "0000004502000000 005310 c0380a a103" + RawPeer.ascii("raw")
            + " 4040404040404040 c12802 a324" + RawPeer.ascii("amqp:connection-establishment-failed") + "41";

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

    private static ConnectionOptions to(String uri) {
        return ConnectionOptions.of(uri).reconnect(FAST).closeTimeout(Duration.ofMillis(200));
    }

    @Test
    void linkThatIsRefusedForAMomentIsTriedAgainFromTheStart() {
        AtomicInteger requests = new AtomicInteger();
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0").linkAcceptor(request -> {
            if (requests.incrementAndGet() < 3) {
                request.refuse(ErrorCondition.of(AmqpError.RESOURCE_LOCKED, "somebody else has it"));
            } else {
                request.accept();
            }
        }));

        Receiver receiver = client.connect(to(listener.uri())).openReceiver("exclusive");

        receiver.awaitOpen(SOON);
        assertThat(requests).hasValue(3);
    }

    @Test
    void linksAreAttachedAgainUnderTheirNamesAfterABreak() {
        List<String> attaches = new CopyOnWriteArrayList<>();
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0").linkAcceptor(request -> {
            attaches.add(request.localRole() + " " + request.attach().name() + " " + request.address());
            request.accept();
        }));
        try (FaultyLink link = FaultyLink.to(listener.port())) {
            Connection connection = client.connect(to("amqp://127.0.0.1:" + link.port()));
            Sender named = connection.openSender(SenderOptions.of("a").name("orders-out"));
            Sender unnamed = connection.openSender("a");
            Receiver received = connection.openReceiver(ReceiverOptions.of("b").name("orders-in"));
            List<Link> links = List.of(named.awaitOpen(SOON), unnamed.awaitOpen(SOON), received.awaitOpen(SOON));
            List<String> first = List.copyOf(attaches);
            assertThat(first)
                    .containsExactlyInAnyOrder(
                            "RECEIVER orders-out a", "RECEIVER " + unnamed.name() + " a", "SENDER orders-in b");
            for (int i = 0; i < 3; i++) {
                attaches.clear();
                link.cut();
                await().until(() ->
                        attaches.size() >= 3 && links.stream().allMatch(each -> each.state() == LifecycleState.OPEN));
                assertThat(attaches).containsExactlyInAnyOrderElementsOf(first);
            }
        }
    }

    @Test
    void linkThatThePeerAlwaysTakesAwayIsGivenUpAfterTheAttempts() {
        AtomicInteger opened = new AtomicInteger();
        Listener listener = server.listen("amqp://127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onReceiverOpened(Receiver receiver) {
                opened.incrementAndGet();
                receiver.detachAsync();
            }
        });

        Sender sender = client.connect(to(listener.uri()).reconnect(FAST.maxAttempts(3)))
                .openSender("a");

        await().atMost(SOON).until(() -> sender.state() == LifecycleState.CLOSED);
        assertThat(opened).hasValue(4);
        assertThat(sender.error()).isInstanceOf(LinkRefusedException.class);
    }

    @Test
    void linksThatThePeerOpenedAreLeftToItAfterABreak() {
        List<String> attaches = new CopyOnWriteArrayList<>();
        BlockingQueue<Sender> senders = new LinkedBlockingQueue<>();
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .handler(new MessagingHandler() {
                    @Override
                    public void onConnectionOpened(Connection connection) {
                        connection.openSender("news");
                        connection.openReceiver("orders");
                    }

                    @Override
                    public void onSenderOpened(Sender sender) {
                        senders.add(sender);
                    }
                })
                .linkAcceptor(request -> {
                    attaches.add(request.localRole() + " " + request.attach().name());
                    request.accept();
                }));
        Queue<Object> bodies = new ConcurrentLinkedQueue<>();
        try (FaultyLink link = FaultyLink.to(listener.port())) {
            Connection connection = client.connect(to("amqp://127.0.0.1:" + link.port())
                    .linkAcceptor(LinkAcceptor.ALL)
                    .handler(new MessagingHandler() {
                        @Override
                        public void onMessage(Delivery delivery) {
                            bodies.add(delivery.message().bodyAsString());
                        }
                    }));
            for (int i = 0; i < 4; i++) {
                String body = "news " + i;
                Sender sender = await().atMost(SOON).until(senders::poll, Objects::nonNull);
                assertThat(sender.send(Message.of(body)).await(SOON).isAccepted())
                        .isTrue();
                await().atMost(SOON).until(() -> connection.links().size() == 2);
                link.cut();
            }
            assertThat(bodies).containsExactly("news 0", "news 1", "news 2", "news 3");
            assertThat(attaches).isEmpty();
        }
    }

    @Test
    void closingDoesNotWaitForWhatALinkOfThePeerCannotSendAnyMore() throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onConnectionOpened(Connection connection) {
                connection.openReceiver(ReceiverOptions.of("news").creditWindow(0));
            }
        });
        BlockingQueue<Sender> senders = new LinkedBlockingQueue<>();
        Queue<String> events = new ConcurrentLinkedQueue<>();
        try (FaultyLink link = FaultyLink.to(listener.port())) {
            Connection connection = client.connect(to("amqp://127.0.0.1:" + link.port())
                    .linkAcceptor(LinkAcceptor.ALL)
                    .closeTimeout(Duration.ofHours(1))
                    .handler(new MessagingHandler() {
                        @Override
                        public void onSenderOpened(Sender sender) {
                            senders.add(sender);
                        }

                        @Override
                        public void onDisconnected(Connection broken, Amqp10Exception cause) {
                            events.add("disconnected");
                        }

                        @Override
                        public void onConnectionClosed(Connection closed) {
                            events.add("closed");
                        }
                    }));
            Sender sender = await().atMost(SOON).until(senders::poll, Objects::nonNull);
            Tracker tracker = sender.send(Message.of("without credit"));
            CompletableFuture<Void> closed = connection.closeAsync();
            await().atMost(SOON).until(() -> connection.state() == LifecycleState.CLOSING);

            link.cut();

            closed.get(60, TimeUnit.SECONDS);
            assertThatThrownBy(() -> tracker.await(SOON)).isInstanceOf(Amqp10Exception.class);
            await().atMost(SOON).until(() -> events.contains("closed"));
            assertThat(events).containsExactly("closed");
        }
    }

    @Test
    void linkOfOursInASessionThatThePeerBeganComesBack() throws Exception {
        List<String> attaches = new CopyOnWriteArrayList<>();
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .handler(new MessagingHandler() {
                    @Override
                    public void onConnectionOpened(Connection connection) {
                        connection.openSender("news");
                    }
                })
                .linkAcceptor(request -> {
                    attaches.add(request.attach().name());
                    request.accept();
                }));
        BlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();
        try (FaultyLink link = FaultyLink.to(listener.port())) {
            Connection connection = client.connect(to("amqp://127.0.0.1:" + link.port())
                    .linkAcceptor(LinkAcceptor.ALL)
                    .handler(new MessagingHandler() {
                        @Override
                        public void onReceiverOpened(Receiver receiver) {
                            receivers.add(receiver);
                        }
                    }));
            Receiver peers = await().atMost(SOON).until(receivers::poll, Objects::nonNull);
            Sender ours = peers.session().openSender(SenderOptions.of("orders").name("ours"));
            ours.awaitOpen(SOON);

            link.cut();

            assertThat(ours.send(Message.of("again")).await(SOON).isAccepted()).isTrue();
            assertThat(receivers.poll(60, TimeUnit.SECONDS)).isNotNull().isNotSameAs(peers);
            assertThat(peers.state()).isEqualTo(LifecycleState.CLOSED);
            assertThat(peers.error()).isInstanceOf(ConnectionLostException.class);
            assertThat(attaches).containsExactly("ours", "ours");
            await().atMost(SOON).until(() -> connection.links().size() == 2);
        }
    }

    @Test
    void connectionThatThePeerClosesWithoutAnErrorComesBackIfItIsTo() throws Exception {
        BlockingQueue<Connection> accepted = new LinkedBlockingQueue<>();
        CountDownLatch arrived = new CountDownLatch(1);
        Queue<Object> bodies = new ConcurrentLinkedQueue<>();
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .handler(new MessagingHandler() {
                    @Override
                    public void onConnectionOpened(Connection connection) {
                        accepted.add(connection);
                    }

                    @Override
                    public void onMessage(Delivery delivery) {
                        bodies.add(delivery.message().bodyAsString());
                        if (bodies.size() == 1) {
                            arrived.countDown(); // and no outcome
                        } else {
                            delivery.accept();
                        }
                    }
                })
                .linkAcceptor(request -> request.accept(ReceiverOptions.of("").autoAccept(false))));
        BlockingQueue<Amqp10Exception> causes = new LinkedBlockingQueue<>();
        Connection connection = client.connect(
                to(listener.uri()).reconnect(FAST.afterCleanClose(true)).handler(new MessagingHandler() {
                    @Override
                    public void onDisconnected(Connection broken, Amqp10Exception cause) {
                        causes.add(cause);
                    }
                }));
        Tracker tracker = connection.openSender("a").send(Message.of("again"));
        assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();

        accepted.remove().closeAsync();

        assertThat(tracker.await(SOON).isAccepted()).isTrue();
        assertThat(bodies).containsExactly("again", "again");
        assertThat(causes.poll(60, TimeUnit.SECONDS))
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("closed the connection");
        assertThat(causes).isEmpty();
        assertThat(connection.error()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void connectionThatThePeerClosesWithoutAnErrorEndsWhereItIsNotToComeBack(boolean enabled) throws Exception {
        BlockingQueue<Connection> accepted = new LinkedBlockingQueue<>();
        Listener listener = server.listen("amqp://127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onConnectionOpened(Connection connection) {
                accepted.add(connection);
            }
        });
        Connection connection = client.connect(
                to(listener.uri()).reconnect(enabled ? FAST : ReconnectOptions.OFF.afterCleanClose(true)));
        Sender sender = connection.openSender("a").awaitOpen(SOON);

        accepted.take().closeAsync();

        await().atMost(SOON).until(() -> connection.state() == LifecycleState.CLOSED);
        assertThat(connection.error()).isNull();
        assertThat(sender.state()).isEqualTo(LifecycleState.CLOSED);
        assertThat(accepted).isEmpty();
    }

    /** It says in its open already that it refuses the connection, and nothing in its close. */
    @Test
    void peerThatRefusesANewConnectionWithoutAnErrorIsAskedAgain() throws Exception {
        AtomicInteger came = new AtomicInteger();
        try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread serving = new Thread(() -> {
                while (!listening.isClosed()) {
                    try (RawPeer peer = new RawPeer(listening.accept())) {
                        peer.expect(RawPeer.SASL).send(RawPeer.SASL + RawPeer.OFFER_ANONYMOUS);
                        peer.readFrame();
                        peer.send(RawPeer.OUTCOME_OK).expect(RawPeer.AMQP).send(RawPeer.AMQP);
                        peer.readFrame();
                        if (came.incrementAndGet() == 2) {
                            peer.send(REFUSAL + RawPeer.CLOSE).readFrame();
                        } else {
                            peer.send(RawPeer.OPEN); // and it breaks
                        }
                    } catch (IOException e) {
                        continue; // the end of the test
                    }
                }
            });
            serving.start();
            Connection connection = client.connect(to("amqp://127.0.0.1:" + listening.getLocalPort()));

            await().atMost(SOON).until(() -> came.get() >= 3);

            assertThat(connection.state()).isNotEqualTo(LifecycleState.CLOSED);
        }
    }

    @Test
    void hostThatDropsEachConnectionBeforeItIsOpenDoesNotKeepFromTheNext() throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0");
        try (RawPeer.Server dropping = new RawPeer.Server(peer -> {
            peer.expect(RawPeer.SASL).send(RawPeer.SASL + RawPeer.OFFER_ANONYMOUS);
            peer.readFrame();
            peer.send(RawPeer.OUTCOME_OK).expect(RawPeer.AMQP).send(RawPeer.AMQP);
            peer.readFrame();
        })) {
            // only the first connection is answered at all: the second time this host would be silent
            Connection connection = client.connect(
                    ConnectionOptions.of("amqp://127.0.0.1:" + dropping.port(), "amqp://127.0.0.1:" + listener.port())
                            .reconnect(FAST));

            connection.awaitOpen(Duration.ofSeconds(60));
            assertThat(connection.remoteAddress()).isEqualTo("127.0.0.1:" + listener.port());
        }
    }

    @Test
    void hostThatRefusesWithoutClosingDoesNotKeepFromTheNext() throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0");
        try (RawPeer.Server refusing = new RawPeer.Server(peer -> {
            peer.expect(RawPeer.SASL).send(RawPeer.SASL + RawPeer.OFFER_ANONYMOUS);
            peer.readFrame();
            peer.send(RawPeer.OUTCOME_OK).expect(RawPeer.AMQP).send(RawPeer.AMQP);
            peer.readFrame();
            peer.send(REFUSAL).readToEnd();
        })) {
            Connection connection = client.connect(
                    ConnectionOptions.of("amqp://127.0.0.1:" + refusing.port(), "amqp://127.0.0.1:" + listener.port())
                            .connectTimeout(Duration.ofSeconds(1))
                            .reconnect(FAST));

            connection.awaitOpen(SOON);
            assertThat(connection.remoteAddress()).isEqualTo("127.0.0.1:" + listener.port());
        }
    }

    @Test
    void closingWhileConnectingDropsTheSocketAtOnce() throws Exception {
        CountDownLatch came = new CountDownLatch(1);
        BlockingQueue<String> rest = new LinkedBlockingQueue<>();
        try (RawPeer.Server silent = new RawPeer.Server(peer -> {
            peer.expect(RawPeer.SASL);
            came.countDown();
            rest.add(peer.readToEnd());
        })) {
            Connection connection = client.connect(
                    ConnectionOptions.of("amqp://127.0.0.1:" + silent.port()).connectTimeout(Duration.ofMinutes(1)));
            assertThat(came.await(60, TimeUnit.SECONDS)).isTrue();

            connection.close();

            assertThat(rest.poll(60, TimeUnit.SECONDS)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"amqp, the exchange of protocol headers, use amqps", "amqps, the TLS handshake, use amqp"})
    void hostThatSaysNothingIsToldWithWhatDidNotEndAndWhatMayBeWrong(String scheme, String step, String advice)
            throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            ConnectionOptions options = ConnectionOptions.of(scheme + "://127.0.0.1:" + silent.getLocalPort());
            Connection connection =
                    client.connect(options.connectTimeout(Duration.ofSeconds(5)).reconnect(ReconnectOptions.OFF));

            assertThatThrownBy(() -> connection.awaitOpen(Duration.ofSeconds(30)))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("127.0.0.1:" + silent.getLocalPort())
                    .hasMessageContaining("5000 ms")
                    .hasMessageContaining(step + " did not end")
                    .hasMessageEndingWith(advice);
        }
    }

    @Test
    void settledMessagesThatWaitForASlowHandlerCountAgainstTheWindowAfterABreakToo() throws Exception {
        BlockingQueue<Sender> senders = new LinkedBlockingQueue<>();
        AtomicInteger given = new AtomicInteger();
        Listener listener = server.listen("amqp://127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onSenderOpened(Sender sender) {
                senders.add(sender);
            }

            @Override
            public void onSendable(Sender sender) {
                while (sender.trySend(Message.of(1)) != null) {
                    given.incrementAndGet();
                }
            }
        });
        CountDownLatch goOn = new CountDownLatch(1);
        try (FaultyLink road = FaultyLink.to(listener.port())) {
            Receiver receiver = client.connect(to("amqp://127.0.0.1:" + road.port()))
                    .openReceiver(ReceiverOptions.of("a")
                            .guarantee(DeliveryGuarantee.AT_MOST_ONCE)
                            .creditWindow(10)
                            .handler(new MessagingHandler() {
                                @Override
                                public void onMessage(Delivery delivery) {
                                    awaitUninterruptibly(goOn);
                                }
                            }));
            assertThat(senders.poll(60, TimeUnit.SECONDS)).isNotNull();
            await().atMost(SOON).until(() -> receiver.unsettled() == 10);

            for (int i = 0; i < 3; i++) {
                road.reset();
                assertThat(senders.poll(60, TimeUnit.SECONDS)).isNotNull();
                await().atMost(SOON).until(() -> receiver.state() == LifecycleState.OPEN);
            }

            assertThat(receiver.unsettled()).isEqualTo(10);
            assertThat(given.get()).isEqualTo(10);
        } finally {
            goOn.countDown();
        }
    }

    @Test
    void messagesThatNoHandlerBeganWithAreLeftToThePeerWhenTheConnectionBreaks() throws Exception {
        BlockingQueue<Sender> senders = new LinkedBlockingQueue<>();
        Listener listener = server.listen("amqp://127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onSenderOpened(Sender sender) {
                senders.add(sender);
            }
        });
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        CountDownLatch closed = new CountDownLatch(1);
        try (FaultyLink road = FaultyLink.to(listener.port())) {
            Connection connection =
                    client.connect(to("amqp://127.0.0.1:" + road.port()).reconnect(ReconnectOptions.OFF));
            Receiver receiver = connection.openReceiver(
                    ReceiverOptions.of("a").creditWindow(10).handler(new MessagingHandler() {
                        @Override
                        public void onMessage(Delivery delivery) {
                            begun.incrementAndGet();
                            awaitUninterruptibly(goOn);
                        }

                        @Override
                        public void onLinkClosed(Link link) {
                            closed.countDown();
                        }
                    }));
            Sender sender = senders.poll(60, TimeUnit.SECONDS);
            for (int i = 0; i < 5; i++) {
                sender.send(Message.of(i));
            }
            await().atMost(SOON).until(() -> receiver.unsettled() == 5);
            await().atMost(SOON).until(() -> begun.get() == 1);

            road.reset();
            await().atMost(SOON).until(() -> connection.state() == LifecycleState.CLOSED);
            goOn.countDown();

            assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(begun).hasValue(1);
        }
    }

    @Test
    void messagesOnTheirWayAreSentAgainInTheirOrderHoweverManyHaveTheirOutcome() throws Exception {
        int count = 1_000;
        List<Integer> again = new CopyOnWriteArrayList<>();
        AtomicInteger came = new AtomicInteger();
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .linkAcceptor(request -> request.accept(ReceiverOptions.of("a")
                        .creditWindow(2 * count)
                        .autoAccept(false)
                        .handler(new MessagingHandler() {
                            @Override
                            public void onMessage(Delivery delivery) {
                                int number = Integer.parseInt(
                                        String.valueOf(delivery.message().body()));
                                boolean second = came.incrementAndGet() > count;
                                if (second) {
                                    again.add(number);
                                }
                                if (second || number % 3 == 1 || number < 10) {
                                    delivery.accept();
                                }
                            }
                        }))));
        try (FaultyLink road = FaultyLink.to(listener.port())) {
            Sender sender =
                    client.connect(to("amqp://127.0.0.1:" + road.port())).openSender("a");
            for (int i = 0; i < count; i++) {
                sender.send(Message.of(i));
            }
            List<Integer> left = IntStream.range(10, count)
                    .filter(number -> number % 3 != 1)
                    .boxed()
                    .toList();
            await().atMost(SOON).until(() -> came.get() == count && sender.unsettled() == left.size());
            assertThat(sender.queued()).isZero();

            road.reset();

            await().atMost(SOON).until(() -> came.get() == count + left.size() && sender.unsettled() == 0);
            assertThat(again).isEqualTo(left);
            assertThat(sender.queued()).isZero();
        }
    }

    /** Artemis does so with what reaches it while it is being stopped. */
    @ParameterizedTest
    @ValueSource(strings = {"failed", "amqp:internal-error"})
    void messageRejectedByAPeerThatIsBeingStoppedIsSentAgain(String condition) throws Exception {
        AtomicInteger came = new AtomicInteger();
        BlockingQueue<Object> taken = new LinkedBlockingQueue<>();
        Listener listener = server.listen("amqp://127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                if (came.incrementAndGet() <= 2) {
                    delivery.reject(Symbol.of(condition), "the generator of ids has been stopped");
                } else {
                    taken.add(String.valueOf(delivery.message().body()));
                    delivery.accept();
                }
            }
        });
        try (FaultyLink road = FaultyLink.to(listener.port())) {
            Sender sender =
                    client.connect(to("amqp://127.0.0.1:" + road.port())).openSender("a");
            Tracker first = sender.send(Message.of("first"));
            Tracker second = sender.send(Message.of("second"));
            await().atMost(SOON).until(() -> came.get() == 2);

            road.reset();

            assertThat(first.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
            assertThat(second.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
            assertThat(taken).containsExactly("first", "second");
            assertThat(sender.unsettled()).isZero();
        }
    }

    /** A peer that settles second leaves it to us to take its rejection as ours. */
    @Test
    void messageThatIsSentAgainIsNotSentAsARejectedOne() throws Exception {
        String begin = "0000001c 02000000 005311 c00f 04 600000 43 70000003e8 70000003e8";
        String attach =
                "00000020 02000000 005312 c013 07 a104" + RawPeer.ascii("link") + "43 41 40 40 00532845 00532945";
        String credit = "00000020 02000000 005313 c013 09 43 707fffffff 43 707fffffff 43 43 5205 40 42";
        String rejected = "00000035 02000000 005315 c028 05 41 5200 5200 42 005325 c01c 01 00531d c016 01 a313"
                + RawPeer.ascii("amqp:internal-error");
        String accepted = "00000018 02000000 005315 c00b 05 41 5200 5200 41 00532445";
        List<String> transfers = new CopyOnWriteArrayList<>();
        try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread serving = new Thread(() -> {
                while (!listening.isClosed()) {
                    try (RawPeer peer = new RawPeer(listening.accept())) {
                        peer.expect(RawPeer.SASL).send(RawPeer.SASL + RawPeer.OFFER_ANONYMOUS);
                        peer.readFrame();
                        peer.send(RawPeer.OUTCOME_OK).expect(RawPeer.AMQP).send(RawPeer.AMQP + RawPeer.OPEN);
                        peer.readUntil("005311");
                        peer.send(begin);
                        peer.readUntil("005312");
                        peer.send(attach + credit);
                        transfers.add(peer.readUntil("005314"));
                        peer.send(transfers.size() == 1 ? rejected : accepted);
                        peer.readUntil("005315"); // after which it breaks, or the end of the test
                    } catch (IOException e) {
                        continue;
                    }
                }
            });
            serving.start();
            Sender sender = client.connect(to("amqp://127.0.0.1:" + listening.getLocalPort()))
                    .openSender(SenderOptions.of("a").name("link"));

            assertThat(sender.send(Message.of("x")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        }
        assertThat(transfers).hasSize(2).allSatisfy(transfer -> assertThat(transfer)
                .doesNotContain("005325"));
    }

    /** Listens with a peer that has failed when the first message comes, and takes the others. */
    private Listener peerThatFailsOnce(List<String> taken) {
        AtomicInteger came = new AtomicInteger();
        return server.listen("amqp://127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                if (came.incrementAndGet() == 1) {
                    delivery.reject(AmqpError.INTERNAL_ERROR, "stopped");
                } else {
                    taken.add(delivery.message().bodyAsString());
                    delivery.accept();
                }
            }
        });
    }

    @Test
    void smallStreamRejectedByAPeerThatIsBeingStoppedIsSentAgainWithItsBody() throws Exception {
        List<String> taken = new CopyOnWriteArrayList<>();
        Listener listener = peerThatFailsOnce(taken);
        try (FaultyLink road = FaultyLink.to(listener.port())) {
            Sender sender =
                    client.connect(to("amqp://127.0.0.1:" + road.port())).openSender("a");
            byte[] body = "all of it".getBytes(StandardCharsets.UTF_8);
            FutureTask<SendOutcome> streamed = new FutureTask<>(() ->
                    sender.stream(Message.builder().subject("s").build(), new ByteArrayInputStream(body), body.length));
            new Thread(streamed).start();
            await().atMost(SOON).until(() -> sender.unsettled() == 1);
            // its outcome comes behind the other's
            assertThat(sender.send(Message.of("second")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);

            road.reset();

            assertThat(streamed.get(60, TimeUnit.SECONDS)).isEqualTo(SendOutcome.ACCEPTED);
            assertThat(taken).containsExactly("second", "all of it");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rejectionThatIsNotBelievedYetIsToldWhenTheSenderCloses(boolean byPeer) throws Exception {
        BlockingQueue<Tracker> rejected = new LinkedBlockingQueue<>();
        Listener listener = peerThatFailsOnce(new CopyOnWriteArrayList<>());
        Sender sender = client.connect(to(listener.uri()))
                .openSender(SenderOptions.of("a").handler(new MessagingHandler() {
                    @Override
                    public void onRejected(Tracker tracker) {
                        rejected.add(tracker);
                    }
                }));
        Tracker first = sender.send(Message.of("first"));
        assertThat(sender.send(Message.of("second")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);

        if (byPeer) {
            server.connections().get(0).close();
        } else {
            sender.close();
        }

        assertThat(first.await(SOON).status()).isEqualTo(SendOutcome.Status.REJECTED);
        assertThat(rejected.poll(60, TimeUnit.SECONDS)).isSameAs(first);
    }

    @Test
    void rejectionsOfAPeerThatKeepsFailingDoNotPileUp() {
        AtomicInteger most = new AtomicInteger();
        AtomicReference<Sender> sending = new AtomicReference<>();
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .linkAcceptor(request ->
                        request.accept(ReceiverOptions.of("").creditWindow(10).handler(new MessagingHandler() {
                            @Override
                            public void onMessage(Delivery delivery) {
                                most.accumulateAndGet(
                                        Objects.requireNonNull(sending.get()).unsettled(), Math::max);
                                delivery.reject(AmqpError.INTERNAL_ERROR, "failed");
                            }
                        }))));
        Sender sender = client.connect(to(listener.uri()).limits(PeerLimits.DEFAULT.maxUnsettled(10)))
                .openSender("a");
        sending.set(sender);
        List<Tracker> trackers = new ArrayList<>();

        for (int i = 0; i < 300; i++) {
            trackers.add(sender.send(Message.of(i)));
        }

        assertThat(trackers)
                .allSatisfy(tracker -> assertThat(tracker.await(SOON).status()).isEqualTo(SendOutcome.Status.REJECTED));
        assertThat(most.get()).isBetween(5, 50);
    }

    @Test
    void rejectionByAPeerThatFailedAndGoesOnIsBelieved() {
        Listener listener = server.listen("amqp://127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                delivery.reject(AmqpError.INTERNAL_ERROR, "out of order");
            }
        });
        Sender sender = client.connect(to(listener.uri())).openSender("a");

        SendOutcome outcome = sender.send(Message.of("x")).await(SOON);

        assertThat(outcome.status()).isEqualTo(SendOutcome.Status.REJECTED);
        assertThat(outcome.error()).isNotNull();
        assertThat(sender.unsettled()).isZero();
    }

    @Test
    void drainThatCameBeforeTheLinkWasAcceptedIsAnswered() throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0");
        String begin = "0000001a 02000000 005311 c00d 04 40 43 70000003e8 70000003e8";
        String attachAsReceiver = "00000020 02000000 005312 c013 07 a1046c696e6b 43 41 40 40 00532845 00532945";
        String fiveCreditsAndDrain = "00000020 02000000 005313 c013 09 43 707fffffff 43 707fffffff 43 43 5205 40 41";
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            peer.send(RawPeer.AMQP + RawPeer.OPEN + begin + attachAsReceiver + fiveCreditsAndDrain)
                    .expect(RawPeer.AMQP);
            String frame = peer.readUntil("005313");

            assertThat(frame)
                    .as("delivery-count 5, no credit, drain")
                    .contains("520543")
                    .endsWith("41");
        }
    }

    @Test
    void secondLinkOfANameFailsAloneAndSaysWhy() {
        Listener listener = server.listen("amqp://127.0.0.1:0", new MessagingHandler() {});
        Connection connection = client.connect(to(listener.uri())).awaitOpen(SOON);
        Sender first = connection.openSender(SenderOptions.of("a").name("twin")).awaitOpen(SOON);

        Sender second = connection.openSender(SenderOptions.of("b").name("twin"));

        assertThatThrownBy(() -> second.awaitOpen(SOON))
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContaining("twin");
        assertThat(first.send(Message.of("x")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(connection.state()).isEqualTo(LifecycleState.OPEN);
        assertThat(connection.links()).containsExactly(first);
    }

    @Test
    void sessionBeyondThoseAllowedFailsAloneAndSaysWhy() {
        Listener listener = server.listen(
                ListenOptions.of("amqp://127.0.0.1:0").channelMax(0).handler(new MessagingHandler() {}));
        Connection connection = client.connect(to(listener.uri())).awaitOpen(SOON);
        Sender sender = connection.openSender("a").awaitOpen(SOON);

        Session second = connection.openSession();

        assertThat(second.opened()).failsWithin(SOON).withThrowableThat().withMessageContaining("sessions");
        assertThat(sender.send(Message.of("x")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(connection.state()).isEqualTo(LifecycleState.OPEN);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
