package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.Described;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.LifetimePolicy;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.transport.Attach;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Links that our own listening container grants in part or not at all. */
@Timeout(600)
class LinkAgreementTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final BlockingQueue<Attach> asked = new LinkedBlockingQueue<>();
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

    private Connection connect(int maxFrameSize, PeerLimits limits) {
        Listener listener = server.listen(ListenOptions.of("127.0.0.1:0")
                .maxFrameSize(maxFrameSize)
                .limits(limits)
                .linkAcceptor(request -> {
                    asked.add(request.attach());
                    request.accept();
                }));
        return client.connect(ConnectionOptions.of(listener.uri())
                        .reconnect(ReconnectOptions.OFF)
                        .closeTimeout(Duration.ofMillis(200)))
                .awaitOpen(SOON);
    }

    private Connection connect() {
        return connect(1024, PeerLimits.DEFAULT);
    }

    @Test
    void linkBeyondThePeersHandlesFailsAtOnce() {
        Connection connection = connect(1024, PeerLimits.DEFAULT.maxLinksPerSession(1));
        connection.openSender("a").awaitOpen(SOON);

        Sender second = connection.openSender("b");

        assertThatThrownBy(() -> second.awaitOpen(SOON))
                .isInstanceOf(Amqp10Exception.class)
                .hasMessageContaining("sender to 'b'")
                .hasMessageContaining("the peer allows no more links");
    }

    @Test
    void linkWhoseAttachIsTooLargeForThePeerFailsAtOnce() {
        Connection connection = connect();

        Sender sender = connection.openSender("x".repeat(2000));

        assertThatThrownBy(() -> sender.awaitOpen(SOON))
                .isInstanceOf(Amqp10Exception.class)
                .hasMessageContaining("amqp:frame-size-too-small");
        connection.openSender("short").awaitOpen(SOON);
        assertThat(asked).hasSize(1);
    }

    @Test
    void filterThatThePeerDoesNotApplyFailsTheReceiver() throws Exception {
        Symbol name = Symbol.of("selector");
        Receiver receiver = connect()
                .openReceiver(ReceiverOptions.of("a")
                        .filters(Map.of(
                                name,
                                new Described(Symbol.of("apache.org:selector-filter:string"), "colour = 'red'"))));

        assertThatThrownBy(() -> receiver.awaitOpen(SOON))
                .isInstanceOf(GuaranteeNotSupportedException.class)
                .hasMessageContaining("the filter 'selector'");
        assertThat(next().source()).isNotNull().satisfies(source -> assertThat(source.filter())
                .containsKey(name));
    }

    // §3.5.3: the outcome of what is settled without one is for the receiver to choose
    @Test
    void messageThatIsLeftUnsettledHasTheDefaultOutcomeThatTheReceiverAskedFor() throws Exception {
        CompletableFuture<Tracker> sent = new CompletableFuture<>();
        Listener listener = server.listen(ListenOptions.of("127.0.0.1:0").handler(new MessagingHandler() {
            @Override
            public void onSenderOpened(Sender sender) {
                sent.complete(sender.send(Message.of("m")));
            }
        }));
        Receiver receiver = client.connect(ConnectionOptions.of(listener.uri()).closeTimeout(Duration.ofMillis(200)))
                .openReceiver(ReceiverOptions.of("a")
                        .outcomes(List.of(Symbol.of("amqp:accepted:list"), Symbol.of("amqp:rejected:list")))
                        .defaultOutcome(new Rejected(ErrorCondition.of(AmqpError.NOT_FOUND, "nobody took it"))))
                .awaitOpen(SOON);
        assertThat(receiver.receive(SOON)).isNotNull();
        Source answered = Objects.requireNonNull(receiver.remoteSource());
        assertThat(answered.outcomes())
                .containsExactly(Symbol.of("amqp:accepted:list"), Symbol.of("amqp:rejected:list"));

        receiver.close();

        SendOutcome outcome = sent.get(60, TimeUnit.SECONDS).await(SOON);
        assertThat(outcome.error()).isEqualTo(ErrorCondition.of(AmqpError.NOT_FOUND, "nobody took it"));
    }

    @Test
    void outcomesThatNoMessageCanHaveAreNotAskedFor() {
        ReceiverOptions options = ReceiverOptions.of("a");
        assertThatThrownBy(() -> options.outcomes(List.of(Symbol.of("amqp:declared:list"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("amqp:declared:list");
        assertThatThrownBy(() -> options.defaultOutcome(new Declared(Binary.copyOf(new byte[1]))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(options.defaultOutcome(null).defaultOutcome()).isNull();
        assertThat(options.outcomes(List.of()).outcomes()).isEmpty();
    }

    private static final Symbol SELECTOR = Symbol.of("apache.org:selector-filter:string");

    // §3.5.3: what is not applied is not in the answer
    @Test
    void onlyWhatTheApplicationAppliesIsInTheAnswer() {
        Map<Symbol, @Nullable Object> filters = Map.of(
                Symbol.of("red"),
                new Described(SELECTOR, "colour = 'red'"),
                Symbol.of("other"),
                new Described(UnsignedLong.of(0x120), "1 = 1"));
        Listener listener = server.listen(ListenOptions.of("127.0.0.1:0")
                .linkAcceptor(request -> request.accept(
                        "browsed".equals(request.address())
                                ? SenderOptions.anonymous()
                                        .appliedFilters(Set.of(Symbol.of("red"), Symbol.of("unasked")))
                                        .distributionMode(Symbol.of("copy"))
                                : SenderOptions.anonymous())));
        Connection connection = client.connect(ConnectionOptions.of(listener.uri()));
        ReceiverOptions copy = ReceiverOptions.of("browsed").distributionMode(Symbol.of("copy"));

        Receiver applied =
                connection.openReceiver(copy.filters(Map.of(Symbol.of("red"), new Described(SELECTOR, "a = 1"))));
        Receiver both = connection.openReceiver(copy.filters(filters));
        Receiver plain = connection.openReceiver(ReceiverOptions.of("plain").distributionMode(Symbol.of("copy")));

        assertThat(Objects.requireNonNull(applied.awaitOpen(SOON).remoteSource()))
                .satisfies(source -> assertThat(source.filter()).containsOnlyKeys(Symbol.of("red")))
                .satisfies(source -> assertThat(source.distributionMode()).isEqualTo(Symbol.of("copy")));
        assertThatThrownBy(() -> both.awaitOpen(SOON))
                .isInstanceOf(GuaranteeNotSupportedException.class)
                .hasMessageContaining("the filter 'other'");
        assertThat(Objects.requireNonNull(plain.awaitOpen(SOON).remoteSource()).distributionMode())
                .isNull();
    }

    static List<Arguments> wrongFilters() {
        Symbol properties = Symbol.of("amqp:properties-filter");
        return List.of(
                arguments("colour = 'red'", "must be a described value"),
                arguments(new Described(SELECTOR, 7), "must be a String, not Integer"),
                arguments(new Described(UnsignedLong.of(0x0000_468C_0000_0004L), SELECTOR), "not Symbol"),
                arguments(new Described(Symbol.of("amqp:sql-filter"), List.of()), "amqp:sql-filter"),
                arguments(new Described(Symbol.of("apache.org:no-local-filter:list"), ""), "must be a List"),
                arguments(new Described(properties, Map.of(Symbol.of("colour"), "red")), "has no field 'colour'"),
                arguments(new Described(properties, Map.of("subject", "red")), "class Symbol, not String"),
                arguments(
                        new Described(UnsignedLong.of(0x174), Map.of(Symbol.of("subject"), "red")),
                        "class String, not Symbol"),
                arguments(
                        new Described(Symbol.of("amqp:any-filter"), List.of(new Described(SELECTOR, true))),
                        "must be a String, not Boolean"),
                arguments(new Described("selector", "a = 1"), "described by a symbol or an ulong"));
    }

    @ParameterizedTest
    @MethodSource("wrongFilters")
    void filterThatIsNotWhatItsTypeSaysFailsBeforeThePeerIsAsked(Object filter, String why) {
        Connection connection = connect();

        assertThatThrownBy(() ->
                        connection.openReceiver(ReceiverOptions.of("a").filters(Map.of(Symbol.of("wrong"), filter))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the filter 'wrong'")
                .hasMessageContaining(why);
        assertThat(asked).isEmpty();
        assertThat(connection.links()).isEmpty();
    }

    // hostile row 73
    @Test
    void filtersLongerThanTheLimitRefuseTheLinkByItsName() {
        Connection connection = connect(1 << 16, PeerLimits.DEFAULT.maxFilterLength(200));
        ReceiverOptions options = ReceiverOptions.of("a");
        Described most = new Described(SELECTOR, "x".repeat(200 - SELECTOR.length() - 3));
        Described tooMuch = new Described(SELECTOR, "x".repeat(200 - SELECTOR.length() - 2));
        Described many = new Described(Symbol.of("mine"), List.of(Collections.nCopies(200, 1)));

        Receiver first = connection.openReceiver(options.filters(Map.of(Symbol.of("key"), most)));
        assertThatThrownBy(() -> first.awaitOpen(SOON)).isInstanceOf(GuaranteeNotSupportedException.class);
        for (Described filter : List.of(tooMuch, many)) {
            Receiver receiver = connection.openReceiver(options.filters(Map.of(Symbol.of("key"), filter)));
            assertThatThrownBy(() -> receiver.awaitOpen(SOON))
                    .isInstanceOf(LinkRefusedException.class)
                    .hasMessageContaining("amqp:invalid-field")
                    .hasMessageContaining("maxFilterLength");
        }
        assertThat(asked).hasSize(1);
        assertThatThrownBy(() -> PeerLimits.DEFAULT.maxFilterLength(0)).hasMessageContaining("maxFilterLength");
    }

    @Test
    void filtersThatArePerfectOrUnknownAreLeftToThePeer() throws Exception {
        Map<Symbol, @Nullable Object> filters = new LinkedHashMap<>();
        filters.put(Symbol.of("none"), null);
        filters.put(Symbol.of("mine"), new Described(Symbol.of("example.org:mine"), 7));
        filters.put(Symbol.of("sql"), new Described(UnsignedLong.of(0x120), "1 = 1"));
        filters.put(Symbol.of("subject"), new Described(UnsignedLong.of(0x173), Map.of(Symbol.of("subject"), "&p:or")));
        filters.put(
                Symbol.of("not"),
                new Described(
                        Symbol.of("amqp:not-filter"),
                        List.of(new Described(UnsignedLong.of(0x174), Map.of("colour", "red")))));

        connect().openReceiver(ReceiverOptions.of("a").filters(filters));

        assertThat(next().source()).isNotNull().satisfies(source -> assertThat(source.filter())
                .containsOnlyKeys(filters.keySet()));
    }

    @Test
    void senderToADynamicTargetGetsItsAddressFromThePeer() throws Exception {
        Sender sender = connect().openSender(SenderOptions.dynamicNode()).awaitOpen(SOON);

        assertThat(sender.address()).isNotBlank();
        assertThat(next().target()).isInstanceOfSatisfying(Target.class, target -> {
            assertThat(target.dynamic()).isTrue();
            assertThat(target.address()).isNull();
        });
    }

    @Test
    void propertiesOfADynamicNodeAreSentWithDynamicOnly() throws Exception {
        Map<Symbol, @Nullable Object> properties = Map.of(Symbol.of("lifetime-policy"), LifetimePolicy.DELETE_ON_CLOSE);
        Connection connection = connect();

        connection
                .openReceiver(ReceiverOptions.of("a").dynamicNodeProperties(properties))
                .awaitOpen(SOON);
        connection
                .openReceiver(ReceiverOptions.dynamicNode().dynamicNodeProperties(properties))
                .awaitOpen(SOON);

        assertThat(next().source()).isNotNull().satisfies(source -> assertThat(source.dynamicNodeProperties())
                .isEmpty());
        assertThat(next().source()).isNotNull().satisfies(source -> assertThat(source.dynamicNodeProperties())
                .isEqualTo(properties));
    }

    // L5, hostile row 65
    @Test
    void onlyTheSamePeerTakesItsLinkAlongToANewConnection() throws Exception {
        Listener listener = server.listen(ListenOptions.of("127.0.0.1:0")
                .users(Map.of("ann", "secret", "bob", "secret"))
                .allowAnonymous(true)
                .handler(new MessagingHandler() {})
                .linkAcceptor(LinkAcceptor.ALL));
        Sender first = sender(listener, "ann");
        Sender anonymous = sender(listener, null);
        Sender stranger = sender(listener, "bob");
        assertThat(first.state()).isEqualTo(LifecycleState.OPEN);

        Sender second = sender(listener, "ann");

        await().atMost(SOON).until(() -> first.state() == LifecycleState.CLOSED);
        assertThat(first.error()).isNotNull().hasMessageContaining("amqp:link:stolen");
        Sender alsoAnonymous = sender(listener, null);
        for (Sender sender : List.of(second, anonymous, alsoAnonymous, stranger)) {
            assertThat(sender.send(Message.of("x")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        }
    }

    private Sender sender(Listener listener, @Nullable String user) {
        ConnectionOptions options = ConnectionOptions.of(listener.uri()).closeTimeout(Duration.ofMillis(200));
        return client.connect(user == null ? options : options.user(user).password("secret"))
                .awaitOpen(SOON)
                .openSender(SenderOptions.of("a").name("orders"))
                .awaitOpen(SOON);
    }

    private Attach next() throws InterruptedException {
        Attach attach = asked.poll(60, TimeUnit.SECONDS);
        assertThat(attach).isNotNull();
        return attach;
    }

    @Test
    void settleModesAreAskedForAsTheOptionsSay() throws InterruptedException {
        Connection connection = connect();

        connection.openSender(SenderOptions.of("a").mixedSettlement(true)).awaitOpen(SOON);
        assertThat(asked.poll(60, TimeUnit.SECONDS))
                .extracting(Attach::sndSettleMode, Attach::rcvSettleMode)
                .containsExactly(SenderSettleMode.MIXED, ReceiverSettleMode.FIRST);
        connection
                .openSender(SenderOptions.of("b").receiverSettleMode(ReceiverSettleMode.SECOND))
                .awaitOpen(SOON);
        assertThat(asked.poll(60, TimeUnit.SECONDS))
                .extracting(Attach::sndSettleMode, Attach::rcvSettleMode)
                .containsExactly(SenderSettleMode.UNSETTLED, ReceiverSettleMode.SECOND);
        connection
                .openReceiver(
                        ReceiverOptions.of("c").mixedSettlement(true).receiverSettleMode(ReceiverSettleMode.SECOND))
                .awaitOpen(SOON);
        assertThat(asked.poll(60, TimeUnit.SECONDS))
                .extracting(Attach::sndSettleMode, Attach::rcvSettleMode)
                .containsExactly(SenderSettleMode.MIXED, ReceiverSettleMode.SECOND);
    }
}
