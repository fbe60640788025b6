package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LifecycleState;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.ReconnectOptions;
import io.amqp10.Sender;
import io.amqp10.engine.testing.Frame;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.testkit.FaultyLink;
import io.amqp10.transport.RawPeer;
import io.amqp10.types.Role;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.Performative;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Credit that was used up by what no application ever saw is granted again. */
@Timeout(600)
class LostCreditTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    private final BlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Sender> senders = new LinkedBlockingQueue<>();
    private Container server;
    private Container client;

    @BeforeEach
    void create() {
        server = Container.create("server");
        client = Container.create("client");
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private Listener receiving(ReceiverOptions options) {
        return server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .handler(new MessagingHandler() {
                    @Override
                    public void onReceiverOpened(Receiver receiver) {
                        receivers.add(receiver);
                    }

                    @Override
                    public void onMessage(Delivery delivery) {
                        deliveries.add(delivery);
                    }
                })
                .linkAcceptor(request -> request.accept(options)));
    }

    private static WirePeer attached(RawPeer raw) throws Exception {
        WirePeer peer = new WirePeer(raw.send(RawPeer.AMQP).expect(RawPeer.AMQP));
        send(peer, Open.builder("peer").build());
        send(peer, new Begin(Begin.NO_CHANNEL, 0, 1000, 1000, 255));
        Attach.Builder attach = ScriptedPeer.attach("in", 0, Role.SENDER);
        send(peer, attach.build());
        peer.await(Attach.class);
        return peer;
    }

    private static void send(WirePeer peer, Performative what) {
        peer.send(Frame.octets(0, what, Unpooled.EMPTY_BUFFER));
    }

    private static void transfer(WirePeer peer, UnaryOperator<Transfer> with, byte... payload) {
        peer.send(Frame.octets(0, with.apply(new Transfer().handle(0)), Unpooled.wrappedBuffer(payload)));
    }

    private static void message(WirePeer peer, long id) {
        transfer(peer, t -> ScriptedPeer.firstOf(t, id), (byte) 0, (byte) 0x53, (byte) 0x77, (byte) 0x40);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void windowIsRefilledAfterAbortedAndUnknownResumedDeliveries(boolean streaming) throws Exception {
        Listener listener = receiving(ReceiverOptions.of("").creditWindow(1).streaming(streaming));
        try (RawPeer raw = RawPeer.connect(listener.port())) {
            WirePeer peer = attached(raw);
            peer.awaitCredit(1);

            transfer(peer, t -> ScriptedPeer.firstOf(t, 0).aborted(true));
            peer.awaitCredit(1);
            transfer(peer, t -> ScriptedPeer.firstOf(t, 1).resume(true), (byte) 1);
            peer.awaitCredit(1);
            if (!streaming) {
                transfer(peer, t -> ScriptedPeer.firstOf(t, 2).more(true), (byte) 1);
                transfer(peer, t -> t.aborted(true));
                peer.awaitCredit(1);
            }
            message(peer, streaming ? 2 : 3);

            assertThat(deliveries.poll(60, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void explicitCreditIsGivenAgainForADeliveryThatIsAborted() throws Exception {
        Listener listener = receiving(ReceiverOptions.of("").creditWindow(0));
        try (RawPeer raw = RawPeer.connect(listener.port())) {
            WirePeer peer = attached(raw);
            Receiver receiver = receivers.poll(60, TimeUnit.SECONDS);
            assertThat(receiver).isNotNull();
            receiver.addCredit(2);
            peer.awaitCredit(2);

            message(peer, 0);
            transfer(peer, t -> ScriptedPeer.firstOf(t, 1).aborted(true));
            peer.awaitCredit(1);
            message(peer, 2);

            assertThat(deliveries.poll(60, TimeUnit.SECONDS)).isNotNull();
            assertThat(deliveries.poll(60, TimeUnit.SECONDS)).isNotNull();
            await().atMost(SOON).until(() -> receiver.credit() == 0);
        }
    }

    private Listener sending() {
        return server.listen("amqp://127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onSenderOpened(Sender sender) {
                senders.add(sender);
            }
        });
    }

    private Receiver connect(FaultyLink road, ReceiverOptions options) {
        return client.connect(ConnectionOptions.of("amqp://127.0.0.1:" + road.port())
                        .reconnect(ReconnectOptions.DEFAULT.initialDelay(Duration.ofMillis(5)))
                        .closeTimeout(Duration.ofMillis(200)))
                .openReceiver(options);
    }

    private Sender nextSender() throws InterruptedException {
        Sender sender = senders.poll(60, TimeUnit.SECONDS);
        assertThat(sender).isNotNull();
        return sender;
    }

    @Test
    void explicitCreditOfMessagesThatNoHandlerBeganWithIsGivenAgainAfterABreak() throws Exception {
        Listener listener = sending();
        CountDownLatch goOn = new CountDownLatch(1);
        try (FaultyLink road = FaultyLink.to(listener.port())) {
            Receiver receiver =
                    connect(road, ReceiverOptions.of("a").creditWindow(0).handler(new MessagingHandler() {
                        @Override
                        public void onMessage(Delivery delivery) {
                            deliveries.add(delivery);
                            try {
                                goOn.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        }
                    }));
            receiver.addCredit(4);
            Sender first = nextSender();
            for (int i = 0; i < 3; i++) {
                first.send(Message.of(i));
            }
            await().atMost(SOON).until(() -> receiver.unsettled() == 3 && deliveries.size() == 1);

            road.reset();
            Sender second = nextSender();
            await().atMost(SOON).until(() -> receiver.state() == LifecycleState.OPEN);
            goOn.countDown();

            await("one never came, two were never seen").atMost(SOON).until(() -> second.credit() == 3);
            assertThat(receiver.credit()).isEqualTo(3);
        } finally {
            goOn.countDown();
        }
    }

    @Test
    void explicitCreditOfMessagesThatNobodyPulledIsGivenAgainAfterABreak() throws Exception {
        Listener listener = sending();
        try (FaultyLink road = FaultyLink.to(listener.port())) {
            Receiver receiver = connect(road, ReceiverOptions.of("a").creditWindow(0));
            receiver.addCredit(4);
            Sender first = nextSender();
            for (int i = 0; i < 3; i++) {
                first.send(Message.of(i));
            }
            await().atMost(SOON).until(() -> receiver.queued() == 3);
            assertThat(receiver.receive(SOON)).isNotNull();

            road.reset();

            Sender second = nextSender();
            await("one never came, two were never pulled").atMost(SOON).until(() -> second.credit() == 3);
        }
    }

    @Test
    void creditThatADrainTookBackStaysAwayAfterABreak() throws Exception {
        Listener listener = sending();
        try (FaultyLink road = FaultyLink.to(listener.port())) {
            Receiver receiver = connect(road, ReceiverOptions.of("a").creditWindow(0));
            receiver.addCredit(4);
            Sender first = nextSender();
            first.send(Message.of(0));
            await().atMost(SOON).until(() -> receiver.queued() == 1);
            receiver.drain().get(60, TimeUnit.SECONDS);

            road.reset();

            Sender second = nextSender();
            await().atMost(SOON).until(() -> receiver.state() == LifecycleState.OPEN);
            receiver.addCredit(2);
            await().atMost(SOON).until(() -> second.credit() == 2);
        }
    }
}
