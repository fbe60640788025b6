package io.amqp10.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.LinkAcceptor;
import io.amqp10.LinkAcceptor.LinkRequest;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.Tracker;
import io.amqp10.engine.ConnectionEngine;
import io.amqp10.engine.IncomingDelivery;
import io.amqp10.engine.ReceiverLink;
import io.amqp10.engine.SenderLink;
import io.amqp10.engine.SessionEngine;
import io.amqp10.engine.SessionSettings;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Described;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.LifetimePolicy;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.messaging.TerminusDurability;
import io.amqp10.types.messaging.TerminusExpiryPolicy;
import io.amqp10.types.transport.Attach;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a listening container answers to a link, and keeps to; its peer has an engine, but attaches as it likes. */
@Timeout(600)
class AcceptedLinkTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Symbol X = Symbol.of("x");
    private static final Described FILTER = new Described(Symbol.of("apache.org:selector-filter:string"), "a = 1");

    /** Everything that a receiver can ask of a source. */
    private static final Source GREEDY_SOURCE = Source.builder()
            .address("a")
            .durable(TerminusDurability.UNSETTLED_STATE)
            .expiryPolicy(TerminusExpiryPolicy.NEVER)
            .timeoutSeconds(100)
            .distributionMode(Symbol.of("copy"))
            .filter(Map.of(X, FILTER))
            .defaultOutcome(Accepted.INSTANCE)
            .outcomes(List.of(Symbol.of("amqp:rejected:list"), Symbol.of("example:unknown:list")))
            .capabilities(List.of(Symbol.of("queue")))
            .build();

    /** Everything that a sender can ask of a target. */
    private static final Target GREEDY_TARGET = Target.builder()
            .address("a")
            .durable(TerminusDurability.CONFIGURATION)
            .expiryPolicy(TerminusExpiryPolicy.CONNECTION_CLOSE)
            .timeoutSeconds(100)
            .capabilities(List.of(Symbol.of("queue")))
            .build();

    private final BlockingQueue<Sender> senders = new LinkedBlockingQueue<>();
    private final BlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
    private final Peer peer = new Peer();
    private volatile LinkAcceptor acceptor = LinkAcceptor.ALL;
    private Container server;
    private Container client;
    private LiveConnection connection;
    private SessionEngine session;

    private static final class Peer extends RecordedLinks {
        final CompletableFuture<Attach> answer = new CompletableFuture<>();

        @Override
        public void onAttached(SenderLink link, Attach attach) {
            answer.complete(attach);
        }

        @Override
        public void onAttached(ReceiverLink link, Attach attach) {
            answer.complete(attach);
            link.addCredit(10);
        }
    }

    @BeforeEach
    void connect() {
        server = Container.create("server");
        client = Container.create("client");
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .linkAcceptor(request -> acceptor.onLink(request))
                .handler(new MessagingHandler() {
                    @Override
                    public void onSenderOpened(Sender sender) {
                        senders.add(sender);
                    }

                    @Override
                    public void onReceiverOpened(Receiver receiver) {
                        receivers.add(receiver);
                    }
                }));
        connection = (LiveConnection)
                client.connect(ConnectionOptions.of(listener.uri()).closeTimeout(Duration.ofMillis(200)))
                        .awaitOpen(SOON);
        session = onLoop(() ->
                Objects.requireNonNull(connection.engine()).begin((ended, reason) -> {}, SessionSettings.DEFAULT));
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private <T> T onLoop(Supplier<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        connection.submit(() -> {
            try {
                T done = action.get();
                ConnectionEngine engine = connection.engine();
                if (engine != null) {
                    engine.flush(System.nanoTime());
                }
                result.complete(done);
            } catch (RuntimeException | AssertionError e) {
                result.completeExceptionally(e);
            }
        });
        return result.orTimeout(60, TimeUnit.SECONDS).join();
    }

    private ReceiverLink receive(Source source) {
        return onLoop(() -> session.attachReceiver(
                Attach.builder("link", 0, Role.RECEIVER)
                        .source(source)
                        .target(Target.builder().address("mine").build())
                        .desiredCapabilities(List.of(Symbol.of("desired")))
                        .properties(Map.of(X, "mine"))
                        .build(),
                peer));
    }

    private SenderLink send(Target target) {
        return onLoop(() -> session.attachSender(
                Attach.builder("link", 0, Role.SENDER)
                        .sndSettleMode(SenderSettleMode.UNSETTLED)
                        .rcvSettleMode(ReceiverSettleMode.SECOND)
                        .source(Source.builder().address("mine").build())
                        .target(target)
                        .desiredCapabilities(List.of(Symbol.of("desired")))
                        .properties(Map.of(X, "mine"))
                        .build(),
                peer));
    }

    private Attach answer() {
        return peer.answer.orTimeout(60, TimeUnit.SECONDS).join();
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        return Objects.requireNonNull(queue.poll(60, TimeUnit.SECONDS), "nothing came");
    }

    // --- what the answer says

    @Test
    void sourceInTheAnswerSaysOnlyWhatIsInEffect() throws Exception {
        receive(GREEDY_SOURCE);

        Attach answer = answer();
        assertThat(answer.source())
                .isEqualTo(Source.builder()
                        .address("a")
                        .expiryPolicy(TerminusExpiryPolicy.LINK_DETACH)
                        .defaultOutcome(Accepted.INSTANCE)
                        .outcomes(List.of(Symbol.of("amqp:rejected:list")))
                        .build());
        assertThat(answer.target()).isEqualTo(Target.builder().address("mine").build());
        assertThat(answer.offeredCapabilities()).isEmpty();
        assertThat(answer.properties()).isEmpty();
        assertThat(next(senders).address()).isEqualTo("a");
    }

    @Test
    void targetInTheAnswerSaysOnlyWhatIsInEffect() throws Exception {
        send(GREEDY_TARGET);

        Attach answer = answer();
        assertThat(answer.target())
                .isEqualTo(Target.builder()
                        .address("a")
                        .expiryPolicy(TerminusExpiryPolicy.LINK_DETACH)
                        .build());
        assertThat(answer.source()).isEqualTo(Source.builder().address("mine").build());
        assertThat(answer.rcvSettleMode()).isEqualTo(ReceiverSettleMode.FIRST);
        assertThat(answer.offeredCapabilities()).isEmpty();
        assertThat(answer.properties()).isEmpty();
        assertThat(next(receivers).address()).isEqualTo("a");
    }

    @Test
    void receiverThatNamesNoOutcomesIsToldOfAllOfThem() {
        receive(Source.builder().address("a").build());

        assertThat(Objects.requireNonNull(answer().source()).outcomes()).isEqualTo(Terminus.OUTCOMES);
    }

    @Test
    void linkHasTheSourceThatTheApplicationProvides() throws Exception {
        Source provided = Source.builder()
                .address("tmp.1")
                .durable(TerminusDurability.CONFIGURATION)
                .expiryPolicy(TerminusExpiryPolicy.CONNECTION_CLOSE)
                .timeoutSeconds(60)
                .dynamic(true)
                .dynamicNodeProperties(Map.of(Symbol.of("lifetime-policy"), LifetimePolicy.DELETE_ON_NO_LINKS))
                .distributionMode(Symbol.of("move"))
                .filter(Map.of(X, FILTER))
                .defaultOutcome(Released.INSTANCE)
                .outcomes(Terminus.OUTCOMES)
                .capabilities(List.of(Symbol.of("topic")))
                .build();
        acceptor = request -> request.accept(
                SenderOptions.anonymous()
                        .properties(Map.of(X, 7))
                        .offeredCapabilities(List.of(Symbol.of("offered")))
                        .desiredCapabilities(List.of(Symbol.of("wanted"))),
                provided);

        receive(Source.builder().dynamic(true).build());

        Attach answer = answer();
        assertThat(answer.source()).isEqualTo(provided);
        assertThat(answer.properties()).isEqualTo(Map.of(X, 7));
        assertThat(answer.offeredCapabilities()).containsExactly(Symbol.of("offered"));
        assertThat(answer.desiredCapabilities()).containsExactly(Symbol.of("wanted"));
        assertThat(next(senders).address()).isEqualTo("tmp.1");
    }

    @Test
    void linkHasTheTargetThatTheApplicationProvides() throws Exception {
        Target provided = Target.builder()
                .address("tmp.2")
                .durable(TerminusDurability.CONFIGURATION)
                .expiryPolicy(TerminusExpiryPolicy.NEVER)
                .timeoutSeconds(60)
                .dynamic(true)
                .dynamicNodeProperties(Map.of(Symbol.of("lifetime-policy"), LifetimePolicy.DELETE_ON_CLOSE))
                .capabilities(List.of(Symbol.of("queue")))
                .build();
        acceptor = request -> request.accept(
                ReceiverOptions.of("ignored")
                        .maxMessageSize(1234)
                        .receiverSettleMode(ReceiverSettleMode.SECOND)
                        .properties(Map.of(X, 8))
                        .offeredCapabilities(List.of(Symbol.of("offered")))
                        .desiredCapabilities(List.of(Symbol.of("wanted"))),
                provided);

        send(Target.builder().dynamic(true).build());

        Attach answer = answer();
        assertThat(answer.target()).isEqualTo(provided);
        assertThat(answer.rcvSettleMode()).isEqualTo(ReceiverSettleMode.SECOND);
        assertThat(answer.maxMessageSize()).isEqualTo(1234);
        assertThat(answer.properties()).isEqualTo(Map.of(X, 8));
        assertThat(answer.offeredCapabilities()).containsExactly(Symbol.of("offered"));
        assertThat(answer.desiredCapabilities()).containsExactly(Symbol.of("wanted"));
        assertThat(next(receivers).address()).isEqualTo("tmp.2");
    }

    @Test
    void applicationMayAddToTheDefaultTerminus() {
        acceptor = request -> request.accept(
                SenderOptions.anonymous(),
                request.defaultSource().toBuilder()
                        .capabilities(List.of(Symbol.of("topic")))
                        .build());

        receive(GREEDY_SOURCE);

        assertThat(answer().source()).satisfies(source -> {
            assertThat(source.address()).isEqualTo("a");
            assertThat(source.capabilities()).containsExactly(Symbol.of("topic"));
            assertThat(source.durable()).isEqualTo(TerminusDurability.NONE);
        });
    }

    @Test
    void filtersAndModeOfTheOptionsAreInTheDefaultSource() {
        acceptor = request -> request.accept(SenderOptions.anonymous()
                .appliedFilters(Set.of(X, Symbol.of("unasked")))
                .distributionMode(Symbol.of("copy")));

        receive(GREEDY_SOURCE);

        assertThat(answer().source()).satisfies(source -> {
            assertThat(source.filter()).isEqualTo(Map.of(X, FILTER));
            assertThat(source.distributionMode()).isEqualTo(Symbol.of("copy"));
        });
    }

    static Stream<Arguments> wrongTermini() {
        Source plain = Source.builder().address("a").build();
        Source node = Source.builder().dynamic(true).build();
        return Stream.of(
                arguments(plain, Source.builder().build(), "needs an address"),
                arguments(plain, Source.builder().address("b").dynamic(true).build(), "must not be dynamic"),
                arguments(node, plain, "must be dynamic"),
                arguments(node, Source.builder().dynamic(true).build(), "needs an address"),
                arguments(
                        plain,
                        plain.toBuilder().filter(Map.of(X, new Object())).build(),
                        "cannot be accepted so: java.lang.Object"));
    }

    @ParameterizedTest
    @MethodSource("wrongTermini")
    void terminusThatIsNoAnswerIsNotTaken(Source asked, Source provided, String why) throws Exception {
        acceptor = request -> {
            tryTo(() -> request.accept(SenderOptions.anonymous(), provided));
            request.refuse(ErrorCondition.of(AmqpError.NOT_FOUND, "after all"));
        };

        receive(asked);

        assertThat(next(thrown)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);
        assertThat(peer.detached.get(60, TimeUnit.SECONDS).error())
                .isEqualTo(ErrorCondition.of(AmqpError.NOT_FOUND, "after all"));
    }

    @Test
    void propertiesWithoutAmqpTypeAreNotTaken() throws Exception {
        acceptor = request -> {
            tryTo(() -> request.accept(ReceiverOptions.of("").properties(Map.of(X, new Object()))));
            request.accept();
        };

        send(GREEDY_TARGET);

        assertThat(next(thrown)).isInstanceOf(IllegalArgumentException.class);
        assertThat(answer().target()).isNotNull();
    }

    @Test
    void terminusOfTheOtherEndIsNotGiven() throws Exception {
        acceptor = request -> {
            tryTo(request::defaultTarget);
            tryTo(() -> request.accept(ReceiverOptions.of(""), GREEDY_TARGET));
            request.accept();
        };

        receive(GREEDY_SOURCE);

        assertThat(next(thrown)).isInstanceOf(IllegalStateException.class);
        assertThat(next(thrown)).isInstanceOf(IllegalStateException.class);
        assertThat(answer().source()).isNotNull();
    }

    private void tryTo(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            thrown.add(e);
        }
    }

    // --- the default outcome

    private static final Modified FAILED = new Modified(true, false, Map.of());
    private static final Rejected REJECTED = new Rejected(null);

    static Stream<Arguments> defaultOutcomes() {
        return Stream.of(Accepted.INSTANCE, REJECTED, Released.INSTANCE, FAILED)
                .map(outcome -> arguments(outcome, SendOutcome.of(outcome)));
    }

    static Stream<Arguments> settledWithoutOutcome() {
        return Stream.concat(defaultOutcomes(), Stream.of(arguments(null, SendOutcome.RELEASED)));
    }

    private static Source source(@Nullable Outcome defaultOutcome) {
        return Source.builder()
                .address("a")
                .defaultOutcome(defaultOutcome)
                .outcomes(Terminus.OUTCOMES)
                .build();
    }

    // §3.5.3, X10
    @ParameterizedTest
    @MethodSource("settledWithoutOutcome")
    void messageThatThePeerSettlesWithoutOutcomeHasTheDefaultOne(@Nullable Outcome named, SendOutcome outcome)
            throws Exception {
        ReceiverLink link = receive(source(named));
        Tracker tracker = next(senders).send(Message.of("x"));
        IncomingDelivery delivery = next(peer.received);

        onLoop(() -> {
            link.disposition(delivery, null, true);
            return link;
        });

        assertThat(tracker.await(SOON)).isEqualTo(outcome);
    }

    @ParameterizedTest
    @MethodSource("defaultOutcomes")
    void messageThatThePeerLeavesUnsettledHasTheDefaultOutcome(Outcome named, SendOutcome outcome) throws Exception {
        ReceiverLink link = receive(source(named));
        Tracker tracker = next(senders).send(Message.of("x"));
        next(peer.received);

        onLoop(() -> {
            link.detach(true, null);
            return link;
        });

        assertThat(tracker.await(SOON)).isEqualTo(outcome);
    }

    @Test
    void messageOfALostConnectionHasTheDefaultOutcomeAndOneThatWasNotSentFails() throws Exception {
        receive(source(FAILED));
        Sender sender = next(senders);
        List<Tracker> sent =
                Stream.generate(() -> sender.send(Message.of("x"))).limit(10).toList();
        Tracker waiting = sender.send(Message.of("no credit for this one"));
        for (int i = 0; i < sent.size(); i++) {
            next(peer.received);
        }

        onLoop(() -> {
            Objects.requireNonNull(connection.network).transport().abort(null);
            return connection;
        });

        for (Tracker tracker : sent) {
            assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.of(FAILED));
        }
        assertThatThrownBy(() -> waiting.await(SOON)).isInstanceOf(io.amqp10.Amqp10Exception.class);
    }

    @Test
    void messageWithoutDefaultOutcomeFailsWithItsLink() throws Exception {
        ReceiverLink link = receive(source(null));
        Tracker tracker = next(senders).send(Message.of("x"));
        next(peer.received);

        onLoop(() -> {
            link.detach(true, null);
            return link;
        });

        assertThatThrownBy(() -> tracker.await(SOON))
                .isInstanceOf(io.amqp10.Amqp10Exception.class)
                .hasMessageContaining("sender to 'a'");
    }

    // §2.6.3: the sender decides about its source
    @Test
    void defaultOutcomeOfTheApplicationsSourceCounts() throws Exception {
        acceptor = request -> request.accept(SenderOptions.anonymous(), changed(request));
        ReceiverLink link = receive(source(Accepted.INSTANCE));
        Tracker tracker = next(senders).send(Message.of("x"));
        IncomingDelivery delivery = next(peer.received);

        onLoop(() -> {
            link.disposition(delivery, null, true);
            return link;
        });

        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.of(REJECTED));
        assertThat(answer().source())
                .satisfies(source -> assertThat(source.defaultOutcome()).isEqualTo(REJECTED));
    }

    private static Source changed(LinkRequest request) {
        return request.defaultSource().toBuilder().defaultOutcome(REJECTED).build();
    }
}
