package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions that a peer begins at a listening container: what the two say of them, and who lets them in. */
@Timeout(600)
final class PeersSessionTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final ListenOptions LISTEN = ListenOptions.of("amqp://127.0.0.1:0");
    private static final ErrorCondition REFUSED = ErrorCondition.of(AmqpError.UNAUTHORIZED_ACCESS, "not for you");

    private final List<String> events = new CopyOnWriteArrayList<>();
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

    private Connection connect(ListenOptions options) {
        Listener listener = server.listen(options);
        return client.connect(ConnectionOptions.of(listener.uri())
                        .closeTimeout(Duration.ofMillis(200))
                        .reconnect(ReconnectOptions.DEFAULT.initialDelay(Duration.ofMillis(2))))
                .awaitOpen(SOON);
    }

    private static SessionOptions saying(String what) {
        return SessionOptions.DEFAULT
                .offeredCapabilities(List.of(Symbol.of(what + "-offers")))
                .desiredCapabilities(List.of(Symbol.of(what + "-desires")))
                .properties(Map.of(Symbol.of("who"), what));
    }

    private static void assertSays(Session session, String what) {
        assertThat(session.remoteOfferedCapabilities()).containsExactly(Symbol.of(what + "-offers"));
        assertThat(session.remoteDesiredCapabilities()).containsExactly(Symbol.of(what + "-desires"));
        assertThat(session.remoteProperties()).isEqualTo(Map.of(Symbol.of("who"), what));
    }

    @Test
    void eachEndKnowsWhatTheOtherSaysOfTheSession() throws Exception {
        BlockingQueue<Session> begun = new LinkedBlockingQueue<>();
        Connection connection = connect(LISTEN.sessionOptions(saying("server").handler(new MessagingHandler() {
            @Override
            public void onSessionOpened(Session session) {
                begun.add(session);
            }
        })));

        Session session = connection.openSession(saying("client"));
        assertThat(session.opened()).succeedsWithin(SOON);

        assertSays(session, "server");
        Session there = begun.poll(60, TimeUnit.SECONDS);
        assertThat(there).isNotNull();
        assertSays(there, "client");
    }

    @Test
    void handlesOfASessionAreLimitedByItsOptions() {
        Connection connection = connect(LISTEN.sessionOptions(SessionOptions.DEFAULT.handleMax(0)));
        connection.openSender("a").awaitOpen(SOON);

        Sender second = connection.openSender("b");

        assertThatThrownBy(() -> second.awaitOpen(SOON)).hasMessageContaining("the peer allows no more links");
    }

    @Test
    void sessionThatSaysTooMuchIsRefusedBeforeItIsBegun() {
        SessionOptions large = SessionOptions.DEFAULT.properties(Map.of(Symbol.of("x"), "x".repeat(500)));
        SessionOptions strange = SessionOptions.DEFAULT.properties(Map.of(Symbol.of("x"), new Object()));
        Connection connection = connect(LISTEN);

        for (SessionOptions wrong : List.of(large, strange)) {
            assertThatThrownBy(() -> connection.openSession(wrong)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> server.listen(LISTEN.sessionOptions(wrong)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> client.connect(ConnectionOptions.of("h").session(wrong)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> connection.openSession(large)).hasMessageContaining("512");
    }

    /** Lets in who says "client", and notes what happens. */
    private ListenOptions deciding() {
        return LISTEN.sessionAcceptor(session -> {
                    events.add("asked");
                    return session.remoteProperties().isEmpty() ? REFUSED : null;
                })
                .linkAcceptor(request -> {
                    events.add("link");
                    request.accept();
                })
                .handler(new MessagingHandler() {
                    @Override
                    public void onSessionOpened(Session session) {
                        events.add("opened");
                    }

                    @Override
                    public void onSessionError(Session session, Amqp10Exception error) {
                        events.add("error");
                    }

                    @Override
                    public void onSessionClosed(Session session) {
                        events.add("closed");
                    }
                });
    }

    @Test
    void refusedSessionIsEndedAndNothingElseHearsOfIt() {
        Connection connection = connect(deciding());

        Session refused = connection.openSession(SessionOptions.DEFAULT.beginAgain(false));
        Sender sender = refused.openSender(SenderOptions.of("a"));

        assertThatThrownBy(() -> sender.awaitOpen(SOON))
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContaining("not for you");
        Session other = connection.openSession(saying("client"));
        other.openSender(SenderOptions.of("b")).awaitOpen(SOON);
        assertThat(refused.state()).isEqualTo(LifecycleState.CLOSED);
        assertThat(connection.state()).isEqualTo(LifecycleState.OPEN);
        assertThat(events).containsExactly("asked", "asked", "opened", "link");
    }

    @Test
    void refusedSessionWithSeveralLinksIsGivenUp() {
        Connection connection = connect(deciding());
        Session refused = connection.openSession();
        List<Sender> senders = List.of(
                refused.openSender(SenderOptions.of("a")),
                refused.openSender(SenderOptions.of("b")),
                refused.openSender(SenderOptions.of("c")));

        for (Sender sender : senders) {
            assertThatThrownBy(() -> sender.awaitOpen(SOON))
                    .isInstanceOf(LinkRefusedException.class)
                    .hasMessageContaining("not for you");
        }
        assertThat(events).hasSizeLessThanOrEqualTo(6).containsOnly("asked");
    }

    @Test
    void acceptorThatThrowsEndsTheSession() {
        Connection connection = connect(LISTEN.sessionAcceptor(session -> {
            throw new IllegalStateException("on purpose");
        }));

        Session session = connection.openSession(SessionOptions.DEFAULT.beginAgain(false));
        Sender sender = session.openSender(SenderOptions.of("a"));

        assertThatThrownBy(() -> sender.awaitOpen(SOON)).hasMessageContaining("amqp:internal-error");
        assertThat(connection.state()).isEqualTo(LifecycleState.OPEN);
    }

    @Test
    void sessionThatIsNotDecidedYetDeclaresNoTransactions() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch decide = new CountDownLatch(1);
        AtomicInteger declared = new AtomicInteger();
        Connection connection = connect(LISTEN.transactions(from -> {
                    declared.incrementAndGet();
                    return TransactionalResource.IN_MEMORY;
                })
                .sessionAcceptor(session -> {
                    asked.countDown();
                    awaitLatch(decide);
                    return session.remoteProperties().isEmpty() ? REFUSED : null;
                }));
        var refused =
                connection.openSession(SessionOptions.DEFAULT.beginAgain(false)).transactionAsync();
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();

        decide.countDown();

        assertThat(refused).failsWithin(SOON);
        assertThat(declared).hasValue(0);
        connection.openSession(saying("client")).transaction().commit();
        assertThat(declared).hasValue(1);
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void handlersHearOfConnectionSessionAndLinkInThatOrderHoweverLongDecidingTakes() throws Exception {
        CountDownLatch decide = new CountDownLatch(1);
        Listener listener = server.listen(LISTEN.connectionAcceptor(connection -> {
                    events.add("connection?");
                    awaitLatch(decide);
                    return null;
                })
                .sessionAcceptor(session -> {
                    events.add("session?");
                    return null;
                })
                .linkAcceptor(request -> {
                    events.add("link?");
                    request.accept();
                })
                .handler(new MessagingHandler() {
                    @Override
                    public void onConnectionOpened(Connection connection) {
                        events.add("connection");
                    }

                    @Override
                    public void onSessionOpened(Session session) {
                        events.add("session");
                    }

                    @Override
                    public void onReceiverOpened(Receiver receiver) {
                        events.add("link");
                    }
                }));
        Connection connection = client.connect(listener.uri()).awaitOpen(SOON);
        Session session = connection.openSession();
        assertThat(session.opened()).as("the begin is answered at once").succeedsWithin(SOON);
        Sender sender = session.openSender(SenderOptions.of("a"));

        decide.countDown();

        sender.awaitOpen(SOON);
        assertThat(sender.send(Message.of("x")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(events).containsExactly("connection?", "connection", "session?", "session", "link?", "link");
    }

    @Test
    void connectionThatIsRefusedHasNoSessionsDecided() {
        Listener listener = server.listen(deciding().connectionAcceptor(connection -> REFUSED));

        Connection connection =
                client.connect(ConnectionOptions.of(listener.uri()).reconnect(ReconnectOptions.OFF));
        Session session = connection.openSession();

        assertThat(session.opened())
                .satisfies(opened -> assertThat(opened.handle((s, e) -> true)).succeedsWithin(SOON));
        assertThat(events).isEmpty();
    }
}
