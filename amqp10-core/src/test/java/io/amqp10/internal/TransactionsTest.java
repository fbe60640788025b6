package io.amqp10.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Amqp10Exception;
import io.amqp10.ClosedException;
import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.DeliveryGuarantee;
import io.amqp10.LifecycleState;
import io.amqp10.LinkAcceptor;
import io.amqp10.LinkRefusedException;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.PeerLimits;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.ReconnectOptions;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.Session;
import io.amqp10.StreamSource;
import io.amqp10.Tracker;
import io.amqp10.Transaction;
import io.amqp10.TransactionCoordinator;
import io.amqp10.TransactionInDoubtException;
import io.amqp10.TransactionRolledBackException;
import io.amqp10.TransactionalResource;
import io.amqp10.testkit.FaultyLink;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.transaction.TransactionError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions between two containers: our controller at our coordinator. */
@Timeout(600)
class TransactionsTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final List<Object> bodies = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Sender> serverSenders = new LinkedBlockingQueue<>();
    private Container server;
    private Container client;

    private final MessagingHandler serverHandler = new MessagingHandler() {
        @Override
        public void onMessage(Delivery delivery) {
            bodies.add(delivery.message().body() + (delivery.isSettled() ? "" : " outside"));
        }

        @Override
        public void onSenderOpened(Sender sender) {
            serverSenders.add(sender);
        }
    };

    /** A resource that writes down what it is asked for. */
    private static class Recording implements TransactionalResource {
        final List<String> calls = new CopyOnWriteArrayList<>();

        @Override
        public Outcome post(Delivery delivery) {
            calls.add("post " + delivery.message().body());
            return Accepted.INSTANCE;
        }

        @Override
        public void retire(Tracker tracker, SendOutcome outcome) {
            calls.add("retire " + tracker.message().body() + " " + outcome);
        }

        @Override
        public void commit() {
            calls.add("commit");
        }

        @Override
        public void rollback() {
            calls.add("rollback");
        }
    }

    /** With short limits. */
    private record Limited(TransactionalResource resource, Duration timeout, int maxTransactions, long maxHeldBytes)
            implements TransactionCoordinator {
        @Override
        public TransactionalResource declare(Connection connection) {
            return resource;
        }
    }

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

    private Listener listen(TransactionCoordinator coordinator) {
        return server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .handler(serverHandler)
                .linkAcceptor(LinkAcceptor.ALL)
                .transactions(coordinator));
    }

    private Connection connect(TransactionCoordinator coordinator) {
        return connect(listen(coordinator).uri());
    }

    private Connection connect(String uri) {
        return client.connect(ConnectionOptions.of(uri)
                        .closeTimeout(Duration.ofMillis(500))
                        .reconnect(ReconnectOptions.DEFAULT.maxDelay(Duration.ofMillis(100))))
                .awaitOpen(SOON);
    }

    private Connection connect() {
        return connect(TransactionCoordinator.inMemory());
    }

    private Sender serverSender() throws InterruptedException {
        Sender sender = serverSenders.poll(60, TimeUnit.SECONDS);
        assertThat(sender).isNotNull();
        return sender;
    }

    // --- posting

    @Test
    void postedMessagesArriveAfterTheCommitInTheirOrder() {
        Connection connection = connect();
        Sender sender = connection.openSender("a");
        Transaction transaction = connection.transaction();
        for (int i = 0; i < 5; i++) {
            Tracker tracker = sender.send(Message.of("m" + i), transaction);
            assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        }
        sender.send(Message.of("plain")).await(SOON);
        assertThat(bodies).containsExactly("plain outside");

        transaction.commit();

        assertThat(transaction.state()).isEqualTo(Transaction.State.COMMITTED);
        await().atMost(SOON).until(() -> bodies.size() == 6);
        assertThat(bodies).containsExactly("plain outside", "m0", "m1", "m2", "m3", "m4");
    }

    @Test
    void commitWaitsForWhatWasSentBefore() {
        Connection connection = connect();
        Sender sender = connection.openSender("a");
        Transaction transaction = connection.transaction();
        for (int i = 0; i < 500; i++) {
            sender.send(Message.of("m" + i), transaction);
        }
        sender.send(Message.of(new byte[300_000]), transaction);

        transaction.commit();

        await().atMost(SOON).until(() -> bodies.size() == 501);
    }

    @Test
    void rolledBackMessagesArriveNowhere() {
        Connection connection = connect();
        Sender sender = connection.openSender("a");
        try (Transaction transaction = connection.transaction()) {
            sender.send(Message.of("no"), transaction).await(SOON);
            sender.send(Message.of(new byte[300_000]), transaction);
            transaction.rollback();
            assertThat(transaction.state()).isEqualTo(Transaction.State.ROLLED_BACK);
            assertThatThrownBy(transaction::commit).isInstanceOf(TransactionRolledBackException.class);
            assertThatThrownBy(() -> sender.send(Message.of("late"), transaction))
                    .isInstanceOf(TransactionRolledBackException.class);
        }
        sender.send(Message.of("yes")).await(SOON);

        assertThat(bodies).containsExactly("yes outside");
        assertThat(sender.unsettled()).isZero();
    }

    @Test
    void closeWithoutCommitRollsBackAndAfterCommitDoesNothing() {
        Recording resource = new Recording();
        Connection connection = connect(c -> resource);
        try (Transaction transaction = connection.transaction()) {
            connection.openSender("a").send(Message.of("1"), transaction).await(SOON);
        }
        await().atMost(SOON).until(() -> resource.calls.contains("rollback"));
        Transaction kept;
        try (Transaction transaction = connection.transaction()) {
            kept = transaction;
            transaction.commit();
        }
        assertThat(kept.state()).isEqualTo(Transaction.State.COMMITTED);
        assertThatThrownBy(kept::rollback).isInstanceOf(IllegalStateException.class);
        kept.commit();
        assertThat(resource.calls).containsExactly("post 1", "rollback", "commit");
    }

    @Test
    void interleavedTransactionsAreIndependent() {
        Connection connection = connect();
        Sender sender = connection.openSender("a");
        Transaction first = connection.transaction();
        Transaction second = connection.transaction();
        assertThat(first.id()).isNotEqualTo(second.id());
        sender.send(Message.of("1a"), first);
        sender.send(Message.of("2a"), second);
        sender.send(Message.of("1b"), first);
        sender.send(Message.of("2b"), second);

        second.rollback();
        first.commit();

        await().atMost(SOON).until(() -> bodies.size() == 2);
        assertThat(bodies).containsExactly("1a", "1b");
    }

    @Test
    void workOfOtherSessionsTakesPart() {
        Connection connection = connect();
        Session other = connection.openSession();
        Transaction transaction = connection.transaction();
        other.openSender(SenderOptions.of("b")).send(Message.of("x"), transaction);
        transaction.commit();

        await().atMost(SOON).until(() -> bodies.size() == 1);
        Container stranger = Container.create("stranger");
        try (stranger) {
            Connection another = stranger.connect(ConnectionOptions.of(
                    listen(TransactionCoordinator.inMemory()).uri()));
            Transaction open = connection.transaction();
            assertThatThrownBy(() -> another.openSender("a").send(Message.of("x"), open))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void sentSettledTakesPart() {
        Connection connection = connect();
        Sender sender = connection.openSender(SenderOptions.of("a").guarantee(DeliveryGuarantee.AT_MOST_ONCE));
        Transaction transaction = connection.transaction();
        assertThat(sender.send(Message.of("x"), transaction).await(SOON)).isEqualTo(SendOutcome.UNCONFIRMED);
        assertThat(bodies).isEmpty();
        transaction.commit();
        await().atMost(SOON).until(() -> bodies.size() == 1);
    }

    @Test
    void messageThatIsNotAcceptedRollsAllBack() {
        ErrorCondition why = ErrorCondition.of(AmqpError.INVALID_FIELD, "too green");
        Recording resource = new Recording() {
            @Override
            public Outcome post(Delivery delivery) {
                super.post(delivery);
                return "bad".equals(delivery.message().body()) ? new Rejected(why) : Accepted.INSTANCE;
            }
        };
        Connection connection = connect(c -> resource);
        Sender sender = connection.openSender("a");
        Transaction transaction = connection.transaction();
        sender.send(Message.of("good"), transaction);
        Tracker bad = sender.send(Message.of("bad"), transaction);

        assertThatThrownBy(transaction::commit)
                .isInstanceOfSatisfying(TransactionRolledBackException.class, e -> assertThat(e.condition())
                        .isEqualTo(why));
        assertThat(bad.await(SOON).error()).isEqualTo(why);
        await().atMost(SOON).until(() -> resource.calls.contains("rollback"));
        assertThat(bodies).isEmpty();
    }

    @Test
    void settledMessageThatIsNotAcceptedCannotBeCommitted() {
        Recording resource = new Recording() {
            @Override
            public Outcome post(Delivery delivery) {
                return new Rejected(null);
            }
        };
        Connection connection = connect(c -> resource);
        Sender sender = connection.openSender(SenderOptions.of("a").guarantee(DeliveryGuarantee.AT_MOST_ONCE));
        Transaction transaction = connection.transaction();
        sender.send(Message.of("x"), transaction);

        assertThatThrownBy(transaction::commit)
                .isInstanceOfSatisfying(TransactionRolledBackException.class, e -> assertThat(e.condition())
                        .extracting(ErrorCondition::condition)
                        .isEqualTo(TransactionError.TRANSACTION_ROLLBACK));
    }

    @ParameterizedTest
    @ValueSource(strings = {"modified", "rejected", "declared", "thrown"})
    void outcomeOfAResourceThatCannotBeSentRollsBackAndBreaksNothing(String kind) {
        ErrorCondition unsendable =
                new ErrorCondition(AmqpError.INVALID_FIELD, "no", Map.of(Symbol.of("x"), new Object()));
        Recording resource = new Recording() {
            @Override
            public Outcome post(Delivery delivery) {
                return switch (kind) {
                    case "modified" -> new Modified(true, false, Map.of(Symbol.of("x"), new Object()));
                    case "rejected" -> new Rejected(unsendable);
                    case "declared" -> new Declared(Binary.copyOf((byte) 1));
                    default -> throw new Amqp10Exception("no", unsendable, null);
                };
            }
        };
        Connection connection = connect(c -> resource);
        Sender sender = connection.openSender("a");
        Transaction transaction = connection.transaction();
        Tracker bad = sender.send(Message.of("bad"), transaction);

        assertThat(bad.await(SOON).error())
                .extracting(ErrorCondition::condition)
                .isEqualTo(TransactionError.TRANSACTION_ROLLBACK);
        assertThatThrownBy(transaction::commit).isInstanceOf(TransactionRolledBackException.class);
        assertThat(sender.send(Message.of("plain")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(connection.state()).isEqualTo(LifecycleState.OPEN);
        assertThat(bodies).containsExactly("plain outside");
    }

    @Test
    void resourceThatCannotCommitRollsBack() {
        Recording resource = new Recording() {
            @Override
            public void commit() {
                throw new Amqp10Exception(
                        "full", ErrorCondition.of(AmqpError.RESOURCE_LIMIT_EXCEEDED, "disk is full"), null);
            }
        };
        Connection connection = connect(c -> resource);
        Transaction transaction = connection.transaction();
        connection.openSender("a").send(Message.of("x"), transaction);

        assertThatThrownBy(transaction::commit)
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("disk is full");
        assertThat(bodies).isEmpty();
    }

    // --- retiring

    @Test
    void outcomesApplyAtTheCommit() throws Exception {
        Recording resource = new Recording();
        Connection connection = connect(c -> resource);
        Receiver receiver = connection.openReceiver("a");
        Sender from = serverSender();
        Tracker accepted = from.send(Message.of("1"));
        Tracker rejected = from.send(Message.of("2"));
        Tracker released = from.send(Message.of("3"));
        Tracker modified = from.send(Message.of("4"));
        Transaction transaction = connection.transaction();
        receiver.receive().accept(transaction);
        receiver.receive().reject(ErrorCondition.of(AmqpError.INVALID_FIELD, "no"), transaction);
        receiver.receive().release(transaction);
        receiver.receive().modify(true, true, Map.of(), transaction);
        await().atMost(SOON).until(() -> resource.calls.size() == 4);
        assertThat(List.of(accepted, rejected, released, modified)).allMatch(t -> t.outcome() == null);

        transaction.commit();

        assertThat(accepted.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(rejected.await(SOON).error()).isEqualTo(ErrorCondition.of(AmqpError.INVALID_FIELD, "no"));
        assertThat(released.await(SOON)).isEqualTo(SendOutcome.RELEASED);
        assertThat(modified.await(SOON).undeliverableHere()).isTrue();
        assertThat(resource.calls)
                .contains("retire 1 accepted", "retire 3 released")
                .endsWith("commit");
        await().atMost(SOON).until(() -> from.unsettled() == 0);
    }

    @Test
    void outcomeThatCannotBeSentIsRefusedWhereItIsGiven() throws Exception {
        Connection connection = connect();
        Receiver receiver = connection.openReceiver("a");
        Tracker tracker = serverSender().send(Message.of("1"));
        Map<Symbol, Object> unsendable = Map.of(Symbol.of("x"), new Object());
        Transaction transaction = connection.transaction();
        Delivery delivery = receiver.receive();

        assertThatThrownBy(() -> delivery.modify(true, false, unsendable, transaction))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("annotations");
        assertThatThrownBy(() ->
                        delivery.reject(new ErrorCondition(AmqpError.INVALID_FIELD, "no", unsendable), transaction))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the error's info");

        assertThat(delivery.isSettled()).isFalse();
        delivery.accept(transaction);
        transaction.commit();
        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(connection.state()).isEqualTo(LifecycleState.OPEN);
    }

    @Test
    void outcomesOfARolledBackTransactionDoNotApplyAndMessagesGoBack() throws Exception {
        Connection connection = connect();
        Receiver receiver = connection.openReceiver("a");
        Sender from = serverSender();
        Tracker tracker = from.send(Message.of("1"));
        Transaction transaction = connection.transaction();
        receiver.receive().accept(transaction);
        transaction.rollback();

        SendOutcome outcome = tracker.await(SOON);
        assertThat(outcome.status()).isEqualTo(SendOutcome.Status.MODIFIED);
        await().atMost(SOON).until(() -> receiver.unsettled() == 0);
    }

    @Test
    void moreMessagesThanTheCreditWindowFitIntoATransaction() throws Exception {
        Connection connection = connect();
        Receiver receiver = connection.openReceiver(ReceiverOptions.of("a").creditWindow(4));
        Sender from = serverSender();
        Transaction transaction = connection.transaction();
        List<Tracker> trackers = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 20; i++) {
            trackers.add(from.send(Message.of(i)));
        }
        for (int i = 0; i < 20; i++) {
            receiver.receive().accept(transaction);
        }
        transaction.commit();
        for (Tracker tracker : trackers) {
            assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        }
    }

    @Test
    void deliveryThatCameSettledHasNoOutcome() throws Exception {
        Connection connection = connect();
        Receiver receiver = connection.openReceiver(ReceiverOptions.of("a").guarantee(DeliveryGuarantee.AT_MOST_ONCE));
        serverSender().send(Message.of("1"));
        Delivery delivery = receiver.receive();
        Transaction transaction = connection.transaction();

        assertThatThrownBy(() -> delivery.accept(transaction)).isInstanceOf(IllegalStateException.class);
    }

    // --- acquiring

    @Test
    void acquiredMessagesAreTakenByTheCommit() throws Exception {
        Connection connection = connect();
        Receiver receiver = connection.openReceiver(ReceiverOptions.of("a").creditWindow(0));
        Sender from = serverSender();
        Tracker first = from.send(Message.of("1"));
        Tracker second = from.send(Message.of("2"));
        Transaction transaction = connection.transaction();
        receiver.addCredit(5, transaction);
        receiver.receive().accept(); // in the transaction, without naming it
        receiver.receive().accept(transaction);

        transaction.commit();

        assertThat(first.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(second.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(receiver.credit()).isZero();
        Tracker third = from.send(Message.of("3"));
        receiver.addCredit(1);
        receiver.receive().accept();
        assertThat(third.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
    }

    @Test
    void rollbackUndoesTheAcquisition() throws Exception {
        Connection connection = connect();
        Receiver receiver = connection.openReceiver(ReceiverOptions.of("a").creditWindow(0));
        Sender from = serverSender();
        Tracker first = from.send(Message.of("1"));
        Tracker second = from.send(Message.of("2"));
        Transaction transaction = connection.transaction();
        receiver.addCredit(2, transaction);
        Delivery taken = receiver.receive();
        taken.accept();
        await().atMost(SOON).until(() -> receiver.queued() == 1);

        transaction.rollback();

        assertThat(first.await(SOON)).isEqualTo(SendOutcome.RELEASED);
        assertThat(second.await(SOON)).isEqualTo(SendOutcome.RELEASED);
        await().atMost(SOON).until(() -> receiver.queued() == 0);
    }

    @Test
    void creditOfATransactionIsTakenBackWhenTheCoordinatorGoesAway() throws Exception {
        // the link of the receiver outlives the session with the control link
        Connection connection = connect();
        Session session = connection.openSession();
        Receiver receiver = connection.openReceiver(ReceiverOptions.of("a").creditWindow(0));
        Sender from = serverSender();
        Transaction transaction = session.transaction();
        receiver.addCredit(5, transaction);
        await().atMost(SOON).until(() -> from.credit() == 5);

        session.close();

        assertThatThrownBy(transaction::commit).isInstanceOf(TransactionRolledBackException.class);
        await().atMost(SOON).until(() -> receiver.credit() == 0);
        connection.openSender("b").send(Message.of("the peer knows")).await(SOON);
        Tracker tracker = from.send(Message.of("1"));
        from.send(Message.of("2"));
        receiver.addCredit(1);
        receiver.receive().accept();
        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(receiver.queued()).isZero();
    }

    @Test
    void creditOfATransactionIsGoneWithItAfterABreak() throws Exception {
        Listener listener = listen(TransactionCoordinator.inMemory());
        try (FaultyLink link = FaultyLink.to(listener.port())) {
            Connection connection = connect("amqp://127.0.0.1:" + link.port());
            Receiver receiver = connection.openReceiver(ReceiverOptions.of("a").creditWindow(0));
            Sender first = serverSender();
            Transaction transaction = connection.transaction();
            receiver.addCredit(5, transaction);
            await().atMost(SOON).until(() -> first.credit() == 5);

            link.cut();
            Sender second = serverSender();
            await().atMost(SOON).until(() -> transaction.state() == Transaction.State.ROLLED_BACK);
            receiver.addCredit(1); // all that there is then

            await().atMost(SOON).until(() -> second.credit() > 0);
            assertThat(second.credit()).isEqualTo(1);
            second.send(Message.of("1"));
            second.send(Message.of("2"));
            assertThat(receiver.receive().message().body()).isEqualTo("1");
            assertThat(receiver.credit()).isZero();
        }
    }

    @Test
    void creditOfATransactionThatFollowsAnotherIsTakenBackToo() throws Exception {
        // it is granted while the other is being committed, which had none left
        CountDownLatch goOn = new CountDownLatch(1);
        Recording slow = new Recording() {
            @Override
            public void commit() {
                super.commit();
                try {
                    assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        AtomicInteger declared = new AtomicInteger();
        Connection connection = connect(c -> declared.getAndIncrement() == 0 ? slow : new Recording());
        Receiver receiver = connection.openReceiver(ReceiverOptions.of("a").creditWindow(0));
        Sender from = serverSender();
        Transaction first = connection.transaction();
        Transaction second = connection.transaction();
        from.send(Message.of("1"));
        receiver.addCredit(1, first);
        receiver.receive().accept(first);
        CompletableFuture<Void> firstCommit = first.commitAsync();
        await().atMost(SOON).until(() -> slow.calls.contains("commit"));
        receiver.addCredit(1, second);
        await().atMost(SOON).until(() -> from.credit() == 1);
        goOn.countDown();
        firstCommit.get(60, TimeUnit.SECONDS);

        second.commit();

        assertThat(receiver.credit()).isZero();
        from.send(Message.of("2"));
        connection.openSender("b").send(Message.of("the peer has had time")).await(SOON);
        assertThat(receiver.queued()).isZero();
    }

    @Test
    void commitGoesOnThoughAnotherTransactionGetsCreditMeanwhile() throws Exception {
        Connection connection = connect();
        Receiver receiver = connection.openReceiver(ReceiverOptions.of("a").creditWindow(0));
        Sender from = serverSender();
        Transaction first = connection.transaction();
        Transaction second = connection.transaction();
        receiver.addCredit(5, first);
        await().atMost(SOON).until(() -> from.credit() == 5);

        // both before the peer can answer that it gives the credit back
        CompletableFuture<CompletableFuture<Void>> begun = new CompletableFuture<>();
        ((LiveConnection) connection).submit(() -> {
            begun.complete(first.commitAsync());
            receiver.addCredit(3, second);
        });

        begun.get(60, TimeUnit.SECONDS).get(60, TimeUnit.SECONDS);
        Tracker tracker = from.send(Message.of("1"));
        receiver.receive().accept(second);
        second.commit();
        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(receiver.credit()).isZero();
        from.send(Message.of("2"));
        connection.openSender("b").send(Message.of("the peer has had time")).await(SOON);
        assertThat(receiver.queued()).isZero();
    }

    @Test
    void outcomeGoesIntoTheTransactionOfTheAcquisitionOnly() throws Exception {
        Connection connection = connect();
        Receiver receiver = connection.openReceiver(ReceiverOptions.of("a").creditWindow(0));
        Tracker tracker = serverSender().send(Message.of("1"));
        Transaction acquiring = connection.transaction();
        Transaction other = connection.transaction();
        receiver.addCredit(1, acquiring);
        Delivery delivery = receiver.receive();
        assertThatThrownBy(() -> delivery.accept(other)).isInstanceOf(IllegalArgumentException.class);
        delivery.accept(acquiring);
        acquiring.commit();
        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
    }

    @Test
    void creditWindowAndTransactionalCreditExcludeEachOther() {
        Connection connection = connect();
        Receiver receiver = connection.openReceiver("a");
        Transaction transaction = connection.transaction();

        assertThatThrownBy(() -> receiver.addCredit(1, transaction)).isInstanceOf(IllegalStateException.class);
    }

    // --- refused, limits

    @Test
    void peerWithoutCoordinatorRefuses() {
        Connection connection =
                connect(server.listen(ListenOptions.of("amqp://127.0.0.1:0").handler(serverHandler))
                        .uri());

        assertThatThrownBy(connection::transaction)
                .isInstanceOfSatisfying(LinkRefusedException.class, e -> assertThat(e.condition())
                        .extracting(ErrorCondition::condition)
                        .isEqualTo(AmqpError.NOT_IMPLEMENTED));
        assertThat(connection.openSender("a").send(Message.of("x")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
    }

    @Test
    void coordinatorThatRefusesIsQuoted() {
        Connection connection = connect(c -> {
            throw new Amqp10Exception("x", ErrorCondition.of(AmqpError.UNAUTHORIZED_ACCESS, "not for you"), null);
        });

        assertThatThrownBy(connection::transaction)
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContaining("not for you");
    }

    @ParameterizedTest
    @ValueSource(strings = {"post", "commit", "retire"})
    void errorOfAResourceRollsBackAndLeavesNothingBehind(String where) throws Exception {
        Recording failing = new Recording() {
            private void failIn(String method) {
                if (method.equals(where)) {
                    throw new StackOverflowError("on purpose");
                }
            }

            @Override
            public Outcome post(Delivery delivery) {
                failIn("post");
                return super.post(delivery);
            }

            @Override
            public void retire(Tracker tracker, SendOutcome outcome) {
                failIn("retire");
                super.retire(tracker, outcome);
            }

            @Override
            public void commit() {
                failIn("commit");
                super.commit();
            }
        };
        AtomicInteger declared = new AtomicInteger();
        // room for one transaction with one message, so that nothing of the first may be held after it
        Connection connection = connect(new TransactionCoordinator() {
            @Override
            public TransactionalResource declare(Connection from) {
                return declared.getAndIncrement() == 0 ? failing : new Recording();
            }

            @Override
            public int maxTransactions() {
                return 1;
            }

            @Override
            public long maxHeldBytes() {
                return 1_000;
            }
        });
        Sender sender = connection.openSender("a");
        Receiver receiver = connection.openReceiver("b");
        serverSender().send(Message.of("in"));
        Delivery delivery = receiver.receive();
        Transaction transaction = connection.transaction();
        sender.send(Message.of("out"), transaction);
        delivery.accept(transaction);

        assertThatThrownBy(transaction::commit).isInstanceOf(TransactionRolledBackException.class);

        assertThat(bodies).isEmpty();
        Transaction next = connection.transaction();
        assertThat(sender.send(Message.of("out"), next).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        next.commit();
        await().atMost(SOON).until(() -> bodies.equals(List.of("out")));
    }

    @Test
    void errorWhereATransactionIsDeclaredRefusesIt() {
        AtomicInteger declared = new AtomicInteger();
        Connection connection = connect(c -> {
            if (declared.getAndIncrement() == 0) {
                throw new StackOverflowError("on purpose");
            }
            return new Recording();
        });

        assertThatThrownBy(connection::transaction).isInstanceOf(LinkRefusedException.class);
        connection.transaction().commit();
    }

    @Test
    void transactionsBeyondTheLimitAreRefusedByName() {
        Connection connection = connect(new Limited(new Recording(), SOON, 2, 1000));
        Transaction first = connection.transaction();
        connection.transaction();
        assertThatThrownBy(connection::transaction).isInstanceOfSatisfying(LinkRefusedException.class, e -> {
            assertThat(e).hasMessageContaining("maxTransactions");
            assertThat(e.condition())
                    .extracting(ErrorCondition::condition)
                    .isEqualTo(AmqpError.RESOURCE_LIMIT_EXCEEDED);
        });
        first.rollback();
        connection.transaction().commit();
    }

    @Test
    void transactionWithoutAHandleForItsControlLinkFailsAloneAndTheNextOneIsTried() {
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .handler(serverHandler)
                .linkAcceptor(LinkAcceptor.ALL)
                .limits(PeerLimits.DEFAULT.maxLinksPerSession(1))
                .transactions(TransactionCoordinator.inMemory()));
        Connection connection = connect(listener.uri());
        Sender sender = connection.openSender("a").awaitOpen(SOON);
        assertThatThrownBy(connection::transaction)
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContaining("no more links");

        sender.close();

        connection.transaction().commit();
    }

    @Test
    void messagesBeyondTheLimitOfHeldBytesAreRejectedByName() {
        Connection connection = connect(new Limited(new Recording(), SOON, 2, 2000));
        Sender sender = connection.openSender("a");
        Transaction transaction = connection.transaction();
        sender.send(Message.of(new byte[800]), transaction).await(SOON).orThrow();
        SendOutcome outcome =
                sender.send(Message.of(new byte[800]), transaction).await(SOON);
        assertThat(String.valueOf(outcome)).contains("maxHeldBytes");
        assertThatThrownBy(transaction::commit).isInstanceOf(TransactionRolledBackException.class);

        Transaction next = connection.transaction();
        sender.send(Message.of(new byte[800]), next).await(SOON).orThrow();
        next.commit();
    }

    @Test
    void messagesWithoutContentReachTheLimitOfHeldBytesToo() {
        Connection connection = connect(new Limited(new Recording(), SOON, 2, 1000));
        Sender sender = connection.openSender("a");
        Transaction transaction = connection.transaction();
        sender.send(Message.of(""), transaction).await(SOON).orThrow();
        SendOutcome outcome = sender.send(Message.of(""), transaction).await(SOON);
        assertThat(String.valueOf(outcome)).contains("maxHeldBytes");
        assertThatThrownBy(transaction::commit)
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("maxHeldBytes");

        Transaction next = connection.transaction();
        sender.send(Message.of(""), next).await(SOON).orThrow();
        next.commit();
    }

    @Test
    void messageOfARolledBackTransactionIsHeldUntilTheResourceHasLookedAtIt() throws Exception {
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Recording resource = new Recording() {
            @Override
            public Outcome post(Delivery delivery) {
                looking.countDown();
                try {
                    assertThat(go.await(60, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return super.post(delivery);
            }
        };
        Connection connection = connect(new Limited(resource, SOON, 2, 2000));
        Sender sender = connection.openSender("a");
        Transaction first = connection.transaction();
        Transaction second = connection.transaction();
        sender.send(Message.of(new byte[800]), first);
        assertThat(looking.await(60, TimeUnit.SECONDS)).isTrue();
        first.rollback();

        SendOutcome outcome = sender.send(Message.of(new byte[800]), second).await(SOON);

        assertThat(String.valueOf(outcome)).contains("maxHeldBytes");
        go.countDown();
        second.rollback();
        Transaction next = connection.transaction();
        sender.send(Message.of(new byte[800]), next).await(SOON).orThrow();
        next.commit();
    }

    // TX9
    @Test
    void transactionThatTakesTooLongIsRolledBack() {
        Recording resource = new Recording();
        Connection connection = connect(new Limited(resource, Duration.ofMillis(50), 2, 1000));
        Sender sender = connection.openSender("a");
        Transaction slow = connection.transaction();
        await().atMost(SOON).until(() -> resource.calls.contains("rollback"));

        SendOutcome late = sender.send(Message.of("late"), slow).await(SOON);
        assertThat(late.error()).extracting(ErrorCondition::condition).isEqualTo(TransactionError.TRANSACTION_TIMEOUT);
        assertThatThrownBy(slow::commit).isInstanceOf(TransactionRolledBackException.class);
        assertThat(bodies).isEmpty();

        Transaction committed = connection.transaction();
        await().atMost(SOON).until(() -> resource.calls.size() == 2);
        assertThatThrownBy(committed::commit)
                .isInstanceOfSatisfying(TransactionRolledBackException.class, e -> assertThat(e.condition())
                        .extracting(ErrorCondition::condition)
                        .isEqualTo(TransactionError.TRANSACTION_TIMEOUT));
        Transaction rolledBack = connection.transaction();
        await().atMost(SOON).until(() -> resource.calls.size() == 3);
        rolledBack.rollback();
    }

    // --- streams

    /** Counts the octets of what comes in a transaction that was committed. */
    private Connection connectForStreams(Recording resource, List<Integer> sizes) {
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .maxFrameSize(16 * 1024)
                .handler(new MessagingHandler() {
                    @Override
                    public void onMessage(Delivery delivery) {
                        sizes.add(delivery.message().bodyAsBytes().length);
                    }

                    @Override
                    public void onSenderOpened(Sender sender) {
                        serverSenders.add(sender);
                    }
                })
                .transactions(connection -> resource));
        return connect(listener.uri());
    }

    /** A resource that does not look at bodies. */
    private static final class Quiet extends Recording {
        @Override
        public Outcome post(Delivery delivery) {
            calls.add("post");
            return Accepted.INSTANCE;
        }
    }

    private static StreamSource zeros(int length) {
        return () -> new ByteArrayInputStream(new byte[length]);
    }

    @Test
    void streamIsThereWhenItsTransactionIsCommitted() throws Exception {
        Quiet resource = new Quiet();
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        Connection connection = connectForStreams(resource, sizes);
        Sender sender = connection.openSender("a");
        Message head = Message.builder().subject("film").build();
        Transaction transaction = connection.transaction();

        assertThat(sender.stream(head, zeros(1_000_000), transaction).isAccepted())
                .isTrue();
        assertThat(sender.stream(head, zeros(10), transaction).isAccepted()).isTrue();
        assertThat(sizes).isEmpty();
        transaction.commit();

        await().atMost(Duration.ofSeconds(60)).until(() -> sizes.size() == 2);
        assertThat(sizes).containsExactly(1_000_000, 10);
        assertThat(resource.calls).containsExactly("post", "post", "commit");
        assertThatThrownBy(() -> sender.stream(head, zeros(1), transaction)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void rollbackAbortsAStreamThatIsNotAtItsEnd() throws Exception {
        Quiet resource = new Quiet();
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        Connection connection = connectForStreams(resource, sizes);
        Sender sender = connection.openSender("a");
        Transaction transaction = connection.transaction();
        try (SubmissionPublisher<ByteBuffer> publisher = new SubmissionPublisher<>()) {
            CompletableFuture<SendOutcome> outcome =
                    sender.streamAsync(Message.builder().build(), publisher, transaction);
            publisher.submit(ByteBuffer.allocate(50_000));
            await().atMost(Duration.ofSeconds(60)).until(() -> sender.unsettled() == 1);

            transaction.rollback();

            assertThat(outcome)
                    .failsWithin(Duration.ofSeconds(60))
                    .withThrowableThat()
                    .withCauseInstanceOf(TransactionRolledBackException.class);
            await().atMost(Duration.ofSeconds(60)).until(() -> !publisher.hasSubscribers());
        }
        assertThat(resource.calls).containsExactly("rollback");
        sender.send(Message.of(new byte[3])).await().orThrow();
        assertThat(sizes).containsExactly(3);
    }

    @Test
    void bodyThatCannotBeReadToItsEndRollsBack() {
        Quiet resource = new Quiet();
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        Connection connection = connectForStreams(resource, sizes);
        Sender sender = connection.openSender("a");
        Transaction transaction = connection.transaction();
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("disk");
            }
        };
        StreamSource broken = () -> new SequenceInputStream(new ByteArrayInputStream(new byte[200_000]), failing);

        assertThatThrownBy(() -> sender.stream(Message.builder().build(), broken, transaction))
                .isInstanceOf(IOException.class);

        assertThatThrownBy(transaction::commit)
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("aborted by this end");
        assertThat(sizes).isEmpty();
    }

    @Test
    void streamThatLosesItsLinkIsRolledBackAndNeverSentAgain() throws Exception {
        Quiet resource = new Quiet();
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        CountDownLatch cut = new CountDownLatch(1);
        AtomicInteger opened = new AtomicInteger();
        Connection direct = connectForStreams(resource, sizes);
        try (FaultyLink link =
                FaultyLink.to(Integer.parseInt(direct.remoteAddress().replaceAll(".*:", "")))) {
            Connection connection = connect("amqp://127.0.0.1:" + link.port());
            Sender sender = connection.openSender("a").awaitOpen();
            Transaction transaction = connection.transaction();
            InputStream waits = new InputStream() {
                @Override
                public int read() throws IOException {
                    link.cut();
                    await().atMost(SOON).until(() -> transaction.state() == Transaction.State.ROLLED_BACK);
                    cut.countDown();
                    return -1;
                }
            };
            StreamSource source = () -> {
                opened.incrementAndGet();
                return new SequenceInputStream(new ByteArrayInputStream(new byte[200_000]), waits);
            };

            assertThatThrownBy(() -> sender.stream(Message.builder().build(), source, transaction))
                    .isInstanceOf(TransactionRolledBackException.class);

            assertThat(cut.getCount()).isZero();
            link.heal();
            assertThatThrownBy(transaction::commit).isInstanceOf(TransactionRolledBackException.class);
            sender.send(Message.of(new byte[3])).await(SOON).orThrow();
            assertThat(opened).hasValue(1);
            assertThat(sizes).containsExactly(3);
        }
    }

    @Test
    void streamedMessageIsRetiredInATransaction() throws Exception {
        Quiet resource = new Quiet();
        Connection connection = connectForStreams(resource, new CopyOnWriteArrayList<>());
        Receiver receiver =
                connection.openReceiver(ReceiverOptions.of("b").streaming(true)).awaitOpen();
        Tracker tracker = serverSender().send(Message.of(new byte[300_000]));
        Delivery delivery = receiver.receive();
        try (Transaction transaction = receiver.session().transaction();
                InputStream in = delivery.bodyStream()) {
            assertThat(in.readAllBytes()).hasSize(300_000);
            delivery.accept(transaction);
            transaction.commit();
        }
        assertThat(tracker.await(Duration.ofSeconds(60)).isAccepted()).isTrue();
        assertThat(resource.calls).hasSize(2).last().isEqualTo("commit");
    }

    @Test
    void consumerOfBodiesSeesNothingOfATransaction() {
        Quiet resource = new Quiet();
        List<Integer> consumed = new CopyOnWriteArrayList<>();
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        ReceiverOptions consuming = ReceiverOptions.of("")
                .bodyConsumer(delivery -> octets -> consumed.add(octets.remaining()))
                .handler(new MessagingHandler() {
                    @Override
                    public void onMessage(Delivery delivery) {
                        sizes.add(delivery.message().bodyAsBytes().length);
                    }
                });
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .linkAcceptor(request -> request.accept(consuming))
                .transactions(connection -> resource));
        Connection connection = connect(listener.uri());
        Sender sender = connection.openSender("a");
        Transaction transaction = connection.transaction();
        assertThat(sender.send(Message.of(new byte[300_000]), transaction).await(SOON))
                .isEqualTo(SendOutcome.ACCEPTED);
        assertThat(sizes).isEmpty();

        transaction.commit();

        await().atMost(Duration.ofSeconds(60)).until(() -> sizes.size() == 1);
        assertThat(sizes).containsExactly(300_000);
        assertThat(consumed).isEmpty();
    }

    // --- breaks

    @Test
    void breakRollsBackAndNothingIsSentAgain() throws Exception {
        Recording resource = new Recording();
        Listener listener = listen(c -> resource);
        try (FaultyLink link = FaultyLink.to(listener.port())) {
            Connection connection = connect("amqp://127.0.0.1:" + link.port());
            Sender sender = connection.openSender("a").awaitOpen();
            Receiver receiver = connection.openReceiver("b");
            serverSender().send(Message.of("in"));
            Transaction transaction = connection.transaction();
            sender.send(Message.of("decided"), transaction).await(SOON);
            receiver.receive().accept(transaction);
            link.stallUp();
            Tracker undecided = sender.send(Message.of("undecided"), transaction);

            link.cut();
            await().atMost(SOON).until(() -> transaction.state() == Transaction.State.ROLLED_BACK);
            link.heal();

            assertThatThrownBy(transaction::commit).isInstanceOf(TransactionRolledBackException.class);
            assertThatThrownBy(() -> undecided.await(SOON)).isInstanceOf(TransactionRolledBackException.class);
            assertThatThrownBy(() -> sender.send(Message.of("late"), transaction))
                    .isInstanceOf(TransactionRolledBackException.class);
            assertThatThrownBy(() -> receiver.addCredit(1, transaction)).isInstanceOf(Amqp10Exception.class);
            transaction.rollback();
            transaction.close();
            await().atMost(SOON).until(() -> resource.calls.contains("rollback"));
            sender.send(Message.of("after")).await(SOON).orThrow();
            try (Transaction next = connection.transaction()) {
                sender.send(Message.of("next"), next);
                next.commit();
            }
            await().atMost(SOON).until(() -> bodies.size() == 2);
            assertThat(bodies).containsExactly("after outside", "next");
        }
    }

    @Test
    void outcomeOfAMessageThatABreakTookBackRollsAllBack() throws Exception {
        Recording resource = new Recording();
        Listener listener = listen(c -> resource);
        try (FaultyLink link = FaultyLink.to(listener.port())) {
            Connection connection = connect("amqp://127.0.0.1:" + link.port());
            Sender sender = connection.openSender("out").awaitOpen();
            Receiver receiver = connection.openReceiver("in");
            serverSender().send(Message.of("in"));
            Delivery delivery = receiver.receive();

            link.cut();
            serverSender();
            Transaction transaction = connection.transaction();
            sender.send(Message.of("out"), transaction).await(SOON).orThrow();
            delivery.accept(transaction);

            assertThatThrownBy(transaction::commit).isInstanceOf(TransactionRolledBackException.class);
            await().atMost(SOON).until(() -> resource.calls.contains("rollback"));
            assertThat(resource.calls).containsExactly("post out", "rollback");
        }
    }

    /** How the rest of a message is lost that has come in part. */
    enum Loss {
        BREAK,
        CLOSE_WITHOUT_ANSWER
    }

    @ParameterizedTest
    @EnumSource
    void outcomeOfAMessageWhoseRestIsLostRollsAllBack(Loss loss) throws Exception {
        Recording resource = new Recording();
        Listener listener = listen(c -> resource);
        try (FaultyLink link = FaultyLink.to(listener.port())) {
            Connection connection = connect("amqp://127.0.0.1:" + link.port());
            Sender sender = connection.openSender("out").awaitOpen();
            Receiver receiver = connection.openReceiver(ReceiverOptions.of("in").streaming(true));
            serverSender().send(Message.of(new byte[8_000_000])); // more than may wait to be read
            Delivery delivery = receiver.receive();

            if (loss == Loss.BREAK) {
                link.cut();
                serverSender();
            } else {
                link.stallBoth();
                receiver.close();
                link.heal();
            }
            Transaction transaction = connection.transaction();
            sender.send(Message.of("out"), transaction).await(SOON).orThrow();
            delivery.reject(null, transaction);

            assertThatThrownBy(transaction::commit).isInstanceOf(TransactionRolledBackException.class);
            await().atMost(SOON).until(() -> resource.calls.contains("rollback"));
            assertThat(resource.calls).containsExactly("post out", "rollback");
        }
    }

    @Test
    void outcomeOfAMessageThatItsSenderAbortedIsNotMissed() throws Exception {
        Recording resource = new Recording();
        Connection connection = connect(c -> resource);
        Sender sender = connection.openSender("out").awaitOpen();
        Receiver receiver = connection.openReceiver(ReceiverOptions.of("in").streaming(true));
        SubmissionPublisher<ByteBuffer> body = new SubmissionPublisher<>();
        CompletableFuture<SendOutcome> sent =
                serverSender().streamAsync(Message.builder().build(), body);
        body.submit(ByteBuffer.allocate(100_000));
        Delivery aborted = receiver.receive();
        body.closeExceptionally(new IOException("disk on fire"));
        assertThatThrownBy(() -> aborted.bodyStream().readAllBytes()).hasMessageContaining("aborted");
        assertThatThrownBy(sent::join).hasRootCauseMessage("disk on fire");

        Transaction transaction = connection.transaction();
        sender.send(Message.of("out"), transaction).await(SOON).orThrow();
        aborted.reject(null, transaction);
        transaction.commit();

        assertThat(transaction.state()).isEqualTo(Transaction.State.COMMITTED);
        await().atMost(SOON).until(() -> resource.calls.equals(List.of("post out", "commit")));
    }

    @Test
    void outcomeOfAMessageOfAClosedReceiverRollsAllBack() throws Exception {
        Recording resource = new Recording();
        Connection connection = connect(c -> resource);
        Receiver receiver = connection.openReceiver("in");
        serverSender().send(Message.of("in"));
        Delivery delivery = receiver.receive();
        Transaction transaction = connection.transaction();
        receiver.close();

        delivery.accept(transaction);

        assertThatThrownBy(transaction::commit).isInstanceOf(TransactionRolledBackException.class);
        await().atMost(SOON).until(() -> resource.calls.equals(List.of("rollback")));
    }

    @Test
    void outcomeOfAnAcquiredMessageOfAClosedReceiverRollsAllBack() throws Exception {
        Recording resource = new Recording();
        Connection connection = connect(c -> resource);
        Receiver receiver = connection.openReceiver(ReceiverOptions.of("in").creditWindow(0));
        serverSender().send(Message.of("in"));
        Transaction transaction = connection.transaction();
        receiver.addCredit(1, transaction);
        Delivery delivery = receiver.receive();
        receiver.close();

        delivery.accept();

        assertThatThrownBy(transaction::commit).isInstanceOf(TransactionRolledBackException.class);
        await().atMost(SOON).until(() -> resource.calls.equals(List.of("rollback")));
    }

    @Test
    void breakBeforeTheOutcomeOfTheCommitLeavesItInDoubt() throws Exception {
        CountDownLatch committing = new CountDownLatch(1);
        CountDownLatch cut = new CountDownLatch(1);
        Recording resource = new Recording() {
            @Override
            public void commit() {
                super.commit();
                committing.countDown();
                try {
                    assertThat(cut.await(60, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        Listener listener = listen(c -> resource);
        try (FaultyLink link = FaultyLink.to(listener.port())) {
            Connection connection = connect("amqp://127.0.0.1:" + link.port());
            Sender sender = connection.openSender("a");
            Transaction transaction = connection.transaction();
            sender.send(Message.of("x"), transaction);
            CompletableFuture<Void> commit = transaction.commitAsync();
            assertThat(committing.await(60, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> transaction.commit(Duration.ofMillis(1)))
                    .isInstanceOf(TransactionInDoubtException.class);
            link.cut();
            assertThatThrownBy(() -> commit.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TransactionInDoubtException.class);
            cut.countDown();

            assertThat(transaction.state()).isEqualTo(Transaction.State.IN_DOUBT);
            assertThatThrownBy(transaction::rollback).isInstanceOf(TransactionInDoubtException.class);
            transaction.close();
            await().atMost(SOON).until(() -> bodies.size() == 1);
            assertThat(resource.calls).containsExactly("post x", "commit");
        }
    }

    @Test
    void closingWaitsForACommitThatIsUnderWay() throws Exception {
        CountDownLatch committing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Recording resource = new Recording() {
            @Override
            public void commit() {
                super.commit();
                committing.countDown();
                try {
                    assertThat(goOn.await(60, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        Transaction transaction = connect(c -> resource).transaction();
        CompletableFuture<Void> commit = transaction.commitAsync();
        assertThat(committing.await(60, TimeUnit.SECONDS)).isTrue();

        Thread closing = new Thread(transaction::close);
        closing.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        assertThat(commit).isNotDone();
        goOn.countDown();

        closing.join(60_000);
        assertThat(closing.isAlive()).isFalse();
        assertThat(transaction.state()).isEqualTo(Transaction.State.COMMITTED);
        assertThat(commit).succeedsWithin(Duration.ofSeconds(60));
        assertThat(resource.calls).containsExactly("commit");
    }

    @Test
    void closingLeavesItToTheFutureToTellThatACommitFailed() {
        Recording resource = new Recording() {
            @Override
            public void commit() {
                throw new IllegalStateException("disk full");
            }
        };
        Transaction transaction = connect(c -> resource).transaction();
        CompletableFuture<Void> commit = transaction.commitAsync();

        transaction.close();

        assertThat(commit)
                .failsWithin(Duration.ofSeconds(60))
                .withThrowableThat()
                .withCauseInstanceOf(TransactionRolledBackException.class);
    }

    @Test
    void commitWithoutCreditForItsMessagesIsRolledBackInTime() {
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .handler(serverHandler)
                .linkAcceptor(request -> request.accept(ReceiverOptions.of("").creditWindow(0)))
                .transactions(TransactionCoordinator.inMemory()));
        Connection connection = connect(listener.uri());
        Transaction transaction = connection.transaction();
        Tracker tracker = connection.openSender("a").send(Message.of("x"), transaction);

        assertThatThrownBy(() -> transaction.commit(Duration.ofMillis(20)))
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("1 messages");
        assertThatThrownBy(() -> tracker.await(SOON)).isInstanceOf(TransactionRolledBackException.class);
        await().atMost(SOON).until(() -> transaction.state() == Transaction.State.ROLLED_BACK);
    }

    @Test
    void declareWaitsForTheConnectionToBeRestored() throws Exception {
        Listener listener = listen(TransactionCoordinator.inMemory());
        try (FaultyLink link = FaultyLink.to(listener.port())) {
            Connection connection = connect("amqp://127.0.0.1:" + link.port());
            connection.openSender("a").awaitOpen();
            link.refuse();
            link.cut();
            await().atMost(SOON).until(() -> connection.state() == LifecycleState.RECOVERING);
            CompletableFuture<Transaction> transaction = connection.transactionAsync();
            assertThat(transaction).isNotDone();
            link.heal();

            transaction.get(60, TimeUnit.SECONDS).commit();
        }
    }

    @Test
    void closingTheSessionRollsBack() {
        Recording resource = new Recording();
        Connection connection = connect(c -> resource);
        Session session = connection.openSession();
        Transaction transaction = session.transaction();
        session.close();

        await().atMost(SOON).until(() -> resource.calls.contains("rollback"));
        assertThatThrownBy(transaction::commit).isInstanceOf(TransactionRolledBackException.class);
        assertThatThrownBy(session::transaction).isInstanceOf(ClosedException.class);
    }

    @Test
    void closingTheConnectionRollsBackAndFailsWhatWaits() {
        Recording resource = new Recording();
        Connection connection = connect(c -> resource);
        Transaction transaction = connection.transaction();
        connection.close();

        assertThat(transaction.state()).isEqualTo(Transaction.State.ROLLED_BACK);
        transaction.close();
        await().atMost(SOON).until(() -> resource.calls.contains("rollback"));
    }

    @Test
    void lostSenderRollsBackWhatItHadUndecided() throws Exception {
        CompletableFuture<Receiver> closing = new CompletableFuture<>();
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .handler(serverHandler)
                .linkAcceptor(request -> {
                    if (request.localRole() == Role.RECEIVER && "closing".equals(request.address())) {
                        request.accept(ReceiverOptions.of("").creditWindow(0).handler(new MessagingHandler() {
                            @Override
                            public void onReceiverOpened(Receiver receiver) {
                                closing.complete(receiver);
                            }
                        }));
                    } else {
                        request.accept();
                    }
                })
                .transactions(TransactionCoordinator.inMemory()));
        Connection connection = connect(listener.uri());
        Transaction transaction = connection.transaction();
        connection.openSender("ok").send(Message.of("x"), transaction).await(SOON);
        Tracker lost = connection.openSender("closing").send(Message.of("y"), transaction);
        closing.get(30, TimeUnit.SECONDS).close();

        assertThatThrownBy(() -> lost.await(SOON)).isInstanceOf(Amqp10Exception.class);
        assertThatThrownBy(transaction::commit).isInstanceOf(TransactionRolledBackException.class);
        assertThat(bodies).isEmpty();
    }

    @Test
    void worksInsideAHandler() throws Exception {
        Connection connection = connect();
        Sender out = connection.openSender("out");
        CountDownLatch done = new CountDownLatch(1);
        connection.openReceiver("in", new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                try (Transaction transaction = connection.transaction()) {
                    out.send(Message.of("reply"), transaction);
                    delivery.accept(transaction);
                    transaction.commit();
                }
                done.countDown();
            }
        });
        Tracker tracker = serverSender().send(Message.of("request"));

        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        await().atMost(SOON).until(() -> bodies.equals(List.of("reply")));
    }
}
