package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReconnectOptions;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.testkit.ArtemisBroker;
import io.amqp10.testkit.BrokerJ;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A broker that is stopped and started in the middle: nothing is lost, and the application notices nothing but time. */
final class BrokerRestartIT {

    private static ArtemisBroker artemis;
    private static BrokerJ brokerJ;

    /** What the test needs of a broker. */
    private interface Restartable {
        String uri();

        void stop();

        void start();

        long depth(String queue);

        /** How many messages go through it; as many as it takes a few seconds for. */
        int count();
    }

    @BeforeAll
    static void start() {
        artemis = ArtemisBroker.started();
        brokerJ = BrokerJ.startedDurable();
    }

    @AfterAll
    static void stop() {
        artemis.close();
        brokerJ.close();
    }

    static Stream<Named<Restartable>> brokers() {
        return Stream.of(
                Named.of("Artemis", new Restartable() {
                    @Override
                    public String uri() {
                        return artemis.uri();
                    }

                    @Override
                    public void stop() {
                        artemis.stop();
                    }

                    @Override
                    public void start() {
                        artemis.start();
                    }

                    @Override
                    public long depth(String queue) {
                        return artemis.messageCount(queue);
                    }

                    @Override
                    public int count() {
                        return 100_000;
                    }
                }),
                Named.of("Broker-J", new Restartable() {
                    @Override
                    public String uri() {
                        return brokerJ.uri();
                    }

                    @Override
                    public void stop() {
                        brokerJ.stop();
                    }

                    @Override
                    public void start() {
                        brokerJ.start();
                    }

                    @Override
                    public long depth(String queue) {
                        return brokerJ.messageCount(queue);
                    }

                    @Override
                    public int count() {
                        return 2_000;
                    }
                }));
    }

    @ParameterizedTest
    @MethodSource("brokers")
    void nothingIsLostWhenTheBrokerRestartsWhileSendingAndWhileReceiving(Restartable broker) {
        String queue = "restart";
        int many = broker.count();
        Numbers confirmed = new Numbers(many);
        Numbers received = new Numbers(many);
        try (Container container = Container.create("restart")) {
            Connection connection = container
                    .connect(ConnectionOptions.of(broker.uri())
                            .reconnect(ReconnectOptions.DEFAULT.maxDelay(Duration.ofMillis(500))))
                    .awaitOpen();
            Sender sender = connection
                    .openSender(SenderOptions.of(queue).sendTimeout(MessageExchange.PATIENCE.multipliedBy(5)))
                    .awaitOpen();
            CountDownLatch sendOn = new CountDownLatch(1);
            Thread sending = new Thread(() -> send(sender, many, confirmed, sendOn), "sending");
            sending.start();
            confirmed.await(many / 10);
            restart(broker, confirmed, many, sendOn);
            confirmed.awaitAll();
            assertThat(confirmed.duplicates()).isZero();
            assertThat(broker.depth(queue)).isGreaterThanOrEqualTo(many);

            CountDownLatch receiveOn = new CountDownLatch(1);
            Receiver receiver = connection.openReceiver(queue, new MessagingHandler() {
                @Override
                public void onMessage(Delivery delivery) {
                    if (received.size() == many / 2) {
                        awaitUninterruptibly(receiveOn);
                    }
                    received.add(Numbers.of(delivery));
                }
            });
            received.await(many / 10);
            restart(broker, received, many, receiveOn);
            received.awaitAll();
            await().atMost(MessageExchange.PATIENCE).until(() -> broker.depth(queue) == 0);

            assertThat(connection.remoteContainerId()).isNotNull();
            receiver.close();
            sender.close();
            connection.close();
        }
    }

    /** The second half waits for the broker to have stopped, which so cannot come too late. */
    private static void send(Sender sender, int count, Numbers confirmed, CountDownLatch sendOn) {
        for (int i = 0; i < count; i++) {
            if (i == count / 2) {
                awaitUninterruptibly(sendOn);
            }
            int number = i;
            sender.send(Numbers.durableMessage(number)).settlement().whenComplete((outcome, error) -> {
                if (outcome != null && outcome.isAccepted()) {
                    confirmed.add(number);
                }
            });
        }
    }

    /** Restarts a broker in the middle: some messages had gone through it by then, and some had not. */
    private static void restart(Restartable broker, Numbers through, int many, CountDownLatch goOn) {
        broker.stop();
        int before = through.size();
        assertThat(before).isBetween(many / 10, many / 2);
        goOn.countDown();
        broker.start();
        through.await(before + many / 4);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(5, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
