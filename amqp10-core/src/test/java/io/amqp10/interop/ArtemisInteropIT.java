package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.AuthenticationException;
import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LinkRefusedException;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.ReconnectOptions;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.TimedOutException;
import io.amqp10.testkit.ArtemisBroker;
import io.amqp10.testkit.ForeignProgram;
import io.amqp10.testkit.ProtonPython;
import io.amqp10.types.Described;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedLong;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class ArtemisInteropIT implements BrokerExchange {

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
    public ArtemisBroker broker() {
        return broker;
    }

    @Test
    void selectorLetsThroughWhatFits() {
        String queue = newQueue();
        Symbol name = Symbol.of("apache.org:selector-filter:string");
        try (Sender sender = connection.openSender(queue);
                Receiver receiver = connection.openReceiver(ReceiverOptions.of(queue)
                        .filters(Map.of(
                                name, new Described(UnsignedLong.of(0x0000_468c_0000_0004L), "colour = 'red'"))))) {
            receiver.awaitOpen();
            for (String colour : List.of("green", "red", "blue")) {
                sender.send(Message.builder()
                                .body(colour)
                                .property("colour", colour)
                                .build())
                        .await();
            }

            Delivery delivery = MessageExchange.next(receiver);
            assertThat(delivery.message().body()).isEqualTo("red");
            delivery.accept();
        }
        await().untilAsserted(() -> assertThat(depth(queue)).isEqualTo(2));
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
    void addressWithoutRoomHoldsTheSenderBackUntilSomeoneReceives() {
        String address = "small.queue";
        try (Sender sender = connection.openSender(SenderOptions.of(address).maxQueued(1));
                Receiver receiver = connection.openReceiver(address)) {
            receiver.pause();
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 5_000; i++) {
                            sender.send(Message.of(new byte[10_000]), Duration.ofMillis(500));
                        }
                    })
                    .isInstanceOf(TimedOutException.class)
                    .hasMessageContaining(address);

            receiver.resume();
            CompletableFuture<SendOutcome> last = sender.sendAsync(Message.of("last"));
            Delivery delivery = MessageExchange.next(receiver);
            while (!"last".equals(delivery.message().body())) {
                delivery.accept();
                if (last.isCompletedExceptionally()) {
                    last = sender.sendAsync(Message.of("last"));
                }
                delivery = MessageExchange.next(receiver);
            }
            delivery.accept();
        }
    }

    @Test
    void smallestFramesAndFewCreditsBothWays() {
        try (ArtemisBroker small = ArtemisBroker.builder()
                        .acceptorParameters("maxFrameSize=512;amqpCredits=7;amqpLowCredits=3")
                        .start();
                Connection toSmall =
                        container.connect(ConnectionOptions.of(small.uri()).maxFrameSize(512));
                Sender sender = toSmall.openSender("frames");
                Receiver receiver =
                        toSmall.openReceiver(ReceiverOptions.of("frames").creditWindow(3))) {
            for (int i = 0; i < 200; i++) {
                byte[] body = new byte[i * 37];
                Arrays.fill(body, (byte) i);
                sender.send(Message.of(body));
                Delivery delivery = MessageExchange.next(receiver);
                delivery.accept();
                assertThat(delivery.message().body()).isEqualTo(body);
            }
        }
    }

    @Test
    void programsOfTheTutorialMeetOursAtTheBroker() {
        ProtonPython proton = ProtonPython.require();
        try (ForeignProgram server = proton.start("upper_server", broker.uri(), "tutorial.upper", "1");
                Receiver replies = connection.openReceiver(ReceiverOptions.dynamicNode());
                Sender sender = connection.openSender("tutorial.upper")) {
            server.awaitLine("READY");
            replies.awaitOpen();
            sender.send(Message.builder()
                    .messageId("1")
                    .replyTo(replies.address())
                    .body("shout")
                    .build());
            Delivery reply = MessageExchange.next(replies);
            reply.accept();
            assertThat(reply.message().body()).isEqualTo("SHOUT");
            assertThat(reply.message().correlationId()).isEqualTo("1");
            server.awaitSuccess();
        }
        try (Receiver receiver = connection.openReceiver("tutorial.sequence")) {
            assertThat(proton.start("send", broker.uri(), "tutorial.sequence", "3")
                            .awaitSuccess())
                    .containsExactly("confirmed 3");
            for (int i = 1; i <= 3; i++) {
                Delivery delivery = MessageExchange.next(receiver);
                delivery.accept();
                assertThat(delivery.message().body()).isEqualTo(Map.of("sequence", (long) i));
            }
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
            await().untilAsserted(() -> assertThat(stock.messageCount("plain")).isEqualTo(1));
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
    void stockBrokerKeepsWhatIsRelayedToANewAddress() {
        try (ArtemisBroker stock = ArtemisBroker.builder().stockSettings().start();
                Connection toStock = container.connect(stock.uri());
                Sender relay = toStock.openSender(SenderOptions.anonymous())) {
            relay.send(Message.builder().to("new").body("relayed").build())
                    .await()
                    .orThrow();

            await().untilAsserted(() -> assertThat(stock.messageCount("new")).isEqualTo(1));
            assertThat(MessageExchange.next(toStock.openReceiver("new"))
                            .message()
                            .body())
                    .isEqualTo("relayed");
        }
    }

    @Test
    void stockBrokerGivesToSubscribersWhatIsRelayedWithoutCapabilities() {
        try (ArtemisBroker stock = ArtemisBroker.builder().stockSettings().start();
                Connection toStock = container.connect(stock.uri());
                Receiver subscriber = toStock.openReceiver(
                                ReceiverOptions.of("news").capabilities(List.of(Symbol.of("topic"))))
                        .awaitOpen();
                Sender relay = toStock.openSender(SenderOptions.anonymous().capabilities(List.of()))) {
            relay.send(Message.builder().to("news").body("relayed").build())
                    .await()
                    .orThrow();

            assertThat(MessageExchange.next(subscriber).message().body()).isEqualTo("relayed");
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
