package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LifecycleState;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.ReconnectOptions;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.Session;
import io.amqp10.Tracker;
import io.amqp10.Transaction;
import io.amqp10.TransactionInDoubtException;
import io.amqp10.TransactionRolledBackException;
import io.amqp10.testkit.FaultyLink;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Transactions at a broker, through a network that breaks. Implemented once for each broker. */
interface TransactionScenarios {

    AtomicInteger QUEUES = new AtomicInteger();

    Duration PATIENCE = MessageExchange.PATIENCE;

    /** The port of the broker, which takes the user of {@link #uri}. */
    int port();

    /** Where to connect to through a port. */
    String uri(int port);

    /** Whether a session can have several transactions at a time. */
    default boolean severalPerSession() {
        return true;
    }

    /** How many messages a queue holds, those that a consumer has and did not settle included. */
    long depth(String queue);

    /** Does something with a connection through a network that can be broken. */
    default void with(Work work) throws Exception {
        try (FaultyLink link = FaultyLink.to(port());
                Container container = Container.create("transactions-" + QUEUES.incrementAndGet())) {
            Connection connection = container
                    .connect(ConnectionOptions.of(uri(link.port()))
                            .closeTimeout(Duration.ofSeconds(1))
                            .reconnect(ReconnectOptions.DEFAULT.maxDelay(Duration.ofMillis(200))))
                    .awaitOpen();
            work.with(connection, link, "tx-" + QUEUES.incrementAndGet());
        }
    }

    /** A test's work. */
    interface Work {
        void with(Connection connection, FaultyLink link, String queue) throws Exception;
    }

    private static void fill(Connection connection, String queue, int count) {
        Sender sender = connection.openSender(queue);
        List<Tracker> trackers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            trackers.add(sender.send(Message.of("m" + i)));
        }
        trackers.forEach(tracker -> tracker.await(PATIENCE).orThrow());
        sender.close();
    }

    private static Delivery next(Receiver receiver) {
        Delivery delivery = receiver.receive(PATIENCE);
        assertThat(delivery).isNotNull();
        return delivery;
    }

    private void awaitDepth(String queue, long expected) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(depth(queue)).isEqualTo(expected));
    }

    @Test
    default void committedMessagesAreThereAndRolledBackOnesAreNot() throws Exception {
        with((connection, link, queue) -> {
            Sender sender = connection.openSender(queue);
            Session other = severalPerSession() ? sender.session() : connection.openSession();
            Sender otherSender = other.openSender(SenderOptions.of(queue));
            Transaction committed = connection.transaction();
            Transaction rolledBack = other.transaction();
            for (int i = 0; i < 10; i++) {
                Tracker tracker = sender.send(Message.of("c" + i), committed);
                otherSender.send(Message.of("r" + i), rolledBack);
                if (i == 5) {
                    assertThat(tracker.await(PATIENCE)).isEqualTo(SendOutcome.ACCEPTED);
                }
            }
            assertThat(depth(queue)).isZero();
            rolledBack.rollback();
            committed.commit();
            awaitDepth(queue, 10);
            Receiver receiver = connection.openReceiver(queue);
            for (int i = 0; i < 10; i++) {
                Delivery delivery = next(receiver);
                assertThat(delivery.message().body()).isEqualTo("c" + i);
                delivery.accept();
            }
            assertThat(sender.unsettled()).isZero();
            awaitDepth(queue, 0);
        });
    }

    @Test
    default void largeMessageIsPostedInManyFrames() throws Exception {
        with((connection, link, queue) -> {
            byte[] body = new byte[500_000];
            body[499_999] = 7;
            try (Transaction transaction = connection.transaction()) {
                connection.openSender(queue).send(Message.of(body), transaction);
                transaction.commit();
            }
            Delivery delivery = next(connection.openReceiver(queue));
            assertThat(delivery.message().body()).isEqualTo(body);
            delivery.accept();
        });
    }

    @Test
    default void streamIsThereWhenItsTransactionIsCommittedAndNotWhenItIsRolledBack() throws Exception {
        with((connection, link, queue) -> {
            byte[] body = new byte[3_000_000];
            body[2_999_999] = 7;
            Message head = Message.builder().subject("film").build();
            Sender sender = connection.openSender(queue);
            Transaction rolledBack = connection.transaction();
            assertThat(sender.stream(head, () -> new ByteArrayInputStream(body), rolledBack))
                    .isEqualTo(SendOutcome.ACCEPTED);
            rolledBack.rollback();
            Transaction committed = connection.transaction();
            assertThat(sender.stream(head, () -> new ByteArrayInputStream(body), committed))
                    .isEqualTo(SendOutcome.ACCEPTED);
            assertThat(depth(queue)).isZero();
            committed.commit();

            awaitDepth(queue, 1);
            Delivery delivery = next(connection.openReceiver(queue));
            assertThat(delivery.message().subject()).isEqualTo("film");
            assertThat(delivery.message().body()).isEqualTo(body);
            delivery.accept();
            awaitDepth(queue, 0);
        });
    }

    @Test
    default void streamThatBreaksOffLeavesNothingOfItsTransaction() throws Exception {
        with((connection, link, queue) -> {
            Sender sender = connection.openSender(queue);
            Transaction transaction = connection.transaction();
            sender.send(Message.of("before"), transaction).await(PATIENCE).orThrow();
            InputStream broken =
                    new SequenceInputStream(new ByteArrayInputStream(new byte[1_000_000]), new InputStream() {
                        @Override
                        public int read() throws IOException {
                            throw new IOException("disk");
                        }
                    });
            assertThatThrownBy(() -> sender.stream(Message.builder().build(), () -> broken, transaction))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(transaction::commit).isInstanceOf(TransactionRolledBackException.class);

            try (Transaction next = connection.transaction()) {
                sender.send(Message.of("after"), next).await(PATIENCE).orThrow();
                next.commit();
            }
            awaitDepth(queue, 1);
            Delivery delivery = next(connection.openReceiver(queue));
            assertThat(delivery.message().body()).isEqualTo("after");
            delivery.accept();
        });
    }

    @Test
    default void acceptedInATransactionIsConsumedByTheCommitOnly() throws Exception {
        with((connection, link, queue) -> {
            fill(connection, queue, 20);
            Receiver receiver =
                    connection.openReceiver(ReceiverOptions.of(queue).creditWindow(5));
            Transaction first = connection.transaction();
            for (int i = 0; i < 10; i++) {
                next(receiver).accept(first);
            }
            awaitDepth(queue, 20);
            first.commit();
            awaitDepth(queue, 10);

            Transaction second = connection.transaction();
            for (int i = 0; i < 10; i++) {
                next(receiver).accept(second);
            }
            second.rollback();
            awaitDepth(queue, 10);
            TreeSet<String> again = new TreeSet<>();
            while (again.size() < 10) {
                Delivery delivery = next(receiver);
                assertThat(delivery.message().deliveryCount()).isPositive();
                again.add(String.valueOf(delivery.message().body()));
                delivery.accept();
            }
            assertThat(again).first().isEqualTo("m10");
            awaitDepth(queue, 0);
        });
    }

    @Test
    default void messagesMoveFromQueueToQueueAllOrNothing() throws Exception {
        with((connection, link, queue) -> {
            fill(connection, queue, 4);
            String target = queue + "-out";
            Receiver receiver =
                    connection.openReceiver(ReceiverOptions.of(queue).creditWindow(1));
            Sender sender = connection.openSender(target);
            for (int i = 0; i < 4; i++) {
                try (Transaction transaction = connection.transaction()) {
                    Delivery delivery = next(receiver);
                    sender.send(Message.of(delivery.message().body()), transaction);
                    delivery.accept(transaction);
                    transaction.commit();
                }
            }
            awaitDepth(queue, 0);
            awaitDepth(target, 4);
        });
    }

    @Test
    default void cutBeforeTheDischargeRollsBack() throws Exception {
        with((connection, link, queue) -> {
            fill(connection, queue, 1);
            Receiver receiver = connection.openReceiver(queue);
            Sender sender = connection.openSender(queue + "-out");
            Transaction transaction = connection.transaction();
            sender.send(Message.of("never"), transaction).await(PATIENCE).orThrow();
            next(receiver).accept(transaction);
            link.stallUp();
            Tracker undecided = sender.send(Message.of("never either"), transaction);
            link.reset();
            await().atMost(PATIENCE).until(() -> transaction.state() == Transaction.State.ROLLED_BACK);
            link.heal();

            assertThatThrownBy(transaction::commit).isInstanceOf(TransactionRolledBackException.class);
            assertThatThrownBy(() -> undecided.await(PATIENCE)).isInstanceOf(TransactionRolledBackException.class);
            assertThatThrownBy(() -> sender.send(Message.of("late"), transaction))
                    .isInstanceOf(TransactionRolledBackException.class);
            assertThat(next(receiver).message().body()).isEqualTo("m0");
            try (Transaction next = connection.transaction()) {
                sender.send(Message.of("once"), next);
                next.commit();
            }
            awaitDepth(queue + "-out", 1);
            assertThat(depth(queue)).isEqualTo(1);
        });
    }

    @Test
    default void cutWhileTheDischargeIsOnItsWayLeavesItInDoubtAndNothingApplies() throws Exception {
        with((connection, link, queue) -> {
            Sender sender = connection.openSender(queue);
            Transaction transaction = connection.transaction();
            sender.send(Message.of("x"), transaction).await(PATIENCE).orThrow();
            link.stallUp();
            CompletableFuture<Void> commit = transaction.commitAsync();
            await().atMost(PATIENCE).until(() -> transaction.state() == Transaction.State.DISCHARGING);
            flushed(connection);
            link.reset();

            assertThatThrownBy(() -> commit.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TransactionInDoubtException.class);
            link.heal();
            await().atMost(PATIENCE).until(() -> connection.state() == LifecycleState.OPEN);
            assertThat(transaction.state()).isEqualTo(Transaction.State.IN_DOUBT);
            assertThat(depth(queue)).isZero();
        });
    }

    @Test
    default void cutAfterTheDischargeLeavesItInDoubtAndAllApplies() throws Exception {
        with((connection, link, queue) -> {
            fill(connection, queue, 1);
            Receiver receiver = connection.openReceiver(queue);
            Sender sender = connection.openSender(queue + "-out");
            Transaction transaction = connection.transaction();
            sender.send(Message.of("x"), transaction).await(PATIENCE).orThrow();
            next(receiver).accept(transaction);
            link.stallDown();
            CompletableFuture<Void> commit = transaction.commitAsync();
            awaitDepth(queue + "-out", 1);
            awaitDepth(queue, 0);
            assertThatThrownBy(() -> transaction.commit(Duration.ofMillis(1)))
                    .isInstanceOf(TransactionInDoubtException.class);
            link.reset();

            assertThatThrownBy(() -> commit.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TransactionInDoubtException.class);
            link.heal();
            await().atMost(PATIENCE).until(() -> connection.state() == LifecycleState.OPEN);
            assertThat(depth(queue + "-out")).isEqualTo(1);
            assertThat(depth(queue)).isZero();
        });
    }

    @Test
    default void cutAtRandomIsAllOrNothingAndInDoubtOnlyAroundTheCommit() throws Exception {
        with((connection, link, queue) -> {
            Sender sender = connection.openSender(queue).awaitOpen();
            int expected = 0;
            int doubtful = 0;
            for (int i = 0; i < 40; i++) {
                if (i % 2 == 1) {
                    link.cutAfterUp(30 + i * 20L);
                }
                try (Transaction transaction = connection.transaction()) {
                    for (int part = 0; part < 4; part++) {
                        sender.send(Message.of("t" + i), transaction);
                    }
                    transaction.commit();
                    expected++;
                } catch (TransactionRolledBackException e) {
                    assertThat(e).hasMessageContaining("roll");
                } catch (TransactionInDoubtException e) {
                    doubtful++;
                }
            }
            link.heal();
            sender.send(Message.of("end")).await(PATIENCE).orThrow();
            Receiver receiver = connection.openReceiver(queue);
            java.util.Map<Object, Integer> parts = new java.util.HashMap<>();
            for (Delivery delivery = next(receiver);
                    !"end".equals(delivery.message().body());
                    delivery = next(receiver)) {
                parts.merge(delivery.message().body(), 1, Integer::sum);
                delivery.accept();
            }
            assertThat(parts.values()).allMatch(count -> count == 4);
            assertThat(parts.size()).isBetween(expected, expected + doubtful);
        });
    }

    /** Waits until what was asked of a connection before was given to the network. */
    private static void flushed(Connection connection) {
        Sender unused = connection.openSender("flushed-" + QUEUES.incrementAndGet());
        assertThatThrownBy(() -> unused.awaitOpen(Duration.ofSeconds(1))).isNotNull();
    }
}
