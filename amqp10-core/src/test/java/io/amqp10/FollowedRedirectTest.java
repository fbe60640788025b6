package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.testkit.FaultyLink;
import io.amqp10.testkit.TlsMaterial;
import io.amqp10.transport.RawPeer;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ConnectionError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.LinkError;
import io.amqp10.types.Redirect;
import io.amqp10.types.Symbol;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Redirects of connections and links, told by our listening container and followed by our connections: C13, L17, hostile row 82. */
@Timeout(600)
class FollowedRedirectTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final RedirectPolicy LOCAL = RedirectPolicy.toHosts("127.0.0.1", "localhost");

    private final Container elsewhere = Container.create("elsewhere");
    private final Container server = Container.create("server");
    private final Container client = Container.create("client");

    @AfterEach
    void close() {
        client.close();
        server.close();
        elsewhere.close();
    }

    private static ConnectionOptions to(Listener listener, RedirectPolicy policy) {
        return ConnectionOptions.of(listener.uri())
                .redirects(policy)
                .reconnect(ReconnectOptions.DEFAULT.initialDelay(Duration.ofMillis(5)))
                .closeTimeout(Duration.ofSeconds(5));
    }

    private static Redirect place(Listener listener, @Nullable String address) {
        return new Redirect(null, "127.0.0.1", listener.port(), address);
    }

    private Listener redirecting(Listener there) {
        return server.listen(ListenOptions.of("127.0.0.1:0")
                .connectionAcceptor(connection -> place(there, null).toConnectionError("moved")));
    }

    private Listener redirectingLinks(Redirect there) {
        return server.listen(
                ListenOptions.of("127.0.0.1:0").linkAcceptor(request -> request.refuse(there.toLinkError("moved"))));
    }

    // --- connections

    @Test
    void aConnectionGoesWhereThePeerSendsItWithItsLinks() {
        BlockingQueue<Object> bodies = new LinkedBlockingQueue<>();
        Listener there = elsewhere.listen("127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                bodies.add(String.valueOf(delivery.message().body()));
            }
        });
        Connection connection = client.connect(to(redirecting(there), LOCAL));
        Sender sender = connection.openSender("a");

        assertThat(sender.send(Message.of("x")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);

        assertThat(bodies).containsExactly("x");
        assertThat(connection.remoteContainerId()).isEqualTo("elsewhere");
        assertThat(connection.remoteAddress()).isEqualTo("127.0.0.1:" + there.port());
    }

    @Test
    void aConnectionIsNotRedirectedUnlessAPolicySaysSo() {
        Listener there = elsewhere.listen("127.0.0.1:0");
        Connection connection = client.connect(to(redirecting(there), RedirectPolicy.NONE));

        await().atMost(SOON).until(() -> connection.state() == LifecycleState.CLOSED);

        assertThat(connection.error()).isInstanceOf(ConnectionLostException.class);
        assertThat(connection.error().condition()).isNotNull();
        assertThat(connection.error().condition().condition()).isEqualTo(ConnectionError.REDIRECT);
        assertThat(Redirect.of(connection.error().condition())).isEqualTo(place(there, null));
        assertThat(elsewhere.connections()).isEmpty();
    }

    @Test
    void aHostThatIsNotAllowedIsNeverConnectedTo() throws Exception {
        try (ServerSocket evil = new ServerSocket(0)) {
            Listener listener = server.listen(ListenOptions.of("127.0.0.1:0")
                    .connectionAcceptor(connection ->
                            new Redirect(null, "127.0.0.1", evil.getLocalPort(), null).toConnectionError(null)));
            Connection connection =
                    client.connect(to(listener, RedirectPolicy.toHosts("127.0.0.1:1", "*.example.org")));

            await().atMost(SOON).until(() -> connection.state() == LifecycleState.CLOSED);

            assertThat(connection.error())
                    .hasMessageContaining("127.0.0.1:" + evil.getLocalPort())
                    .hasMessageContaining("not among the hosts that RedirectPolicy allows");
            evil.setSoTimeout(1);
            assertThatThrownBy(evil::accept).isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @Test
    void aHostnameThatIsNotAllowedIsNotFollowedToAnAllowedHost() {
        Listener there = elsewhere.listen("127.0.0.1:0");
        Listener listener = server.listen(ListenOptions.of("127.0.0.1:0")
                .connectionAcceptor(connection ->
                        new Redirect("evil.example", "127.0.0.1", there.port(), null).toConnectionError(null)));
        Connection connection = client.connect(to(listener, LOCAL));

        await().atMost(SOON).until(() -> connection.state() == LifecycleState.CLOSED);

        assertThat(connection.error()).hasMessageContaining("the hostname evil.example is not among");
        assertThat(elsewhere.connections()).isEmpty();
    }

    @Test
    void theHostnameOfARedirectIsSaidInTheOpen() {
        AtomicReference<@Nullable String> hostname = new AtomicReference<>();
        Listener there = elsewhere.listen(ListenOptions.of("127.0.0.1:0").connectionAcceptor(connection -> {
            PeerInfo peer = connection.peer();
            hostname.set(peer == null ? "nothing known" : peer.open().hostname());
            return null;
        }));
        Listener listener = server.listen(ListenOptions.of("127.0.0.1:0")
                .connectionAcceptor(
                        connection -> new Redirect("Tenant", "127.0.0.1", there.port(), null).toConnectionError(null)));

        client.connect(to(listener, RedirectPolicy.toHosts("127.0.0.1", "tenant")))
                .openSender("a")
                .awaitOpen(SOON);

        assertThat(hostname).hasValue("Tenant");
    }

    @Test
    void connectionsThatRedirectInACircleEndWithAnError() {
        AtomicInteger came = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        Listener first = server.listen(ListenOptions.of("127.0.0.1:0").connectionAcceptor(connection -> {
            came.incrementAndGet();
            return new Redirect(null, null, second.get(), null).toConnectionError("no, there");
        }));
        Listener other = elsewhere.listen(ListenOptions.of("127.0.0.1:0").connectionAcceptor(connection -> {
            came.incrementAndGet();
            return place(first, null).toConnectionError("no, here");
        }));
        second.set(other.port());

        Connection connection = client.connect(to(first, LOCAL.maxHops(3)));

        await().atMost(SOON).until(() -> connection.state() == LifecycleState.CLOSED);
        assertThat(connection.error())
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("not followed after 3 redirects in a row")
                .hasMessageContaining(":" + first.port())
                .hasMessageContaining(":" + other.port());
        assertThat(came).hasValue(4);
    }

    /** Accepts messages. */
    private static final MessagingHandler TAKER = new MessagingHandler() {};

    @Test
    void aRedirectedConnectionThatBreaksStartsAgainFromTheConfiguredHost() {
        Listener there = elsewhere.listen("127.0.0.1:0");
        AtomicInteger asked = new AtomicInteger();
        Listener listener = server.listen(ListenOptions.of("127.0.0.1:0")
                .handler(TAKER)
                .connectionAcceptor(connection ->
                        asked.incrementAndGet() == 1 ? place(there, null).toConnectionError(null) : null));
        Connection connection = client.connect(to(listener, LOCAL));
        Sender sender = connection.openSender("a").awaitOpen(SOON);
        assertThat(connection.remoteContainerId()).isEqualTo("elsewhere");

        elsewhere.close();

        await().atMost(SOON).until(() -> "server".equals(connection.remoteContainerId()));
        assertThat(sender.send(Message.of("x")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
    }

    @Test
    void tlsIsKeptByARedirect() throws Exception {
        TlsOptions serverTls = TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(TlsMaterial.Identity.SERVER));
        BlockingQueue<String> octets = new LinkedBlockingQueue<>();
        try (RawPeer.Server plain = new RawPeer.Server(peer -> octets.add(
                HexFormat.of().formatHex(peer.socket().getInputStream().readNBytes(2))))) {
            Listener listener = server.listen(ListenOptions.of("amqps://localhost:0")
                    .tls(serverTls)
                    .connectionAcceptor(
                            connection -> new Redirect(null, "localhost", plain.port(), null).toConnectionError(null)));
            Connection connection = client.connect(to(listener, LOCAL)
                    .tls(TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(null))));

            // a client's hello of TLS 1.0 and newer, and no AMQP header
            assertThat(octets.poll(60, TimeUnit.SECONDS)).startsWith("1603");
            connection.closeAsync();
        }
    }

    @Test
    void withTlsTheHostnameOfARedirectIsWhatTheCertificateMustBeFor() {
        TlsOptions serverTls = TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(TlsMaterial.Identity.SERVER));
        Listener there =
                elsewhere.listen(ListenOptions.of("amqps://localhost:0").tls(serverTls));
        Listener listener = server.listen(
                ListenOptions.of("amqps://localhost:0").tls(serverTls).connectionAcceptor(connection -> new Redirect(
                                "other.example", "localhost", there.port(), null)
                        .toConnectionError(null)));
        Connection connection = client.connect(to(listener, RedirectPolicy.toHosts("localhost", "other.example"))
                .reconnect(ReconnectOptions.OFF)
                .tls(TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(null))));

        await().atMost(SOON).until(() -> connection.state() == LifecycleState.CLOSED);

        assertThat(connection.error()).hasMessageContaining("other.example");
        assertThat(elsewhere.connections()).isEmpty();
    }

    @Test
    void theHostnameOfARedirectIsShownToTls() {
        Listener there = elsewhere.listen(ListenOptions.of("amqps://localhost:0")
                .tls(TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(TlsMaterial.Identity.WRONG_HOST))));
        Listener listener = server.listen(ListenOptions.of("amqps://localhost:0")
                .tls(TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(TlsMaterial.Identity.SERVER)))
                .linkAcceptor(request -> request.refuse(
                        new Redirect("elsewhere.test", "localhost", there.port(), "b").toLinkError(null))));

        Sender sender = client.connect(to(listener, RedirectPolicy.toHosts("localhost", "elsewhere.test"))
                        .tls(TlsOptions.DEFAULT.sslContext(TlsMaterial.get().sslContext(null))))
                .openSender("a")
                .awaitOpen(SOON);

        assertThat(sender.connection().remoteContainerId()).isEqualTo("elsewhere");
    }

    // --- links

    @Test
    void aLinkGoesToAnotherNodeOfTheSameContainer() {
        List<String> asked = new CopyOnWriteArrayList<>();
        Listener listener = server.listen(ListenOptions.of("127.0.0.1:0").linkAcceptor(request -> {
            asked.add(String.valueOf(request.address()));
            if ("old".equals(request.address())) {
                request.refuse(new Redirect(null, null, 0, "new").toLinkError("renamed"));
            } else {
                request.accept();
            }
        }));
        // the container itself needs not be among the allowed hosts
        Connection connection = client.connect(to(listener, RedirectPolicy.toHosts("example.org")));

        Sender sender = connection.openSender("old").awaitOpen(SOON);
        Receiver receiver = connection.openReceiver("old").awaitOpen(SOON);

        assertThat(asked).containsExactly("old", "new", "old", "new");
        assertThat(sender.connection()).isSameAs(connection);
        assertThat(receiver.remoteSource()).isNotNull();
        assertThat(receiver.remoteSource().address()).isEqualTo("new");
        assertThat(server.connections()).hasSize(1);
    }

    @Test
    void aSenderGoesToAnotherHostAndSendsThereAndClosesThatConnection() {
        BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        Listener there = elsewhere.listen("127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                bodies.add(
                        delivery.receiver().address() + " " + delivery.message().body());
            }
        });
        Connection connection = client.connect(to(redirectingLinks(place(there, "b")), LOCAL));
        Sender sender = connection.openSender("a");
        Sender second = connection.openSender("a").awaitOpen(SOON);

        assertThat(sender.send(Message.of("x")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);

        assertThat(bodies).containsExactly("b x");
        assertThat(sender.connection().remoteContainerId()).isEqualTo("elsewhere");
        assertThat(second.connection()).isSameAs(sender.connection()).isNotSameAs(connection);
        assertThat(connection.state()).isEqualTo(LifecycleState.OPEN);
        sender.close();
        assertThat(second.send(Message.of("y")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        second.close();
        await().atMost(SOON).until(() -> client.connections().size() == 1);
        await().atMost(SOON).until(() -> elsewhere.connections().isEmpty());
    }

    @Test
    void aReceiverGoesToAnotherHostAndTakesMessagesFromThere() {
        Listener there = elsewhere.listen("127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onSenderOpened(Sender sender) {
                sender.send(Message.of("hello"));
            }
        });
        Connection connection = client.connect(to(redirectingLinks(place(there, "b")), LOCAL));

        for (boolean streaming : new boolean[] {false, true}) {
            Receiver receiver = connection.openReceiver(ReceiverOptions.of("a").streaming(streaming));
            Delivery delivery = receiver.receive(SOON);
            assertThat(delivery).isNotNull();
            delivery.accept();
            receiver.close();
        }
        await().atMost(SOON).until(() -> client.connections().size() == 1);
    }

    @Test
    void closingAConnectionClosesItsLinksElsewhereAfterTheirOutcomes() {
        BlockingQueue<Delivery> held = new LinkedBlockingQueue<>();
        Listener there = elsewhere.listen(ListenOptions.of("127.0.0.1:0")
                .linkAcceptor(request -> request.accept(ReceiverOptions.of("").autoAccept(false)))
                .handler(new MessagingHandler() {
                    @Override
                    public void onMessage(Delivery delivery) {
                        held.add(delivery);
                    }
                }));
        Connection connection = client.connect(to(redirectingLinks(place(there, "b")), LOCAL));
        Sender sender = connection.openSender("a").awaitOpen(SOON);
        Tracker tracker = sender.send(Message.of("x"));
        await().atMost(SOON).until(() -> !held.isEmpty());

        var closed = connection.closeAsync();
        held.remove().accept();

        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(closed).succeedsWithin(SOON);
        assertThat(sender.state()).isEqualTo(LifecycleState.CLOSED);
        await().atMost(SOON).until(() -> client.connections().isEmpty());
    }

    @Test
    void aLinkThatLosesTheHostItWasRedirectedToGoesBack() {
        AtomicBoolean moved = new AtomicBoolean(true);
        Listener there = elsewhere.listen("127.0.0.1:0");
        Redirect redirect = place(there, "b");
        Listener listener =
                server.listen(ListenOptions.of("127.0.0.1:0").handler(TAKER).linkAcceptor(request -> {
                    if (moved.get()) {
                        request.refuse(redirect.toLinkError(null));
                    } else {
                        request.accept();
                    }
                }));
        Connection connection = client.connect(to(listener, LOCAL));
        Sender sender = connection.openSender("a").awaitOpen(SOON);
        assertThat(sender.connection()).isNotSameAs(connection);
        moved.set(false);

        elsewhere.close();

        assertThat(sender.send(Message.of("x")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(sender.connection()).isSameAs(connection);
        assertThat(connection.links()).containsExactly(sender);
        await().atMost(SOON).until(() -> client.connections().size() == 1);
    }

    /** The peer ends its session, or drops the connection with all that it had opened on it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLinkStaysWhereItWasRedirectedToWhenThePeersSessionThatItWasOpenedOnIsGone(boolean ended) throws Exception {
        Listener there = elsewhere.listen("127.0.0.1:0", TAKER);
        Redirect redirect = place(there, "b");
        AtomicInteger attaches = new AtomicInteger();
        BlockingQueue<Connection> accepted = new LinkedBlockingQueue<>();
        Listener listener = server.listen(ListenOptions.of("127.0.0.1:0")
                .handler(new MessagingHandler() {
                    @Override
                    public void onConnectionOpened(Connection connection) {
                        accepted.add(connection);
                        connection.openSender("news");
                    }
                })
                .linkAcceptor(request -> {
                    attaches.incrementAndGet();
                    request.refuse(redirect.toLinkError("moved"));
                }));
        BlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();
        try (FaultyLink road = FaultyLink.to(listener.port())) {
            client.connect(ConnectionOptions.of("amqp://127.0.0.1:" + road.port())
                    .redirects(LOCAL)
                    .reconnect(ReconnectOptions.DEFAULT.initialDelay(Duration.ofMillis(5)))
                    .linkAcceptor(LinkAcceptor.ALL)
                    .handler(new MessagingHandler() {
                        @Override
                        public void onReceiverOpened(Receiver receiver) {
                            receivers.add(receiver);
                        }
                    }));
            Receiver peers = Objects.requireNonNull(receivers.poll(60, TimeUnit.SECONDS));
            Sender sender = peers.session().openSender(SenderOptions.of("a")).awaitOpen(SOON);
            Connection host = sender.connection();
            assertThat(host).isNotSameAs(peers.connection());

            if (ended) {
                Connection atPeer = Objects.requireNonNull(accepted.poll(60, TimeUnit.SECONDS));
                atPeer.links().iterator().next().session().closeAsync();
            } else {
                road.cut();
            }

            await().atMost(SOON).until(() -> peers.state() == LifecycleState.CLOSED);
            assertThat(sender.send(Message.of("x")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
            assertThat(sender.connection()).isSameAs(host);
            assertThat(attaches).hasValue(1);
        }
    }

    @Test
    void aSessionThatClosesWaitsForOutcomesFromElsewhereThoughItsOwnConnectionBreaks() throws Exception {
        BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();
        Listener there = elsewhere.listen(ListenOptions.of("127.0.0.1:0")
                .handler(new MessagingHandler() {
                    @Override
                    public void onMessage(Delivery delivery) {
                        arrived.add(delivery);
                    }
                })
                .linkAcceptor(request -> request.accept(ReceiverOptions.of("").autoAccept(false))));
        Listener listener = redirectingLinks(place(there, "b"));
        try (FaultyLink road = FaultyLink.to(listener.port())) {
            Connection connection = client.connect(ConnectionOptions.of("amqp://127.0.0.1:" + road.port())
                    .redirects(LOCAL)
                    .closeTimeout(Duration.ofHours(1))
                    .reconnect(ReconnectOptions.DEFAULT.initialDelay(Duration.ofMillis(5))));
            Session session = connection.openSession();
            Sender sender = session.openSender(SenderOptions.of("a")).awaitOpen(SOON);
            Tracker tracker = sender.send(Message.of("x"));
            Delivery delivery = Objects.requireNonNull(arrived.poll(60, TimeUnit.SECONDS));
            CompletableFuture<Void> closed = session.closeAsync();
            await().atMost(SOON).until(() -> session.state() == LifecycleState.CLOSING);

            int before = road.accepted();
            road.cut();
            await().atMost(SOON).until(() -> road.accepted() > before);
            await().atMost(SOON).until(() -> connection.state() == LifecycleState.OPEN);
            assertThat(closed).isNotDone();
            delivery.accept();

            assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
            closed.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void linksThatAreRedirectedInACircleEndWithAnError() {
        AtomicInteger came = new AtomicInteger();
        AtomicReference<Redirect> back = new AtomicReference<>();
        Listener there = elsewhere.listen(ListenOptions.of("127.0.0.1:0").linkAcceptor(request -> {
            came.incrementAndGet();
            request.refuse(Objects.requireNonNull(back.get()).toLinkError("no, there"));
        }));
        Listener listener = redirectingLinks(place(there, "b"));
        back.set(place(listener, "a"));
        Connection connection = client.connect(to(listener, LOCAL.maxHops(4)));

        Sender sender = connection.openSender("a");

        assertThatThrownBy(() -> sender.awaitOpen(SOON))
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContaining("not followed after 4 redirects in a row")
                .extracting(error -> ((Amqp10Exception) error).condition())
                .extracting(ErrorCondition::condition)
                .isEqualTo(LinkError.REDIRECT);
        assertThat(came).hasValue(2);
        assertThat(connection.state()).isEqualTo(LifecycleState.OPEN);
        await().atMost(SOON).until(() -> client.connections().size() == 1);
    }

    @Test
    void aLinkIsNotFollowedToAHostThatIsNotAllowedOrWithoutAPolicyOrToNowhere() {
        Listener there = elsewhere.listen("127.0.0.1:0");
        Listener listener = redirectingLinks(place(there, "b"));
        Listener nowhere = redirectingLinks(new Redirect(null, null, 0, null));

        Sender off = client.connect(to(listener, RedirectPolicy.NONE)).openSender("a");
        Sender stranger = client.connect(to(listener, RedirectPolicy.toHosts("localhost")))
                .openSender("a");
        Sender lost = client.connect(to(nowhere, LOCAL)).openSender("a");

        assertThatThrownBy(() -> off.awaitOpen(SOON))
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContaining("amqp:link:redirect (moved)");
        assertThatThrownBy(() -> stranger.awaitOpen(SOON))
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContaining("127.0.0.1:" + there.port() + " is not among the hosts");
        assertThatThrownBy(() -> lost.awaitOpen(SOON)).hasMessageContaining("it names no other place");
        assertThat(elsewhere.connections()).isEmpty();
    }

    // --- the acceptor of connections

    @Test
    void aRefusedConnectionIsClosedWithTheErrorAndNobodyElseIsAsked() {
        List<String> asked = new CopyOnWriteArrayList<>();
        Listener listener = server.listen(ListenOptions.of("127.0.0.1:0")
                .connectionAcceptor(connection -> {
                    asked.add(String.valueOf(connection.remoteContainerId()));
                    return new ErrorCondition(AmqpError.NOT_ALLOWED, "not you", Map.of(Symbol.of("why"), "because"));
                })
                .linkAcceptor(request -> asked.add("link"))
                .handler(new MessagingHandler() {
                    @Override
                    public void onConnectionOpened(Connection connection) {
                        asked.add("opened");
                    }
                }));
        Connection connection = client.connect(to(listener, LOCAL));
        connection.openSender("a");

        await().atMost(SOON).until(() -> connection.state() == LifecycleState.CLOSED);

        assertThat(connection.error()).hasMessageContaining("amqp:not-allowed (not you)");
        await().atMost(SOON).until(() -> server.connections().isEmpty());
        assertThat(asked).containsExactly("client");
    }

    @Test
    void anAcceptorThatFailsClosesTheConnection() {
        Listener listener = server.listen(ListenOptions.of("127.0.0.1:0").connectionAcceptor(connection -> {
            throw new IllegalStateException("broken");
        }));
        Connection connection = client.connect(to(listener, LOCAL).reconnect(ReconnectOptions.OFF));

        await().atMost(SOON).until(() -> connection.state() == LifecycleState.CLOSED);

        assertThat(connection.error()).hasMessageContaining("amqp:internal-error");
    }

    // --- the policy

    @Test
    void hostsAreAllowedByTheirText() {
        RedirectPolicy policy = RedirectPolicy.toHosts("Mq.example.org:5671", "*.mq.example.org", "[::1]", "10.0.0.1");

        assertThat(policy.allows("mq.EXAMPLE.org", 5671)).isTrue();
        assertThat(policy.allows("mq.example.org", 5672)).isFalse();
        assertThat(policy.allows("mq.example.org", 0)).isTrue();
        assertThat(policy.allows("a.mq.example.org", 1)).isTrue();
        assertThat(policy.allows("evilmq.example.org", 1)).isFalse();
        assertThat(policy.allows(".mq.example.org", 1)).isFalse();
        assertThat(policy.allows("a@x.mq.example.org", 1)).isFalse();
        assertThat(policy.allows("x/.mq.example.org", 1)).isFalse();
        assertThat(policy.allows("::1", 1)).isTrue();
        assertThat(policy.allows("10.0.0.10", 1)).isFalse();
        assertThat(RedirectPolicy.NONE.allows("10.0.0.1", 1)).isFalse();
    }

    @Test
    void hostsThatMeanTooMuchOrNothingAreRefused() {
        for (String bad : new String[] {"", "*", "*.", "a b", "amqp://a", "a/b", "user@a"}) {
            assertThatThrownBy(() -> RedirectPolicy.toHosts(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not a host");
        }
        assertThatThrownBy(RedirectPolicy::toHosts).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LOCAL.maxHops(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
