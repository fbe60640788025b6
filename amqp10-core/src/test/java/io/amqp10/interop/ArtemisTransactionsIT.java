package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.GuaranteeNotSupportedException;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.Transaction;
import io.amqp10.testkit.ArtemisBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Transactions at ActiveMQ Artemis. */
final class ArtemisTransactionsIT implements TransactionScenarios {

    private static ArtemisBroker broker;

    @BeforeAll
    static void start() {
        broker = ArtemisBroker.started();
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

    @Test
    void transactionIgnoredInAFlowEndsTheReceiver() throws Exception {
        with((connection, link, queue) -> {
            connection.openSender(queue).send(Message.of("1")).await(PATIENCE).orThrow();
            Receiver receiver = connection
                    .openReceiver(ReceiverOptions.of(queue).creditWindow(0))
                    .awaitOpen();
            Transaction transaction = connection.transaction();
            receiver.addCredit(1, transaction);

            assertThatThrownBy(() -> receiver.receive(PATIENCE)).isInstanceOf(GuaranteeNotSupportedException.class);
            await().untilAsserted(() -> assertThat(depth(queue)).isEqualTo(1));
            transaction.rollback();
        });
    }
}
