package io.amqp10.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Amqp10Exception;
import io.amqp10.BodyType;
import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.DeliveryFailedException;
import io.amqp10.LifecycleState;
import io.amqp10.LinkAcceptor;
import io.amqp10.LinkRefusedException;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import io.amqp10.testkit.FaultyLink;
import io.amqp10.testkit.ScriptedNode;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.transport.Attach;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tokens for audiences, at a peer that lets nobody to an address who has not put a token for it on the same connection. */
@Timeout(600)
final class ClaimsBasedSecurityTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final BlockingQueue<Attach> attaches = new LinkedBlockingQueue<>();
    private volatile boolean bad;
    private final AtomicBoolean refusesNext = new AtomicBoolean();
    private final Set<String> claims = ConcurrentHashMap.newKeySet();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger made = new AtomicInteger();
    private volatile @Nullable Instant expiry;

    private Container container;
    private ScriptedNode node;

    @BeforeEach
    void start() {
        container = Container.create("client");
        node = ScriptedNode.ofDeliveries(ListenOptions.of("amqp://127.0.0.1:0"), guarded(), this::answer);
    }

    @AfterEach
    void stop() {
        container.close();
        node.close();
    }

    private LinkAcceptor guarded() {
        return request -> {
            String address = String.valueOf(request.address());
            if (address.equals("$cbs") || claims.contains(request.connection().name() + " " + address)) {
                request.accept();
            } else {
                request.refuse(ErrorCondition.of(AmqpError.UNAUTHORIZED_ACCESS, "no token for " + address));
            }
        };
    }

    private @Nullable Message answer(Delivery delivery) {
        Message request = delivery.message();
        if (!"put-token".equals(request.property("operation"))) {
            return null; // an ordinary message
        }
        boolean good = String.valueOf(request.body()).startsWith("good");
        if (good) {
            claims.add(delivery.connection().name() + " " + request.property("name"));
        }
        return Message.builder()
                .property("status-code", good ? 202 : 401)
                .property("status-description", good ? "Accepted" : "token is bad")
                .build();
    }

    private ClaimToken token(String audience) {
        int number = made.incrementAndGet();
        if (audience.equals("broken")) {
            throw new IllegalStateException("secret");
        }
        return new ClaimToken(ClaimToken.JWT, (audience.equals("orders") && !bad ? "good-" : "bad-") + number, expiry);
    }

    private ClaimsBasedSecurity claims() {
        return ClaimsBasedSecurity.of(ClaimsOptions.of(this::token)
                .onFailure((audience, failure) -> failures.add(audience + ": " + failure.getMessage())));
    }

    private Connection connect(int port, ClaimsBasedSecurity claims) {
        return container.connect(ConnectionOptions.of("127.0.0.1:" + port).linkGate(claims));
    }

    @Test
    void tokenIsPutBeforeLinksThatWereAskedForEarlierAreAttached() throws Exception {
        expiry = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MILLIS);
        ClaimsBasedSecurity claims = claims();
        CompletableFuture<Void> authorized = claims.authorizeAsync("orders");
        Connection connection = connect(node.port(), claims);
        try (Sender sender = connection.openSender("orders")) {
            sender.send(Message.of("hello")).await().orThrow();
        }
        authorized.get(60, TimeUnit.SECONDS);

        Message put = node.requests().get(0);
        assertThat(put.applicationProperties())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "operation", "put-token",
                        "type", "jwt",
                        "name", "orders",
                        "expiration", Objects.requireNonNull(expiry)));
        assertThat(put.body()).isEqualTo("good-1");
    }

    @Test
    void withoutATokenTheLinkIsRefusedInThePeersWords() {
        Connection connection = connect(node.port(), claims());
        assertThatThrownBy(() -> connection.openSender("orders").awaitOpen())
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContaining("no token for orders");
    }

    @Test
    void refusedTokenIsAnExceptionWithThePeersWords() {
        ClaimsBasedSecurity claims = claims();
        connect(node.port(), claims).awaitOpen();
        assertThatThrownBy(() -> claims.authorize("bills"))
                .isInstanceOf(ManagementException.class)
                .hasMessageContainingAll("put-token jwt bills", "401", "token is bad")
                .hasMessageNotContaining("bad-1");
        await().until(() -> failures.size() == 1);
    }

    @Test
    void failureToMakeATokenIsToldWithoutItsWords() {
        ClaimsBasedSecurity claims = claims();
        connect(node.port(), claims).awaitOpen();
        assertThatThrownBy(() -> claims.authorize("broken"))
                .isInstanceOf(Amqp10Exception.class)
                .hasMessageContainingAll("broken", "IllegalStateException")
                .hasMessageNotContaining("secret");
    }

    /** Time that passes when a test says so. */
    private static final class Time implements ClaimsBasedSecurity.Timer {

        private record Alarm(long millis, CompletableFuture<Void> rings) {}

        private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
        private final BlockingQueue<Alarm> alarms = new LinkedBlockingQueue<>();

        @Override
        public CompletableFuture<Void> after(long millis) {
            Alarm alarm = new Alarm(millis, new CompletableFuture<>());
            alarms.add(alarm);
            return alarm.rings();
        }

        /** Waits until an alarm is set, and has it ring; returns after how long it was to ring. */
        Duration pass() throws InterruptedException {
            Alarm alarm = alarms.poll(60, TimeUnit.SECONDS);
            assertThat(alarm).isNotNull();
            alarm.rings().complete(null);
            return Duration.ofMillis(alarm.millis());
        }
    }

    private ClaimsBasedSecurity claims(Time time) {
        return new ClaimsBasedSecurity(
                ClaimsOptions.of(this::token)
                        .refreshBefore(Duration.ofMinutes(5))
                        .onFailure((audience, failure) -> failures.add(audience + ": " + failure.getMessage())),
                () -> Time.NOW,
                time);
    }

    @Test
    void tokenIsFollowedByAnotherBeforeItExpires() throws Exception {
        Time time = new Time();
        expiry = Time.NOW.plus(1, ChronoUnit.HOURS);
        ClaimsBasedSecurity claims = claims(time);
        connect(node.port(), claims).awaitOpen();
        claims.authorize("orders");
        expiry = Time.NOW.plus(4, ChronoUnit.MINUTES);

        assertThat(time.pass()).isEqualTo(Duration.ofMinutes(55));
        await().atMost(SOON).until(() -> node.requests().size() == 2);
        assertThat(node.requests().get(1).body()).isEqualTo("good-2");
        expiry = null;

        // not five minutes before, which has passed, but when half of its life has
        assertThat(time.pass()).isEqualTo(Duration.ofMinutes(2));
        await().atMost(SOON).until(() -> node.requests().size() == 3);
        assertThat(time.alarms).isEmpty();
        assertThat(failures).isEmpty();
    }

    @Test
    void refreshThatFailsIsToldAndTriedAgainWhileTheLinksGoOn() throws Exception {
        Time time = new Time();
        expiry = Time.NOW.plus(1, ChronoUnit.HOURS);
        ClaimsBasedSecurity claims = claims(time);
        Connection connection = connect(node.port(), claims).awaitOpen();
        claims.authorize("orders");
        Sender sender = connection.openSender("orders").awaitOpen();

        bad = true;
        time.pass();
        await().atMost(SOON).until(() -> failures.size() == 1);
        assertThat(failures.get(0))
                .startsWith("orders: ")
                .contains("token is bad")
                .doesNotContain("bad-2");
        assertThat(sender.state()).isEqualTo(LifecycleState.OPEN);
        bad = false;

        assertThat(time.pass()).isEqualTo(Duration.ofSeconds(5));
        assertThat(time.pass()).isEqualTo(Duration.ofMinutes(55));
        assertThat(failures).hasSize(1);
        sender.send(Message.of("still there")).await().orThrow();
    }

    @Test
    void nothingIsRefreshedForWhatWasForgotten() throws Exception {
        Time time = new Time();
        expiry = Time.NOW.plus(1, ChronoUnit.HOURS);
        ClaimsBasedSecurity claims = claims(time);
        connect(node.port(), claims).awaitOpen();
        claims.authorize("orders");
        Time.Alarm alarm = Objects.requireNonNull(time.alarms.poll(60, TimeUnit.SECONDS));

        claims.forget("orders");

        assertThat(alarm.rings()).isCancelled();
    }

    @Test
    void connectionThatTakesThePlaceOfAClosedOneIsShownTheTokensToo() {
        ClaimsBasedSecurity claims = claims();
        Connection first = connect(node.port(), claims).awaitOpen();
        claims.authorize("orders");
        first.close();

        Connection second = connect(node.port(), claims);
        Sender sender = second.openSender("orders").awaitOpen();

        assertThat(node.requests()).hasSize(2);
        claims.authorize("orders");
        sender.send(Message.of("hello")).await().orThrow();
        assertThat(failures).isEmpty();
    }

    @Test
    void nobodyIsAuthorizedOnAClosedConnection() {
        ClaimsBasedSecurity claims = claims();
        Connection first = connect(node.port(), claims).awaitOpen();
        claims.authorize("orders");
        first.close();

        assertThatThrownBy(() -> claims.authorize("orders")).isInstanceOf(Amqp10Exception.class);

        connect(node.port(), claims).openSender("orders").awaitOpen();
        claims.authorize("orders");
    }

    @Test
    void tokenThatComesTooLateForItsConnectionIsNoFailureOfTheOneThatTookItsPlace() throws Exception {
        List<CompletableFuture<ClaimToken>> tokens = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        ClaimsBasedSecurity claims = ClaimsBasedSecurity.of(
                ClaimsOptions.of(audience -> tokens.get(made.getAndIncrement()).join())
                        .onFailure((audience, failure) -> failures.add(audience + ": " + failure.getMessage())));
        Connection first = connect(node.port(), claims).awaitOpen();
        CompletableFuture<Void> authorized = claims.authorizeAsync("orders");
        await().atMost(SOON).until(() -> made.get() == 1);
        first.close();
        Connection second = connect(node.port(), claims);
        await().atMost(SOON).until(() -> made.get() == 2);

        tokens.get(0).complete(new ClaimToken(ClaimToken.JWT, "good-1", null));
        tokens.get(1).complete(new ClaimToken(ClaimToken.JWT, "good-2", null));

        authorized.get(60, TimeUnit.SECONDS);
        second.openSender("orders").awaitOpen();
        assertThat(failures).isEmpty();
    }

    @Test
    void connectionBesideOneThatLivesNeedsASecurityOfItsOwn() {
        ClaimsBasedSecurity claims = claims();
        Connection first = connect(node.port(), claims).awaitOpen();
        claims.authorize("orders");
        Connection second = container.connect(node.uri()).awaitOpen();

        assertThatIllegalStateException()
                .isThrownBy(() -> claims.onConnected(second))
                .withMessageContainingAll(first.toString(), "needs one of its own");
        claims.authorize("orders");
        first.openSender("orders").awaitOpen();
    }

    // --- set-token

    /** A listener whose node takes tokens as the working draft has it. */
    private Listener settingNode(Container server, BlockingQueue<Delivery> came, boolean offers) {
        ListenOptions options = ListenOptions.of("amqp://127.0.0.1:0")
                .linkAcceptor(request -> {
                    attaches.add(request.attach());
                    if (refusesNext.getAndSet(false)) {
                        request.refuse(ErrorCondition.of(AmqpError.UNAUTHORIZED_ACCESS, "not today"));
                    } else {
                        request.accept(ReceiverOptions.of("").autoAccept(false));
                    }
                })
                .handler(new MessagingHandler() {
                    @Override
                    public void onMessage(Delivery delivery) {
                        came.add(delivery); // before its outcome, which the test waits for
                        if (String.valueOf(delivery.message().body()).startsWith("good")) {
                            delivery.accept();
                        } else {
                            delivery.reject(ErrorCondition.of(AmqpError.UNAUTHORIZED_ACCESS, "token is bad"));
                        }
                    }
                });
        return server.listen(
                offers
                        ? options.offeredCapabilities(List.of(ClaimsBasedSecurity.CAPABILITY))
                                .properties(Map.of(Symbol.of("cbs-node"), "tokens"))
                        : options);
    }

    @Test
    void peerThatOffersItIsSentSetTokenAtTheNodeThatItNames() throws Exception {
        BlockingQueue<Delivery> came = new LinkedBlockingQueue<>();
        try (Container server = Container.create("server")) {
            ClaimsBasedSecurity claims = claims();
            connect(settingNode(server, came, true).port(), claims).awaitOpen();

            claims.authorize("orders");

            Message message = came.remove().message();
            assertThat(message.subject()).isEqualTo("set-token");
            assertThat(message.body()).isEqualTo("good-1");
            assertThat(message.bodyType()).isEqualTo(BodyType.VALUE);
            assertThat(message.applicationProperties()).containsExactlyEntriesOf(Map.of("token-type", "jwt"));
            Attach attach = attaches.remove();
            assertThat(attach.target()).isInstanceOfSatisfying(Target.class, target -> assertThat(target.address())
                    .isEqualTo("tokens"));
            assertThat(attach.sndSettleMode()).isEqualTo(SenderSettleMode.UNSETTLED);
            assertThat(attach.rcvSettleMode()).isEqualTo(ReceiverSettleMode.FIRST);
            assertThat(Objects.requireNonNull(attach.source()).outcomes())
                    .contains(Symbol.of("amqp:accepted:list"), Symbol.of("amqp:rejected:list"));
            assertThatThrownBy(() -> claims.authorize("bills"))
                    .isInstanceOf(DeliveryFailedException.class)
                    .hasMessageContaining("token is bad")
                    .hasMessageNotContaining("bad-2");
            claims.close();
        }
    }

    @Test
    void setTokenCanBeChosenForAPeerThatOffersNothing() throws Exception {
        BlockingQueue<Delivery> came = new LinkedBlockingQueue<>();
        try (Container server = Container.create("server")) {
            ClaimsBasedSecurity claims =
                    ClaimsBasedSecurity.of(ClaimsOptions.of(this::token).protocol(ClaimsProtocol.SET_TOKEN));
            connect(settingNode(server, came, false).port(), claims).awaitOpen();

            claims.authorize("orders");

            assertThat(came.remove().message().subject()).isEqualTo("set-token");
        }
    }

    @Test
    void tokenIsSetOnANewLinkWhereTheFirstOneWasRefused() throws Exception {
        BlockingQueue<Delivery> came = new LinkedBlockingQueue<>();
        refusesNext.set(true);
        try (Container server = Container.create("server")) {
            ClaimsBasedSecurity claims = claims();
            Connection connection =
                    connect(settingNode(server, came, true).port(), claims).awaitOpen();
            await().atMost(SOON).until(() -> attaches.size() == 1);
            await().atMost(SOON).until(() -> connection.links().isEmpty());

            claims.authorize("orders");

            assertThat(came.remove().message().body()).isEqualTo("good-1");
            assertThat(failures).isEmpty();
        }
    }

    @Test
    void tokenIsSetOnANewLinkWhereThePeerHasClosedTheLastOne() throws Exception {
        BlockingQueue<Delivery> came = new LinkedBlockingQueue<>();
        Time time = new Time();
        expiry = Time.NOW.plus(1, ChronoUnit.HOURS);
        try (Container server = Container.create("server")) {
            ClaimsBasedSecurity claims = claims(time);
            Connection connection =
                    connect(settingNode(server, came, true).port(), claims).awaitOpen();
            claims.authorize("orders");
            came.remove().receiver().closeAsync();
            await().atMost(SOON).until(() -> connection.links().isEmpty());

            assertThat(time.pass()).isEqualTo(Duration.ofMinutes(55));

            Delivery second = Objects.requireNonNull(came.poll(60, TimeUnit.SECONDS));
            assertThat(second.message().body()).isEqualTo("good-2");
            assertThat(failures).isEmpty();
        }
    }

    @Test
    void timeoutOfSetTokenMayBeWithoutEnd() throws Exception {
        BlockingQueue<Delivery> came = new LinkedBlockingQueue<>();
        try (Container server = Container.create("server")) {
            ClaimsBasedSecurity claims = ClaimsBasedSecurity.of(ClaimsOptions.of(this::token)
                    .protocol(ClaimsProtocol.SET_TOKEN)
                    .timeout(ChronoUnit.FOREVER.getDuration()));
            connect(settingNode(server, came, false).port(), claims).awaitOpen();

            claims.authorize("orders");

            assertThat(came.remove().message().subject()).isEqualTo("set-token");
        }
    }

    @Test
    void linksAreRestoredAfterTheTokensAreThereAgain() {
        try (FaultyLink network = FaultyLink.to(node.port())) {
            ClaimsBasedSecurity claims = claims();
            Connection connection = connect(network.port(), claims).awaitOpen();
            claims.authorize("orders");
            Sender sender = connection.openSender("orders").awaitOpen();
            network.cut();
            await().until(() -> made.get() >= 2 && sender.state() == LifecycleState.OPEN);
            sender.send(Message.of("after the break")).await().orThrow();
            assertThat(sender.error()).isNull();
        }
    }

    @Test
    void closedSecurityFailsWhatWaits() {
        ClaimsBasedSecurity claims = claims();
        CompletableFuture<Void> waiting = claims.authorizeAsync("orders");
        claims.close();
        assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        assertThat(new ClaimToken("jwt", "good-1", null).toString()).doesNotContain("good");
    }
}
