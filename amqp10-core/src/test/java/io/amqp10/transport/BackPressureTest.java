package io.amqp10.transport;

import static io.amqp10.transport.RawPeer.AMQP;
import static io.amqp10.transport.RawPeer.CLOSE;
import static io.amqp10.transport.RawPeer.INIT_ANONYMOUS;
import static io.amqp10.transport.RawPeer.OPEN;
import static io.amqp10.transport.RawPeer.SASL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.codec.DecodeLimits;
import io.amqp10.engine.ConnectionEngine;
import io.amqp10.engine.OutgoingDelivery;
import io.amqp10.engine.SenderLink;
import io.amqp10.engine.SenderLinkListener;
import io.amqp10.engine.SessionEngine;
import io.amqp10.engine.SessionSettings;
import io.amqp10.engine.StopReason;
import io.amqp10.transport.TransportException.Kind;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.transport.Attach;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens when the peer takes less than it asked for. */
class BackPressureTest {

    /** {@code begin} that answers channel 0, with windows of 2^31-1. */
    private static final String BEGIN = "0000001c 02000000 005311 c00f 04 600000 43 707fffffff 707fffffff";

    /** {@code attach} "link" as receiver with handle 0 and an empty target. */
    private static final String ATTACH = "0000001d 02000000 005312 c010 07 a1046c696e6b 43 41 40 40 40 00532945";

    /** {@code flow}: windows of 2^31-1 and a credit of 2^31-1 on handle 0. */
    private static final String FLOW = "00000021 02000000 005313 c014 07 43 707fffffff 43 707fffffff 43 43 707fffffff";

    private static final int PAYLOAD = 3_000;

    private final EventLoops loops = EventLoops.create(1);
    private final AtomicInteger sent = new AtomicInteger();

    @AfterEach
    void stopLoops() {
        loops.close();
    }

    /** Sends as much as it is allowed to, for ever. */
    private final class Flood implements SenderLinkListener {

        @Override
        public void onAttached(SenderLink link, Attach attach) {}

        @Override
        public void onSendable(SenderLink link) {
            while (link.canSend()) {
                OutgoingDelivery delivery = new OutgoingDelivery() {};
                delivery.settled(true);
                delivery.payload(Unpooled.wrappedBuffer(new byte[PAYLOAD]));
                link.send(delivery);
                sent.incrementAndGet();
            }
        }

        @Override
        public void onDrain(SenderLink link) {}

        @Override
        public void onDisposition(SenderLink link, OutgoingDelivery delivery) {}

        @Override
        public void onDetached(SenderLink link, StopReason reason, boolean closed) {}
    }

    private void flood(Engines.Peer peer) {
        ConnectionEngine engine = peer.engine();
        SessionEngine session = engine.begin((ended, reason) -> {}, SessionSettings.DEFAULT);
        session.attachSender(
                Attach.builder("link", 0, Role.SENDER)
                        .sndSettleMode(SenderSettleMode.SETTLED)
                        .source(Source.builder().build())
                        .target(Target.builder().address("q").build())
                        .build(),
                new Flood());
    }

    private TransportListener listen(Engines engines, Duration stallTimeout) {
        return Engines.await(Amqp10Transport.listen(
                loops,
                ServerTransportOptions.builder("127.0.0.1", 0)
                        .io(new IoSettings(false, stallTimeout, 32 * 1024, 64 * 1024, DecodeLimits.DEFAULT))
                        .build(),
                engines,
                failure -> {}));
    }

    private static void ask(RawPeer peer) throws IOException {
        peer.socket().setReceiveBufferSize(16 * 1024);
        peer.send(SASL + INIT_ANONYMOUS + AMQP + OPEN + BEGIN + ATTACH + FLOW);
    }

    private Engines.Peer askUntilFull(Engines engines, RawPeer peer) throws Exception {
        ask(peer);
        Engines.Peer server = engines.next();
        await().until(() -> sent.get() > 10 && isStill());
        return server;
    }

    @Test
    void peerThatNeverReadsIsGivenUp() throws Exception {
        Engines engines = new Engines("flood").onOpened(this::flood);
        TransportListener listener = listen(engines, Duration.ofMillis(300));
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            ask(peer);

            Engines.Peer server = engines.next();
            StopReason reason = server.awaitClosed();

            assertThat(reason).isInstanceOfSatisfying(StopReason.TransportLost.class, lost -> assertThat(lost.cause())
                    .isInstanceOfSatisfying(TransportException.class, failure -> {
                        assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
                        assertThat(failure).hasMessageContaining("writeStallTimeout");
                        assertThat(failure).hasMessageContaining("took nothing for 300 ms");
                    }));
            assertThat((long) sent.get() * PAYLOAD)
                    .as("octets that were let out, into the buffers of both kernels and ours")
                    .isBetween(64L * 1024, 16L << 20);
        }
        Engines.await(listener.close());
    }

    @Test
    void sendingGoesOnWhenThePeerReadsAgain() throws Exception {
        Engines engines = new Engines("flood").onOpened(this::flood);
        TransportListener listener = listen(engines, Duration.ofSeconds(30));
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            Engines.Peer server = askUntilFull(engines, peer);
            int before = sent.get();

            peer.expect(SASL);
            for (int frames = 0; frames < before + 1_000; frames++) {
                if (frames == 2) {
                    peer.expect(AMQP);
                }
                peer.readFrame();
            }

            assertThat(sent.get()).isGreaterThan(before + 900);
            assertThat(server.closed).isNotDone();
        }
        Engines.await(listener.close());
    }

    @Test
    void peerThatPausesBeforeTheEndGetsAllOfIt() throws Exception {
        Engines engines = new Engines("flood").onOpened(this::flood);
        TransportListener listener = listen(engines, Duration.ofSeconds(30));
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            Engines.Peer server = askUntilFull(engines, peer);
            peer.send(CLOSE);
            server.awaitClosed();
            // Longer than a peer that got all may be silent.
            LockSupport.parkNanos(1_500_000_000);

            assertThat(peer.readToEnd()).endsWith("00531845");
        }
        Engines.await(listener.close());
    }

    private boolean isStill() throws InterruptedException {
        int before = sent.get();
        // A moment in which a sender that is not stopped would send thousands.
        LockSupport.parkNanos(100_000_000);
        return sent.get() == before;
    }
}
