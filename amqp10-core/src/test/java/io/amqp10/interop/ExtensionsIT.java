package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Connection;
import io.amqp10.ConnectionLostException;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LifecycleState;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.SoleConnection;
import io.amqp10.management.ManagementClient;
import io.amqp10.management.ManagementOptions;
import io.amqp10.management.ReplyPath;
import io.amqp10.testkit.ArtemisBroker;
import io.amqp10.testkit.BrokerJ;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Extensions of the standard as brokers have them. */
@Timeout(600)
final class ExtensionsIT {

    private static ArtemisBroker artemis;
    private static BrokerJ brokerJ;
    private static Container container;

    @BeforeAll
    static void start() {
        artemis = ArtemisBroker.started();
        brokerJ = BrokerJ.started();
        container = Container.create("extensions");
    }

    @AfterAll
    static void stop() {
        container.close();
        brokerJ.close();
        artemis.close();
    }

    private static Connection connect(SoleConnection policy) {
        return container
                .connect(ConnectionOptions.of(brokerJ.uri()).soleConnection(policy))
                .awaitOpen();
    }

    @Test
    void secondConnectionOfTheContainerIsRefused() {
        try (Connection first = connect(SoleConnection.REFUSE_NEW)) {
            assertThatThrownBy(() -> connect(SoleConnection.REFUSE_NEW))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("amqp:invalid-field");
            assertThat(first.state()).isEqualTo(LifecycleState.OPEN);
        }
    }

    @Test
    void firstConnectionGivesWayAndDoesNotComeBack() {
        Connection first = connect(SoleConnection.CLOSE_EXISTING);
        try (Connection second = connect(SoleConnection.CLOSE_EXISTING)) {
            await().until(() -> first.state() == LifecycleState.CLOSED);
            assertThat(Objects.requireNonNull(first.error())).hasMessageContaining("amqp:resource-locked");
            assertThat(second.state()).isEqualTo(LifecycleState.OPEN);
        }
    }

    @Test
    void messagesOfAnAnonymousSenderGoWhereEachSays() {
        for (String uri : List.of(artemis.uri(), brokerJ.uri())) {
            try (Connection connection = container.connect(uri).awaitOpen();
                    Receiver one = connection.openReceiver("relayed-1").awaitOpen();
                    Receiver two = connection.openReceiver("relayed-2").awaitOpen();
                    Sender relay = connection.openSender(SenderOptions.anonymous())) {
                assertThat(relay.awaitOpen().address()).isNull();
                relay.send(Message.builder().to("relayed-1").body(1).build())
                        .await()
                        .orThrow();
                relay.send(Message.builder().to("relayed-2").body(2).build())
                        .await()
                        .orThrow();
                assertThat(body(one)).isEqualTo(1);
                assertThat(body(two)).isEqualTo(2);
            }
        }
    }

    private static Object body(Receiver receiver) {
        Delivery delivery = MessageExchange.next(receiver);
        delivery.accept();
        return Objects.requireNonNull(delivery.message().body());
    }

    @Test
    void anonymousMessageThatLeadsNowhereIsRejected() {
        try (Connection connection = container.connect(artemis.uri()).awaitOpen();
                Sender relay = connection.openSender(SenderOptions.anonymous())) {
            SendOutcome outcome = relay.send(Message.builder()
                            .to("nocreate.missing")
                            .body("lost")
                            .build())
                    .await();
            assertThat(outcome.status()).isEqualTo(SendOutcome.Status.REJECTED);
        }
    }

    @Test
    void managementAddressOfArtemisAnswers() {
        try (Connection connection = container.connect(artemis.uri()).awaitOpen();
                ManagementClient management = ManagementClient.open(
                        connection,
                        ManagementOptions.of("activemq.management", ReplyPath.DYNAMIC_NODE)
                                .timeout(Duration.ofSeconds(60)))) {
            Message answer = management.exchange(Message.builder()
                    .property("_AMQ_ResourceName", "broker")
                    .property("_AMQ_Attribute", "version")
                    .valueBody("[]")
                    .build());
            assertThat(answer.property("_AMQ_OperationSucceeded")).isEqualTo(true);
            assertThat(answer.bodyAsString()).contains("2.");
        }
    }
}
