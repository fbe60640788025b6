package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.AuthenticationException;
import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LinkRefusedException;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.testkit.RabbitMq;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** RabbitMQ 4 with its own spelling of addresses, version 2. */
final class RabbitMqInteropIT implements MessageExchange {

    private static final List<String> QUEUES = new ArrayList<>();

    private static RabbitMq broker;
    private static Container container;
    private static Connection connection;

    @BeforeAll
    static void start() {
        broker = RabbitMq.require();
        container = Container.create("rabbitmq-interop");
        connection = container.connect(broker.uri()).awaitOpen();
    }

    @AfterAll
    static void stop() {
        if (container != null) {
            container.close();
            QUEUES.forEach(broker::deleteQueue);
        }
    }

    @Test
    void userWhoMayNotSendIsToldSo() {
        Connection bobs = container
                .connect(ConnectionOptions.of(broker.host() + ":" + broker.port())
                        .user("bob")
                        .password("bob-secret"))
                .awaitOpen();
        Sender sender = bobs.openSender(newQueue());
        assertThatThrownBy(sender::awaitOpen)
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContainingAll("amqp:unauthorized-access", "bob");
        bobs.close();
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public String newQueue() {
        String queue = broker.declareQueue();
        QUEUES.add(queue);
        return RabbitMq.address(queue);
    }

    @Override
    public String unknownAddress() {
        return RabbitMq.address("missing");
    }

    @Override
    public boolean dynamicNodes() {
        return false;
    }

    @Override
    public boolean deleteQueue(String address) {
        String queue = address.substring(address.lastIndexOf('/') + 1);
        QUEUES.remove(queue);
        broker.deleteQueue(queue);
        return true;
    }

    @Test
    void exchangeAndRoutingKeyAreAnAddressToo() {
        String queue = newQueue();
        String key = "key-of-" + queue.substring(queue.lastIndexOf('/') + 1);
        broker.bind(queue.substring(queue.lastIndexOf('/') + 1), "amq.direct", key);
        try (Sender sender = connection.openSender("/exchanges/amq.direct/" + key);
                Receiver receiver = connection.openReceiver(queue)) {
            sender.send(Message.of("routed")).await().orThrow();
            Delivery delivery = MessageExchange.next(receiver);
            delivery.accept();
            assertThat(delivery.message().body()).isEqualTo("routed");
        }
    }

    @Test
    void unroutableMessageIsReleased() {
        try (Sender sender = connection.openSender("/exchanges/amq.direct/nobody")) {
            assertThat(sender.send(Message.of("lost")).await().status()).isEqualTo(SendOutcome.Status.RELEASED);
        }
    }

    @Test
    void anonymousSenderRoutesByTo() {
        String queue = newQueue();
        try (Sender sender = connection.openSender(SenderOptions.anonymous());
                Receiver receiver = connection.openReceiver(queue)) {
            sender.send(Message.builder().to(queue).body("relayed").build())
                    .await()
                    .orThrow();
            Delivery delivery = MessageExchange.next(receiver);
            delivery.accept();
            assertThat(delivery.message().body()).isEqualTo("relayed");
        }
    }

    @Test
    void addressOfTheOldSpellingIsRefusedWithTheBrokersWords() {
        assertThatThrownBy(() -> connection.openSender("just-a-name").awaitOpen())
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContainingAll("just-a-name", "amqp:invalid-field");
    }

    @Test
    void wrongPasswordEndsTheConnectionWithOneClearSentence() {
        ConnectionOptions wrong = ConnectionOptions.of(broker.host() + ":" + broker.port())
                .user(broker.user())
                .password("wrong");
        assertThatThrownBy(() -> container.connect(wrong).awaitOpen())
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining(broker.user())
                .hasMessageNotContaining("wrong");
    }
}
