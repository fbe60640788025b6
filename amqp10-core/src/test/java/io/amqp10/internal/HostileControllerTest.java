package io.amqp10.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.ClosedException;
import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LifecycleState;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.Tracker;
import io.amqp10.Transaction;
import io.amqp10.TransactionCoordinator;
import io.amqp10.TransactionalResource;
import io.amqp10.engine.ConnectionEngine;
import io.amqp10.engine.IncomingDelivery;
import io.amqp10.engine.OutgoingDelivery;
import io.amqp10.engine.ReceiverLink;
import io.amqp10.engine.SenderLink;
import io.amqp10.engine.SessionEngine;
import io.amqp10.engine.SessionSettings;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Coordinator;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.LinkTarget;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transaction.Declare;
import io.amqp10.types.transaction.Discharge;
import io.amqp10.types.transaction.TransactionError;
import io.amqp10.types.transport.Attach;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A controller that does what it must not, at our coordinator: it has an engine, but writes its own script. */
@Timeout(600)
class HostileControllerTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Binary UNKNOWN = Binary.copyOf((byte) 99);

    private final List<Object> bodies = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Sender> serverSenders = new LinkedBlockingQueue<>();
    private volatile TransactionalResource resource = TransactionalResource.IN_MEMORY;
    private Container server;
    private Container client;
    private LiveConnection connection;
    private SessionEngine session;
    private Peer control;

    private static final class Sent extends OutgoingDelivery {}

    /** Says what it is told of the outcomes of our messages. */
    private record Retiring(Consumer<SendOutcome> told) implements TransactionalResource {
        @Override
        public void retire(Tracker tracker, SendOutcome outcome) {
            told.accept(outcome);
        }

        @Override
        public void commit() {
            // always can
        }

        @Override
        public void rollback() {
            // nothing to undo
        }
    }

    /** One of the controller's links, which remembers what it is told. */
    private static final class Peer extends RecordedLinks {
        final List<OutgoingDelivery> concluded = new CopyOnWriteArrayList<>();
        volatile boolean sendable;

        @SuppressWarnings("NullAway.Init") // by who attaches it
        SenderLink sender;

        @SuppressWarnings("NullAway.Init")
        ReceiverLink receiver;

        @Override
        public void onSendable(SenderLink link) {
            sendable = true;
        }

        @Override
        public void onDisposition(SenderLink link, OutgoingDelivery delivery) {
            concluded.add(delivery);
        }

        Symbol detachedWith() throws Exception {
            ErrorCondition error = detached.get(60, TimeUnit.SECONDS).error();
            assertThat(error).isNotNull();
            return error.condition();
        }
    }

    @BeforeEach
    void attach() {
        server = Container.create("server");
        client = Container.create("client");
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .handler(new MessagingHandler() {
                    @Override
                    public void onMessage(Delivery delivery) {
                        bodies.add(delivery.message().body());
                    }

                    @Override
                    public void onSenderOpened(Sender sender) {
                        serverSenders.add(sender);
                    }
                })
                .transactions(new TransactionCoordinator() {
                    @Override
                    public TransactionalResource declare(Connection from) {
                        return resource;
                    }

                    @Override
                    public int maxTransactions() {
                        return 10;
                    }
                }));
        connection = (LiveConnection)
                client.connect(ConnectionOptions.of(listener.uri()).closeTimeout(Duration.ofMillis(200)))
                        .awaitOpen(SOON);
        session = onLoop(() -> {
            var engine = connection.engine();
            assertThat(engine).isNotNull();
            return engine.begin((ended, reason) -> {}, SessionSettings.DEFAULT);
        });
        control = sender("control", new Coordinator(List.of()), "amqp:rejected:list");
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    /** Does something, and writes what it says before anything else is done: dispositions would wait for more of them. */
    private <T> T onLoop(Supplier<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        connection.submit(() -> {
            try {
                T done = action.get();
                ConnectionEngine engine = connection.engine();
                assertThat(engine).isNotNull();
                engine.flush(System.nanoTime());
                result.complete(done);
            } catch (RuntimeException | AssertionError e) {
                result.completeExceptionally(e);
            }
        });
        return result.orTimeout(60, TimeUnit.SECONDS).join();
    }

    private Peer sender(String name, LinkTarget target, String... outcomes) {
        Peer peer = new Peer();
        onLoop(() -> peer.sender = session.attachSender(
                Attach.builder(name, 0, Role.SENDER)
                        .sndSettleMode(SenderSettleMode.MIXED)
                        .source(Source.builder()
                                .outcomes(List.of(outcomes).stream()
                                        .map(Symbol::of)
                                        .toList())
                                .build())
                        .target(target)
                        .build(),
                peer));
        await().atMost(SOON).until(() -> peer.sendable);
        return peer;
    }

    private Peer sender(String name) {
        return sender(name, Target.builder().address(name).build());
    }

    private static ByteBuf encoded(Object body) {
        ByteBuf buffer = Unpooled.buffer();
        MessageCodec.encode(Message.of(body), buffer);
        return buffer;
    }

    private Sent send(Peer on, @Nullable DeliveryState state, boolean settled, ByteBuf... parts) {
        Sent delivery = new Sent();
        onLoop(() -> {
            if (parts.length > 0 && on.sender.canSend()) {
                delivery.payload(parts[0]);
            }
            delivery.localState(state);
            delivery.settled(settled);
            on.sender.send(delivery);
            return delivery;
        });
        return delivery;
    }

    private DeliveryState outcomeOf(Peer on, OutgoingDelivery delivery) {
        await().atMost(SOON).until(() -> on.concluded.contains(delivery));
        DeliveryState state = delivery.remoteState();
        assertThat(state).isNotNull();
        return state;
    }

    private DeliveryState request(Object body) {
        return outcomeOf(control, send(control, null, false, encoded(body)));
    }

    private Binary declare() {
        DeliveryState declared = request(new Declare(null));
        assertThat(declared).isInstanceOf(Declared.class);
        return ((Declared) declared).txnId();
    }

    private static Symbol rejected(DeliveryState state) {
        assertThat(state).isInstanceOf(Rejected.class);
        ErrorCondition error = ((Rejected) state).error();
        assertThat(error).isNotNull();
        return error.condition();
    }

    /** Another connection that works as if nothing were. */
    private void others() {
        Transaction transaction = connection.openSession().transaction();
        transaction.commit();
    }

    // TX9
    @Test
    void dischargingTwiceOrAnUnknownIdIsUnknown() {
        Binary id = declare();
        assertThat(request(new Discharge(id, false))).isEqualTo(Accepted.INSTANCE);

        assertThat(rejected(request(new Discharge(id, false)))).isEqualTo(TransactionError.UNKNOWN_ID);
        assertThat(rejected(request(new Discharge(id, true)))).isEqualTo(TransactionError.UNKNOWN_ID);
        assertThat(rejected(request(new Discharge(UNKNOWN, false)))).isEqualTo(TransactionError.UNKNOWN_ID);
        assertThat(rejected(request(new Discharge(Binary.copyOf(new byte[64]), true))))
                .isEqualTo(TransactionError.UNKNOWN_ID);
        others();
    }

    @Test
    void transactionOfAnotherControlLinkIsUnknown() {
        Binary id = declare();
        Peer other = sender("control-2", new Coordinator(List.of()), "amqp:rejected:list");

        DeliveryState state = outcomeOf(other, send(other, null, false, encoded(new Discharge(id, false))));

        assertThat(rejected(state)).isEqualTo(TransactionError.UNKNOWN_ID);
        assertThat(request(new Discharge(id, false))).isEqualTo(Accepted.INSTANCE);
    }

    @Test
    void transactionsWithoutEndReachALimit() {
        for (int i = 0; i < 10; i++) {
            declare();
        }
        assertThat(rejected(request(new Declare(null)))).isEqualTo(AmqpError.RESOURCE_LIMIT_EXCEEDED);
        onLoop(() -> {
            control.sender.detach(true, null);
            return control;
        });
        await().atMost(SOON).until(control.detached::isDone);
        others();
    }

    @Test
    void globalTransactionIsRefused() {
        assertThat(rejected(request(new Declare(Binary.copyOf((byte) 1))))).isEqualTo(AmqpError.NOT_IMPLEMENTED);
    }

    // TX1, TX4
    @Test
    void settledDeclareEndsTheControlLinkAndItsTransactions() throws Exception {
        Binary id = declare();
        send(control, null, true, encoded(new Declare(null)));

        assertThat(control.detachedWith()).isEqualTo(AmqpError.ILLEGAL_STATE);
        Peer posting = sender("a");
        DeliveryState late =
                outcomeOf(posting, send(posting, new TransactionalState(id, null), false, encoded("late")));
        assertThat(rejected(late)).isEqualTo(TransactionError.TRANSACTION_ROLLBACK);
        others();
    }

    // TX9
    @Test
    void workOfAnUnknownTransactionIsRefused() throws Exception {
        Peer posting = sender("a");
        TransactionalState unknown = new TransactionalState(UNKNOWN, null);
        assertThat(rejected(outcomeOf(posting, send(posting, unknown, false, encoded("x")))))
                .isEqualTo(TransactionError.UNKNOWN_ID);
        send(posting, unknown, true, encoded("x"));
        assertThat(posting.detachedWith()).isEqualTo(TransactionError.UNKNOWN_ID);
        assertThat(bodies).isEmpty();
        others();
    }

    // TX5
    @Test
    void dischargeWithAPartialDeliveryEndsTheControlLink() throws Exception {
        Binary id = declare();
        Peer posting = sender("a");
        onLoop(() -> {
            Sent partial = new Sent();
            partial.firstPartOfPayload(encoded("x"));
            partial.localState(new TransactionalState(id, null));
            posting.sender.send(partial);
            return partial;
        });
        send(control, null, false, encoded(new Discharge(id, false)));

        assertThat(control.detachedWith()).isEqualTo(TransactionError.TRANSACTION_ROLLBACK);
        assertThat(bodies).isEmpty();
        others();
    }

    // TX6
    @Test
    void postedMessageHasItsPresumptiveOutcomeBeforeTheDischarge() {
        Binary id = declare();
        Peer posting = sender("a");
        Sent message = send(posting, new TransactionalState(id, null), false, encoded("x"));
        assertThat(outcomeOf(posting, message)).isEqualTo(new TransactionalState(id, Accepted.INSTANCE));
        assertThat(bodies).isEmpty();
        assertThat(request(new Discharge(id, false))).isEqualTo(Accepted.INSTANCE);
        await().atMost(SOON).until(() -> bodies.size() == 1);
    }

    private Peer receiver(String name, int credit) {
        Peer peer = new Peer();
        onLoop(() -> {
            peer.receiver = session.attachReceiver(
                    Attach.builder(name, 0, Role.RECEIVER)
                            .source(Source.builder().address(name).build())
                            .target(Target.builder().build())
                            .build(),
                    peer);
            peer.receiver.addCredit(credit);
            return peer;
        });
        return peer;
    }

    private void say(Peer on, IncomingDelivery delivery, Binary id, boolean settled) {
        say(on, delivery, id, Accepted.INSTANCE, settled);
    }

    private void say(Peer on, IncomingDelivery delivery, Binary id, Outcome outcome, boolean settled) {
        onLoop(() -> on.receiver.disposition(delivery, new TransactionalState(id, outcome), settled));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Tracker fromServer() throws InterruptedException {
        Sender sender = serverSenders.poll(60, TimeUnit.SECONDS);
        assertThat(sender).isNotNull();
        return sender.send(Message.of("m"));
    }

    private static IncomingDelivery next(Peer peer) throws InterruptedException {
        IncomingDelivery delivery = peer.received.poll(60, TimeUnit.SECONDS);
        assertThat(delivery).isNotNull();
        return delivery;
    }

    // TX10
    @Test
    void unsettledOutcomeOfARolledBackTransactionLeavesTheDeliveryLive() throws Exception {
        Peer receiving = receiver("a", 1);
        Tracker tracker = fromServer();
        IncomingDelivery delivery = next(receiving);
        Binary first = declare();
        say(receiving, delivery, first, false);
        assertThat(request(new Discharge(first, true))).isEqualTo(Accepted.INSTANCE);
        assertThat(tracker.outcome()).isNull();

        Binary second = declare();
        say(receiving, delivery, second, false);
        assertThat(tracker.outcome()).isNull();
        assertThat(request(new Discharge(second, false))).isEqualTo(Accepted.INSTANCE);
        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        await().atMost(SOON).until(delivery::remotelySettled);
    }

    @Test
    void outcomeThatIsSaidAgainIsToldOnce() throws Exception {
        List<SendOutcome> told = new CopyOnWriteArrayList<>();
        resource = new Retiring(told::add);
        Peer receiving = receiver("a", 1);
        Tracker tracker = fromServer();
        IncomingDelivery delivery = next(receiving);
        Binary id = declare();
        for (int i = 0; i < 100; i++) {
            say(receiving, delivery, id, i == 99);
        }

        assertThat(request(new Discharge(id, false))).isEqualTo(Accepted.INSTANCE);

        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(told).containsExactly(SendOutcome.ACCEPTED);
    }

    @Test
    void ofOutcomesThatChangeWhileTheResourceIsBusyTheLastIsTold() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        List<SendOutcome> told = new CopyOnWriteArrayList<>();
        resource = new Retiring(outcome -> {
            told.add(outcome);
            busy.countDown();
            awaitQuietly(go);
        });
        Peer receiving = receiver("a", 1);
        Tracker tracker = fromServer();
        IncomingDelivery delivery = next(receiving);
        Binary id = declare();
        say(receiving, delivery, id, false);
        assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 50; i++) {
            say(receiving, delivery, id, Accepted.INSTANCE, false);
            say(receiving, delivery, id, Released.INSTANCE, false);
        }
        // answered without the resource, so that all before it has come
        assertThat(rejected(request(new Discharge(UNKNOWN, false)))).isEqualTo(TransactionError.UNKNOWN_ID);
        go.countDown();

        assertThat(request(new Discharge(id, false))).isEqualTo(Accepted.INSTANCE);

        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.RELEASED);
        assertThat(told).containsExactly(SendOutcome.ACCEPTED, SendOutcome.RELEASED);
    }

    // TX11
    @Test
    void settledOutcomeOfARolledBackTransactionIsTheDefaultOne() throws Exception {
        Peer receiving = receiver("a", 1);
        Tracker tracker = fromServer();
        Binary id = declare();
        say(receiving, next(receiving), id, true);
        request(new Discharge(id, true));

        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.of(new Modified(true, false, Map.of())));
    }

    @ParameterizedTest
    @CsvSource({"true,false,true", "true,true,false", "false,false,true", "false,true,true"})
    void outcomeOutlivesTheLinkThatItWasGivenOn(boolean commit, boolean settled, boolean close) throws Exception {
        Peer receiving = receiver("a", 1);
        Tracker tracker = fromServer();
        Binary id = declare();
        say(receiving, next(receiving), id, settled);
        onLoop(() -> {
            receiving.receiver.detach(close, null);
            return receiving;
        });
        receiving.detached.get(30, TimeUnit.SECONDS);
        await().atMost(SOON).until(() -> tracker.sender().state() == LifecycleState.CLOSED);
        assertThat(tracker.settlement()).isNotDone();

        assertThat(request(new Discharge(id, !commit))).isEqualTo(Accepted.INSTANCE);

        if (commit) {
            assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        } else if (settled) {
            assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.of(new Modified(true, false, Map.of())));
        } else {
            assertThatThrownBy(() -> tracker.await(SOON)).isInstanceOf(ClosedException.class);
        }
    }

    @Test
    void outcomeIsGoneWithTheConnectionThatItWasGivenOn() throws Exception {
        Peer receiving = receiver("a", 1);
        Tracker tracker = fromServer();
        say(receiving, next(receiving), declare(), false);
        onLoop(() -> {
            receiving.receiver.detach(true, null);
            return receiving;
        });
        receiving.detached.get(30, TimeUnit.SECONDS);
        connection.close();

        assertThatThrownBy(() -> tracker.await(SOON)).isInstanceOf(ClosedException.class);
    }

    // TX7
    @Test
    void deliveryInTwoTransactionsEndsTheControlLink() throws Exception {
        Peer receiving = receiver("a", 1);
        Tracker tracker = fromServer();
        IncomingDelivery delivery = next(receiving);
        Binary first = declare();
        Binary second = declare();
        say(receiving, delivery, first, false);
        say(receiving, delivery, second, false);

        assertThat(control.detachedWith()).isEqualTo(TransactionError.TRANSACTION_ROLLBACK);
        assertThat(tracker.outcome()).isNull();
        onLoop(() -> receiving.receiver.disposition(delivery, Accepted.INSTANCE, true));
        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        others();
    }

    // TX9
    @Test
    void outcomeInAnUnknownTransactionEndsTheLink() throws Exception {
        Peer receiving = receiver("a", 1);
        fromServer();
        say(receiving, next(receiving), UNKNOWN, false);

        assertThat(receiving.detachedWith()).isEqualTo(TransactionError.UNKNOWN_ID);
        others();
    }

    // TX8
    @Test
    void acquisitionInAnUnknownTransactionEndsTheLink() throws Exception {
        Peer receiving = receiver("a", 0);
        onLoop(() -> {
            receiving.receiver.acquisition(UNKNOWN);
            receiving.receiver.addCredit(1);
            return receiving;
        });

        assertThat(receiving.detachedWith()).isEqualTo(TransactionError.UNKNOWN_ID);
        others();
    }

    // TX8
    @Test
    void creditOutlivesTheTransactionThatItWasGrantedIn() throws Exception {
        Binary id = declare();
        Peer receiving = receiver("a", 0);
        onLoop(() -> {
            receiving.receiver.acquisition(id);
            receiving.receiver.addCredit(2);
            return receiving;
        });
        Sender sender = serverSenders.poll(60, TimeUnit.SECONDS);
        assertThat(sender).isNotNull();
        Tracker within = sender.send(Message.of("within"));
        assertThat(next(receiving).remoteState()).isEqualTo(new TransactionalState(id, null));
        request(new Discharge(id, true));
        assertThat(within.await(SOON)).isEqualTo(SendOutcome.RELEASED);

        sender.send(Message.of("after"));
        assertThat(next(receiving).remoteState()).isNull();
    }

    @Test
    void manyRequestsAtOnceAreAnsweredInOrder() {
        List<Sent> sent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sent.add(send(control, null, false, encoded(new Discharge(UNKNOWN, i % 2 == 0))));
        }
        await().atMost(SOON).until(() -> control.concluded.size() == 50);
        assertThat(control.concluded).containsExactlyElementsOf(sent);
        for (Sent request : sent) {
            assertThat(rejected(outcomeOf(control, request))).isEqualTo(TransactionError.UNKNOWN_ID);
        }
        others();
    }

    @Test
    void controllerThatTakesNoRejectionIsToldByADetach() throws Exception {
        Peer strict = sender("control-3", new Coordinator(List.of()), "amqp:accepted:list");
        send(strict, null, false, encoded(new Discharge(UNKNOWN, false)));

        assertThat(strict.detachedWith()).isEqualTo(TransactionError.UNKNOWN_ID);
    }
}
