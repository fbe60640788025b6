package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Amqp10Exception;
import io.amqp10.AuthenticationException;
import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LinkRefusedException;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.testkit.ArtemisBroker;
import io.amqp10.testkit.BrokerJ;
import io.amqp10.types.Described;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedLong;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

    /** Once without the filter, lest this were a broker where messages of one's own never come. */
    @Test
    void noLocalLetsThroughWhatOtherConnectionsSent() {
        String queue = newQueue();
        Symbol name = Symbol.of("apache.org:no-local-filter:list");
        Described noLocal = new Described(UnsignedLong.of(0x0000_468c_0000_0003L), List.of());
        try (Connection other = container.connect(broker.uri());
                Sender local = connection.openSender(queue);
                Sender remote = other.openSender(queue)) {
            try (Receiver receiver = connection
                    .openReceiver(ReceiverOptions.of(queue).filters(Map.of(name, noLocal)))
                    .awaitOpen()) {
                local.send(Message.of("local")).await().orThrow();
                remote.send(Message.of("remote")).await().orThrow();

                Delivery delivery = MessageExchange.next(receiver);
                assertThat(delivery.message().body()).isEqualTo("remote");
                delivery.accept();
            }
            try (Receiver receiver = connection.openReceiver(queue)) {
                Delivery delivery = MessageExchange.next(receiver);
                assertThat(delivery.message().body()).isEqualTo("local");
                delivery.accept();
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> depth(queue) == 0);
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
