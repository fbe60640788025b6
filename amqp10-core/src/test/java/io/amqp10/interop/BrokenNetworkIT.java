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
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReconnectOptions;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.testkit.ArtemisBroker;
import io.amqp10.testkit.FaultyLink;
import io.amqp10.testkit.FreePorts;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A network that breaks in each of the ways in which networks do, with counts of what was lost: nothing. */
final class BrokenNetworkIT {

    private static final ReconnectOptions SOON = ReconnectOptions.DEFAULT.maxDelay(Duration.ofMillis(200));

    private static ArtemisBroker broker;

    private FaultyLink link;
    private Container container;

    @BeforeAll
    static void start() {
        broker = ArtemisBroker.started();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void open() {
        link = FaultyLink.to(broker.port());
        container = Container.create("broken-network");
    }

    @AfterEach
    void close() {
        container.close();
        link.close();
    }

    @Test
    void resetsInTheMiddleOfFramesLoseNothing() {
        int count = 20_000;
        String queue = "resets";
        Connection connection = container.connect(options()).awaitOpen();
        Numbers confirmed = new Numbers(count);
        Numbers received = new Numbers(count);
        connection.openReceiver(queue, new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                received.add(Numbers.of(delivery));
            }
        });
        Sender sender =
                connection.openSender(SenderOptions.of(queue).sendTimeout(MessageExchange.PATIENCE.multipliedBy(5)));
        for (int i = 0; i < count; i++) {
            int number = i;
            if (i % 2_000 == 1_000) {
                link.cutAfterUp(ThreadLocalRandom.current().nextLong(1, 20_000));
            } else if (i % 2_000 == 0 && i > 0) {
                link.cutAfterDown(ThreadLocalRandom.current().nextLong(1, 20_000));
            }
            sender.send(Numbers.durableMessage(number)).settlement().whenComplete((outcome, error) -> {
                if (outcome != null && outcome.isAccepted()) {
                    confirmed.add(number);
                }
            });
        }
        link.heal();
        confirmed.awaitAll();
        received.awaitAll();
        assertThat(link.accepted()).isGreaterThan(3);
        await().atMost(MessageExchange.PATIENCE).until(() -> broker.messageCount(queue) == 0);
    }

    @Test
    void silentPeerCountsAsGoneAfterTheIdleTimeout() {
        Connection connection =
                container.connect(options().idleTimeout(Duration.ofSeconds(1))).awaitOpen();
        Sender sender = connection.openSender("silent").awaitOpen();
        sender.send(Message.of("before")).await().orThrow();
        int connections = link.accepted();

        link.stallDown();
        await().atMost(MessageExchange.PATIENCE).until(() -> connection.state() == LifecycleState.RECOVERING);
        link.heal();

        sender.send(Message.of("after")).await(MessageExchange.PATIENCE).orThrow();
        assertThat(link.accepted()).isGreaterThan(connections);
    }

    @Test
    void refusedPortIsTriedAgainUntilItOpens() {
        link.refuse();
        Connection connection = container.connect(options());
        Sender sender = connection.openSender("refused");
        var tracker = sender.send(Message.of("patient"));
        await().atMost(MessageExchange.PATIENCE).until(() -> connection.error() != null);
        assertThat(connection.error())
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining(String.valueOf(link.port()));

        link.heal();
        tracker.await(MessageExchange.PATIENCE).orThrow();
    }

    @Test
    void refusedPortWithoutReconnectFailsWithTheAddress() {
        int port = FreePorts.next();
        ConnectionOptions options = ConnectionOptions.of("127.0.0.1:" + port).reconnect(ReconnectOptions.OFF);
        assertThatThrownBy(() -> container.connect(options).awaitOpen())
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("127.0.0.1:" + port)
                .hasMessageContaining("refused");
    }

    @Test
    void unknownHostFailsWithItsName() {
        ConnectionOptions options = ConnectionOptions.of("no-such-host.invalid:5672")
                .connectTimeout(MessageExchange.PATIENCE)
                .reconnect(ReconnectOptions.OFF);
        assertThatThrownBy(() -> container.connect(options).awaitOpen(MessageExchange.PATIENCE.multipliedBy(2)))
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    @Test
    void secondHostIsTakenWhenTheFirstIsGone() {
        int nobody = FreePorts.next();
        ConnectionOptions options = ConnectionOptions.of(
                        "amqp://" + ArtemisBroker.USER + ":" + ArtemisBroker.PASSWORD + "@127.0.0.1:" + nobody,
                        "127.0.0.1:" + link.port())
                .reconnect(SOON);
        try (Connection connection = container.connect(options).awaitOpen();
                Receiver receiver = connection.openReceiver("second-host");
                Sender sender = connection.openSender("second-host")) {
            sender.send(Message.of("hello")).await().orThrow();
            MessageExchange.next(receiver).accept();
            link.cut();
            sender.send(Message.of("again")).await(MessageExchange.PATIENCE).orThrow();
            MessageExchange.next(receiver).accept();
        }
    }

    @Test
    void connectionsClosedByAnAdministratorAreRestored() {
        // The broker drops the connection, sometimes after a close without an error and sometimes without any.
        Connection connection = container
                .connect(options().reconnect(SOON.afterCleanClose(true)))
                .awaitOpen();
        Sender sender = connection.openSender("administrator").awaitOpen();
        int connections = link.accepted();
        await().atMost(MessageExchange.PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    broker.closeConnections(ArtemisBroker.USER);
                    return link.accepted() > connections;
                });
        sender.send(Message.of("after")).await(MessageExchange.PATIENCE).orThrow();
    }

    private ConnectionOptions options() {
        return ConnectionOptions.of("127.0.0.1:" + link.port())
                .user(ArtemisBroker.USER)
                .password(ArtemisBroker.PASSWORD)
                .reconnect(SOON);
    }
}
