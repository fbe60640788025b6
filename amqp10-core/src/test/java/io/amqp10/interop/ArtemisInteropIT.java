package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.AuthenticationException;
import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.LinkRefusedException;
import io.amqp10.Message;
import io.amqp10.ReconnectOptions;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.testkit.ArtemisBroker;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class ArtemisInteropIT implements MessageExchange {

    private static final AtomicInteger QUEUES = new AtomicInteger();

    private static ArtemisBroker broker;
    private static Container container;
    private static Connection connection;

    @BeforeAll
    static void start() {
        broker = ArtemisBroker.started();
        container = Container.create("artemis-interop");
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
    public String newQueue() {
        return "queue-" + QUEUES.incrementAndGet();
    }

    @Override
    public String unknownAddress() {
        return "nocreate.missing";
    }

    @Override
    public long depth(String address) {
        return broker.messageCount(address);
    }

    @Test
    void fullAddressRejectsWithTheBrokersWords() {
        try (Sender sender = connection.openSender("full.queue")) {
            SendOutcome outcome = SendOutcome.ACCEPTED;
            for (int i = 0; i < 100 && outcome.isAccepted(); i++) {
                outcome = sender.send(Message.of(new byte[10_000])).await();
            }
            assertThat(outcome.status()).isEqualTo(SendOutcome.Status.REJECTED);
            assertThat(outcome.toString()).contains("amqp:resource-limit-exceeded");
        }
    }

    @Test
    void whoMayOnlyConsumeIsRefusedASender() {
        broker.createQueue("consumers");
        ConnectionOptions options = ConnectionOptions.of("127.0.0.1:" + broker.port())
                .user(ArtemisBroker.CONSUMER)
                .password(ArtemisBroker.CONSUMER_PASSWORD);
        try (Connection limited = container.connect(options)) {
            assertThatThrownBy(() -> limited.openSender("consumers").awaitOpen())
                    .isInstanceOf(LinkRefusedException.class)
                    .hasMessageContainingAll("consumers", "amqp:unauthorized-access");
            limited.openReceiver("consumers").awaitOpen().close();
        }
    }

    @Test
    void stockBrokerKeepsWhatIsSentBeforeAnyoneReceives() {
        try (ArtemisBroker stock = ArtemisBroker.builder().stockSettings().start();
                Connection toStock = container.connect(stock.uri());
                Sender sender = toStock.openSender("plain")) {
            assertThat(sender.send(Message.of("kept")).await().isAccepted()).isTrue();
            assertThat(stock.messageCount("plain")).isEqualTo(1);
            assertThat(MessageExchange.next(toStock.openReceiver("plain"))
                            .message()
                            .body())
                    .isEqualTo("kept");

            try (Sender relay = toStock.openSender(SenderOptions.anonymous())) {
                Message message = Message.builder().to("plain").body("relayed").build();
                assertThat(relay.send(message).await().isAccepted()).isTrue();
            }
        }
    }

    @Test
    void wrongPasswordEndsTheConnectionWithOneClearSentence() {
        ConnectionOptions wrong = ConnectionOptions.of("127.0.0.1:" + broker.port())
                .user(ArtemisBroker.USER)
                .password("wrong")
                .reconnect(ReconnectOptions.DEFAULT);
        Connection refused = container.connect(wrong);
        assertThatThrownBy(refused::awaitOpen)
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining(ArtemisBroker.USER)
                .hasMessageContaining(String.valueOf(broker.port()))
                .hasMessageNotContaining("wrong");
    }
}
