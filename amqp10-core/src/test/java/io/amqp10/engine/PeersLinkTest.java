package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Link;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.engine.testing.Frame;
import io.amqp10.engine.testing.ScriptedPeer;
import io.amqp10.transport.RawPeer;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Role;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.Performative;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What links of a container do with a peer that has its own idea of settling, or of how large a frame may be. */
@Timeout(600)
class PeersLinkTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final byte[] MESSAGE = {0, 0x53, 0x77, 0x40};

    private Container container;

    @BeforeEach
    void create() {
        container = Container.create("ours");
    }

    @AfterEach
    void close() {
        container.close();
    }

    private static void send(WirePeer peer, int channel, Performative what, byte... payload) {
        peer.send(Frame.octets(channel, what, Unpooled.wrappedBuffer(payload)));
    }

    private static Begin begin(int answering) {
        return new Begin(answering, 0, 1000, 1000, 255);
    }

    @Test
    void linkWhoseAnswerIsTooLargeForThePeerIsNeverOpened() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        Listener listener =
                container.listen(ListenOptions.of("amqp://127.0.0.1:0").handler(new MessagingHandler() {
                    @Override
                    public void onReceiverOpened(Receiver receiver) {
                        events.add("opened " + receiver.name());
                    }

                    @Override
                    public void onLinkClosed(Link link) {
                        events.add("closed " + link.name() + " " + link.state());
                    }
                }));
        try (RawPeer raw = RawPeer.connect(listener.port())) {
            WirePeer peer = new WirePeer(raw.send(RawPeer.AMQP).expect(RawPeer.AMQP));
            send(peer, 0, Open.builder("peer").maxFrameSize(512).build());
            send(peer, 0, begin(Begin.NO_CHANNEL));
            send(
                    peer,
                    0,
                    ScriptedPeer.attach("large", 0, Role.SENDER)
                            .target(Target.builder().address("a".repeat(600)).build())
                            .build());
            peer.await(End.class);
            send(peer, 1, begin(Begin.NO_CHANNEL));
            send(peer, 1, ScriptedPeer.attach("small", 0, Role.SENDER).build());
            peer.await(Attach.class);

            await().atMost(SOON).until(() -> events.contains("opened small"));
            assertThat(events).containsExactly("closed large CLOSED", "opened small");
        }
    }

    @Test
    void messagesThatTheSenderIsToSettleFirstCountAgainstTheWindowUntilThen() throws Exception {
        try (RawPeer.Server server = new RawPeer.Server(this::settleSecond)) {
            container
                    .connect(ConnectionOptions.of("amqp://127.0.0.1:" + server.port()))
                    .openReceiver(ReceiverOptions.of("a")
                            .name("in")
                            .receiverSettleMode(ReceiverSettleMode.SECOND)
                            .creditWindow(2)
                            .handler(new MessagingHandler() {
                                @Override
                                public void onMessage(Delivery delivery) {}
                            }));

            server.done.get(110, TimeUnit.SECONDS);
        }
    }

    private void settleSecond(RawPeer raw) throws IOException {
        raw.expect(RawPeer.SASL).send(RawPeer.SASL + RawPeer.OFFER_ANONYMOUS).readFrame();
        raw.send(RawPeer.OUTCOME_OK).expect(RawPeer.AMQP).send(RawPeer.AMQP);
        WirePeer peer = new WirePeer(raw);
        try {
            peer.await(Open.class);
            send(peer, 0, Open.builder("peer").build());
            peer.await(Begin.class);
            send(peer, 0, begin(0));
            peer.await(Attach.class);
            send(
                    peer,
                    0,
                    ScriptedPeer.attach("in", 0, Role.SENDER)
                            .rcvSettleMode(ReceiverSettleMode.SECOND)
                            .initialDeliveryCount(0)
                            .build());
            peer.awaitCredit(2);
            send(peer, 0, ScriptedPeer.firstOf(new Transfer().handle(0), 0), MESSAGE);
            peer.await(Disposition.class);
            send(peer, 0, ScriptedPeer.firstOf(new Transfer().handle(0), 1), MESSAGE);
            peer.await(Disposition.class);

            send(peer, 0, echo());
            peer.awaitCredit(0);

            send(
                    peer,
                    0,
                    new Disposition()
                            .role(Role.SENDER)
                            .first(0)
                            .last(1)
                            .settled(true)
                            .state(Accepted.INSTANCE));
            peer.awaitCredit(2);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static Flow echo() {
        return new Flow()
                .nextIncomingId(0)
                .incomingWindow(1000)
                .nextOutgoingId(2)
                .outgoingWindow(1000)
                .handle(0)
                .deliveryCount(2)
                .linkCredit(0)
                .available(UnsignedInteger.ABSENT)
                .echo(true);
    }
}
