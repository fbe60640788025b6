package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Delivery;
import io.amqp10.GuaranteeNotSupportedException;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import io.amqp10.Transaction;
import io.amqp10.testkit.ArtemisBroker;
import io.amqp10.testkit.BrokerJ;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Transactions at Qpid Broker-J, which also acquires in them. */
final class BrokerJTransactionsIT implements TransactionScenarios {

    private static BrokerJ broker;

    @BeforeAll
    static void start() {
        broker = BrokerJ.started();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Override
    public int port() {
        return broker.port();
    }

    @Override
    public String uri(int port) {
        return "amqp://" + ArtemisBroker.USER + ":" + ArtemisBroker.PASSWORD + "@127.0.0.1:" + port;
    }

    @Override
    public long depth(String queue) {
        return broker.messageCount(queue);
    }

    @Override
    public boolean severalPerSession() {
        return false;
    }

    @Test
    void secondTransactionOfASessionIsRefusedHere() throws Exception {
        with((connection, link, queue) -> {
            Transaction transaction = connection.transaction();
            assertThatThrownBy(connection::transaction).isInstanceOf(GuaranteeNotSupportedException.class);
            transaction.commit();
            connection.transaction().commit();
        });
    }

    @Test
    void acquiredInATransactionIsTakenByTheCommitOnly() throws Exception {
        with((connection, link, queue) -> {
            Sender sender = connection.openSender(queue);
            sender.send(Message.of("1")).await(PATIENCE).orThrow();
            sender.send(Message.of("2")).await(PATIENCE).orThrow();
            Receiver receiver = connection
                    .openReceiver(ReceiverOptions.of(queue).creditWindow(0))
                    .awaitOpen();
            try (Transaction transaction = connection.transaction()) {
                receiver.addCredit(5, transaction);
                Delivery first = receiver.receive(PATIENCE);
                assertThat(first).isNotNull();
                first.accept();
                assertThat(receiver.receive(PATIENCE)).isNotNull();
                transaction.rollback();
            }
            try (Transaction transaction = connection.transaction()) {
                receiver.addCredit(5, transaction);
                for (int i = 0; i < 2; i++) {
                    Delivery delivery = receiver.receive(PATIENCE);
                    assertThat(delivery).isNotNull();
                    delivery.accept();
                }
                assertThat(depth(queue)).isEqualTo(2);
                transaction.commit();
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(depth(queue)).isZero());
        });
    }
}
