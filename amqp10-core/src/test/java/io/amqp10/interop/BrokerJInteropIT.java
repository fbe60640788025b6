package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.Amqp10Exception;
import io.amqp10.AuthenticationException;
import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.LinkRefusedException;
import io.amqp10.Message;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.testkit.ArtemisBroker;
import io.amqp10.testkit.BrokerJ;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class BrokerJInteropIT implements BrokerExchange {

    private static BrokerJ broker;
    private static Container container;
    private static Connection connection;

    @BeforeAll
    static void start() {
        broker = BrokerJ.started();
        container = Container.create("broker-j-interop");
        connection = container.connect(broker.uri()).awaitOpen();
    }

    @AfterAll
    static void stop() {
        container.close();
        broker.close();
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public BrokerJ broker() {
        return broker;
    }

    @Test
    void storeThatKeepsNothingRejectsDurableMessagesWithItsWords() {
        try (Sender sender = connection.openSender(newQueue())) {
            SendOutcome outcome = sender.send(
                            Message.builder().durable(true).body("durable").build())
                    .await();
            assertThat(outcome.status()).isEqualTo(SendOutcome.Status.REJECTED);
            assertThat(outcome.toString()).contains("durable");
        }
    }

    @Test
    void whoMayOnlyConsumeIsRefusedAtTheFirstMessage() {
        broker.createQueue("consumers");
        ConnectionOptions options = ConnectionOptions.of("127.0.0.1:" + broker.port())
                .user(ArtemisBroker.CONSUMER)
                .password(ArtemisBroker.CONSUMER_PASSWORD);
        try (Connection limited = container.connect(options)) {
            Sender sender = limited.openSender("consumers");
            assertThatThrownBy(() -> sender.send(Message.of("not allowed")).await())
                    .isInstanceOf(LinkRefusedException.class)
                    .hasMessageContaining("consumers");
            limited.openReceiver("consumers").awaitOpen().close();
        }
    }

    @Test
    void fullQueueEndsTheLinkWithTheBrokersWords() {
        try (Sender sender = connection.openSender("small")) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 20; i++) {
                            sender.send(Message.of("message")).await().orThrow();
                        }
                    })
                    .isInstanceOf(Amqp10Exception.class)
                    .hasMessageContaining("amqp:resource-limit-exceeded");
        }
    }

    @Test
    void wrongPasswordEndsTheConnectionWithOneClearSentence() {
        ConnectionOptions wrong = ConnectionOptions.of("127.0.0.1:" + broker.port())
                .user(ArtemisBroker.USER)
                .password("wrong");
        assertThatThrownBy(() -> container.connect(wrong).awaitOpen())
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining(ArtemisBroker.USER)
                .hasMessageNotContaining("wrong");
    }
}
