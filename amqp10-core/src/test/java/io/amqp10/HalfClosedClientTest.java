package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amqp10.transport.RawPeer;
import java.net.SocketTimeoutException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that end their stream as soon as they have said all, and go on reading. */
@Timeout(600)
class HalfClosedClientTest {

    private static final String BEGIN = "0000001a 02000000 005311 c00d 04 40 43 70000003e8 70000003e8";

    /** {@code attach} "link" as sender with handle 0, and initial-delivery-count 0. */
    private static final String ATTACH =
            "00000023 02000000 005312 c016 0a a1046c696e6b 43 42 40 40 00532845 00532945 40 40 43";

    /** {@code transfer} on handle 0 of delivery 0 with the value "x". */
    private static final String TRANSFER = "0000001a 02000000 005314 c007 04 43 43 a00130 43" + "005377a10178";

    private static final int PERFORMATIVE = 16;

    private final Container server = Container.create("server");

    @AfterEach
    void close() {
        server.close();
    }

    private static String frameOf(RawPeer peer, String descriptor) throws Exception {
        String frame = peer.readFrame();
        while (!frame.startsWith(descriptor, PERFORMATIVE)) {
            frame = peer.readFrame();
        }
        return frame;
    }

    private static void assertStillOpen(RawPeer peer) throws Exception {
        peer.socket().setSoTimeout(200);
        assertThatThrownBy(peer::readFrame).isInstanceOf(SocketTimeoutException.class);
        peer.socket().setSoTimeout(60_000);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void linkThatIsStillDecidedAboutIsAnsweredBeforeTheEnd() throws Exception {
        CountDownLatch decide = new CountDownLatch(1);
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0").linkAcceptor(request -> {
            await(decide);
            request.accept();
        }));
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            peer.send(RawPeer.SASL + RawPeer.INIT_ANONYMOUS + RawPeer.AMQP + RawPeer.OPEN + BEGIN + ATTACH)
                    .endOutput();
            peer.expect(RawPeer.SASL);
            peer.readFrame();
            peer.expect(RawPeer.OUTCOME_OK).expect(RawPeer.AMQP);
            frameOf(peer, "005310");
            frameOf(peer, "005311");
            assertStillOpen(peer);
            decide.countDown();

            frameOf(peer, "005312");
            peer.readToEnd();
        }
    }

    @Test
    void messageThatIsStillHandledIsSettledBeforeTheEnd() throws Exception {
        CountDownLatch handle = new CountDownLatch(1);
        Listener listener = server.listen("amqp://127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                await(handle);
            }
        });
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            peer.send(RawPeer.AMQP + RawPeer.OPEN + BEGIN + ATTACH).expect(RawPeer.AMQP);
            frameOf(peer, "005312");
            frameOf(peer, "005313");
            peer.send(TRANSFER).endOutput();
            assertStillOpen(peer);
            handle.countDown();

            assertThat(frameOf(peer, "005315")).contains("005324");
            peer.readToEnd();
        }
    }
}
