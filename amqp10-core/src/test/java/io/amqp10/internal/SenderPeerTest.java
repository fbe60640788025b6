package io.amqp10.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.DeliveryGuarantee;
import io.amqp10.LifecycleState;
import io.amqp10.Link;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.ReconnectOptions;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.Tracker;
import io.amqp10.engine.ReceiverLink;
import io.amqp10.transport.RawPeer;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A sender and a peer that says things at moments when few do, written in octets. */
@Timeout(600)
class SenderPeerTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    /** {@code open} with a max-frame-size of 512. */
    private static final String OPEN_SMALL = "00000019 02000000 005310 c00c 03 a103726177 40 7000000200";

    /** {@code begin} with an incoming-window of 0. */
    private static final String BEGIN_CLOSED = "00000016 02000000 005311 c009 04 40 43 43 70000003e8";

    private static final String WINDOW = "70000003e8";

    /** {@code begin} with an incoming-window of 1000. */
    private static final String BEGIN_OPEN = "0000001a 02000000 005311 c00d 04 40 43" + WINDOW + WINDOW;

    /** {@code begin} that answers channel 0. */
    private static final String BEGIN_ANSWER = "0000001c 02000000 005311 c00f 04 600000 43 70000003e8 70000003e8";

    /** {@code attach} of a receiver or sender called "link" with handle 0 and default termini. */
    private static final String ATTACH_RECEIVER =
            "00000020 02000000 005312 c013 07 a1046c696e6b 43 41 40 40 00532845 00532945";

    private static final String ATTACH_SENDER =
            "00000023 02000000 005312 c016 0a a1046c696e6b 43 42 40 40 00532845 00532945 4042 43";

    private static final String DETACH = "00000010 02000000 005316 c003 02 43 42";

    private static final String TRANSFER = "005314";
    private static final String FLOW = "005313";

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

    /** {@code flow} of handle 0 at delivery-count 0. */
    private static String flow(String window, String credit, boolean drain, boolean echo) {
        String items =
                "43" + window + "43 707fffffff 43 43" + credit + "40" + (drain ? "41" : "42") + (echo ? "41" : "42");
        int octets = items.replace(" ", "").length() / 2;
        return "%08x 02000000 005313 c0%02x 0a ".formatted(14 + octets, octets + 1) + items;
    }

    /** {@code flow} of the session alone, with an incoming-window of 1000. */
    private static String windowOpens(int received) {
        return "0000001e 02000000 005313 c011 04 70%08x 70000003e8 43 707fffffff".formatted(received);
    }

    /** {@code disposition} of one delivery, settled. */
    private static String outcome(int id, int code) {
        return "00000018 02000000 005315 c00b 05 41 52%02x 52%02x 41 0053%02x45".formatted(id, id, code);
    }

    private static boolean isAborted(String frame) {
        return frame.endsWith("41");
    }

    /** Waits for the sender that a peer has opened at a listener without a handler. */
    private Sender accepted() {
        await().atMost(LONG).until(() -> server.connections().stream()
                .anyMatch(connection -> !connection.links().isEmpty()
                        && connection.links().get(0).state() == LifecycleState.OPEN));
        return (Sender) server.connections().get(0).links().get(0);
    }

    private static ByteBuf payloadOf(Tracker tracker) {
        return ((SentDelivery) tracker).payload();
    }

    private static Message large() {
        return Message.of(Binary.copyOf(new byte[100_000]));
    }

    @Test
    void drainIsAnsweredWhenWhatWaitedThenHasGoneOut() throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0");
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            peer.send(RawPeer.AMQP + RawPeer.OPEN + BEGIN_CLOSED + ATTACH_RECEIVER + flow("43", "520a", false, false))
                    .expect(RawPeer.AMQP);
            Sender sender = accepted();
            await().atMost(LONG).until(() -> sender.credit() == 10);
            sender.send(Message.of("x"));
            sender.send(Message.of("y"));
            // what the loop was given before has come to the sender then
            ((LiveConnection) sender.connection()).loop().submit(() -> {}).get(60, TimeUnit.SECONDS);
            peer.send(flow("43", "520a", true, true));
            assertThat(peer.readUntil(FLOW)).as("delivery-count 0, ten credits").contains("4343520a4341");

            peer.send(windowOpens(0));

            assertThat(peer.readUntil(TRANSFER)).contains(RawPeer.ascii("x"));
            assertThat(peer.readUntil(TRANSFER)).contains(RawPeer.ascii("y"));
            assertThat(peer.readUntil(FLOW))
                    .as("delivery-count 10, no credit, drain")
                    .contains("520a4343");
            await().atMost(LONG).until(() -> sender.credit() == 0);
        }
    }

    @Test
    void creditThatThePeerTakesBackIsNotThereAnyMore() throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0");
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            peer.send(RawPeer.AMQP + RawPeer.OPEN + BEGIN_OPEN + ATTACH_RECEIVER + flow(WINDOW, "520a", false, false))
                    .expect(RawPeer.AMQP);
            Sender sender = accepted();
            await().atMost(LONG).until(() -> sender.credit() == 10);

            peer.send(flow(WINDOW, "5202", false, true));
            peer.readUntil(FLOW);

            assertThat(sender.credit()).isEqualTo(2);
            assertThat(sender.trySend(Message.of("1"))).isNotNull();
            assertThat(sender.trySend(Message.of("2"))).isNotNull();
            assertThat(sender.trySend(Message.of("3"))).isNull();

            peer.send(flow(WINDOW, "5203", false, true));
            await().atMost(LONG).until(() -> sender.trySend(Message.of("3")) != null);
            assertThat(sender.trySend(Message.of("4"))).isNull();
        }
    }

    @Test
    void creditIsThereWhileTheWindowIsClosed() throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0");
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            peer.send(RawPeer.AMQP + RawPeer.OPEN + BEGIN_CLOSED + ATTACH_RECEIVER)
                    .expect(RawPeer.AMQP);
            Sender sender = accepted();

            peer.send(flow("43", "5202", false, true));
            peer.readUntil(FLOW);

            assertThat(sender.credit()).isEqualTo(2);
            assertThat(sender.trySend(Message.of("1"))).isNotNull();
            assertThat(sender.trySend(Message.of("2"))).isNotNull();
            assertThat(sender.trySend(Message.of("3"))).isNull();
        }
    }

    @Test
    void drainIsAnsweredAfterAMessageThatIsHalfSent() throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0");
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            peer.send(RawPeer.AMQP + OPEN_SMALL + BEGIN_CLOSED + ATTACH_RECEIVER + flow("5201", "520a", false, false))
                    .expect(RawPeer.AMQP);
            Sender sender = accepted();
            await().atMost(LONG).until(() -> sender.credit() == 10);
            sender.send(large());
            peer.readUntil(TRANSFER);

            peer.send(flow("5201", "520a", true, true));
            assertThat(peer.readUntil(FLOW)).as("nine credits left").doesNotContain("520a4343");
            peer.send(windowOpens(1));

            int frames = 1;
            String frame = peer.readFrame();
            while (!frame.startsWith(FLOW, 16)) {
                frames++;
                frame = peer.readFrame();
            }
            assertThat(frames).isGreaterThan(100_000 / 512);
            assertThat(frame).as("delivery-count 10, no credit").contains("520a4343");
        }
    }

    @Test
    void handlerIsToldOnceOfAllDrainsThatComeWhileItIsBusy() throws Exception {
        AtomicInteger drains = new AtomicInteger();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Listener listener = server.listen("amqp://127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onSenderOpened(Sender sender) {
                busy.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public void onDrain(Sender sender) {
                drains.incrementAndGet();
            }

            @Override
            public void onLinkClosed(Link link) {
                closed.countDown();
            }
        });
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            peer.send(RawPeer.AMQP + RawPeer.OPEN + BEGIN_CLOSED + ATTACH_RECEIVER)
                    .expect(RawPeer.AMQP);
            assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();

            peer.send(flow("43", "520a", true, false).repeat(100) + flow("43", "520a", true, true));
            peer.readUntil(FLOW);
            goOn.countDown();
            peer.send(DETACH);

            assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(drains).hasValue(1);
        } finally {
            goOn.countDown();
        }
    }

    @Test
    void messageSentAtMostOnceIsDoneWhenTheLastCreditsMessageHasGoneOutLater() throws Exception {
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .linkAcceptor(
                        request -> request.accept(SenderOptions.of("").guarantee(DeliveryGuarantee.AT_MOST_ONCE))));
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            peer.send(RawPeer.AMQP + OPEN_SMALL + BEGIN_CLOSED + ATTACH_RECEIVER + flow("5201", "5201", false, false))
                    .expect(RawPeer.AMQP);
            Sender sender = accepted();
            await().atMost(LONG).until(() -> sender.credit() == 1);
            Tracker tracker = sender.send(large());
            peer.readUntil(TRANSFER);
            assertThat(tracker.outcome()).isNull();

            peer.send(windowOpens(1));

            assertThat(tracker.settlement()).succeedsWithin(LONG).isEqualTo(SendOutcome.UNCONFIRMED);
            await().atMost(LONG).until(() -> sender.unsettled() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void messageOfALinkThatIsClosedWithAnErrorFailsAndItsPayloadIsReleased(boolean halfSent) throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0");
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            String window = halfSent ? "5201" : "52ff";
            peer.send(RawPeer.AMQP + OPEN_SMALL + BEGIN_CLOSED + ATTACH_RECEIVER + flow(window, "520a", false, false))
                    .expect(RawPeer.AMQP);
            Sender sender = accepted();
            await().atMost(LONG).until(() -> sender.credit() == 10);
            Tracker tracker = sender.send(large());
            ByteBuf payload = payloadOf(tracker);
            peer.readUntil(TRANSFER);

            assertThat(sender.closeAsync(ErrorCondition.of(AmqpError.NOT_IMPLEMENTED, "enough")))
                    .succeedsWithin(LONG);

            assertThat(peer.readUntil("005316")).contains(RawPeer.ascii("amqp:not-implemented"));
            assertThat(tracker.settlement()).failsWithin(LONG);
            await().atMost(LONG).until(() -> payload.refCnt() == 0);
        }
    }

    // M12
    @ParameterizedTest
    @CsvSource({"24, ACCEPTED", "25, REJECTED", "'', RELEASED"})
    void messageSettledWithoutAnOutcomeHasTheDefaultOneOfItsSource(String outcome, SendOutcome.Status status)
            throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0");
        String attach = outcome.isEmpty()
                ? ATTACH_RECEIVER
                : "0000002e 02000000 005312 c021 07 a1046c696e6b 43 41 40 40 005328 c00d 09 4040404040404040 0053"
                        + outcome + "45 00532945";
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            peer.send(RawPeer.AMQP + RawPeer.OPEN + BEGIN_CLOSED + attach + flow("52ff", "520a", false, false))
                    .expect(RawPeer.AMQP);
            Sender sender = accepted();
            await().atMost(LONG).until(() -> sender.credit() == 10);
            Tracker tracker = sender.send(Message.of("x"));
            peer.readUntil(TRANSFER);

            peer.send("00000012 02000000 005315 c005 04 41434341");

            assertThat(tracker.settlement()).succeedsWithin(LONG).satisfies(said -> assertThat(said.status())
                    .isEqualTo(status));
        }
    }

    @Test
    void messageRefusedBeforeItsEndIsAbortedAndItsPayloadReleased() throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0");
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            peer.send(RawPeer.AMQP + OPEN_SMALL + BEGIN_CLOSED + ATTACH_RECEIVER + flow("5201", "520a", false, false))
                    .expect(RawPeer.AMQP);
            Sender sender = accepted();
            await().atMost(LONG).until(() -> sender.credit() == 10);
            Tracker tracker = sender.send(large());
            ByteBuf payload = payloadOf(tracker);
            peer.readUntil(TRANSFER);

            peer.send(outcome(0, 0x25));

            assertThat(tracker.settlement())
                    .succeedsWithin(LONG)
                    .extracting(SendOutcome::status)
                    .isEqualTo(SendOutcome.Status.REJECTED);
            peer.send(windowOpens(1));
            assertThat(isAborted(peer.readUntil(TRANSFER))).isTrue();
            await().atMost(LONG).until(() -> payload.refCnt() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void messageAcceptedBeforeItsEndIsDoneAndReleasedAtItsEndOrThatOfItsLink(boolean breaks) throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0");
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            peer.send(RawPeer.AMQP + OPEN_SMALL + BEGIN_CLOSED + ATTACH_RECEIVER + flow("5201", "520a", false, false))
                    .expect(RawPeer.AMQP);
            Sender sender = accepted();
            await().atMost(LONG).until(() -> sender.credit() == 10);
            Tracker tracker = sender.send(large());
            ByteBuf payload = payloadOf(tracker);
            peer.readUntil(TRANSFER);

            peer.send(outcome(0, 0x24) + flow("43", "520a", false, true));
            peer.readUntil(FLOW);
            assertThat(tracker.outcome()).isNull();
            if (breaks) {
                peer.socket().close();
                assertThat(tracker.settlement()).failsWithin(LONG);
            } else {
                peer.send(windowOpens(1));
                assertThat(tracker.settlement()).succeedsWithin(LONG).isEqualTo(SendOutcome.ACCEPTED);
            }
            await().atMost(LONG).until(() -> payload.refCnt() == 0);
        }
    }

    @Test
    void messageWhoseOutcomeComesAfterTheDetachIsSentAgainWithAllItsOctets() throws Exception {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        CountDownLatch looked = new CountDownLatch(1);
        try (RawPeer.Server peers = new RawPeer.Server(peer -> {
            peer.expect(RawPeer.SASL).send(RawPeer.SASL + RawPeer.OFFER_ANONYMOUS);
            peer.readFrame();
            peer.send(RawPeer.OUTCOME_OK).expect(RawPeer.AMQP).send(RawPeer.AMQP);
            peer.readUntil("005310");
            peer.send(RawPeer.OPEN);
            peer.readUntil("005311");
            peer.send(BEGIN_ANSWER);
            peer.readUntil("005312");
            peer.send(ATTACH_RECEIVER + flow("5264", "520a", false, false));
            first.complete(peer.readUntil(TRANSFER));
            peer.send(DETACH + outcome(0, 0x24));
            peer.readUntil("005312");
            peer.send(ATTACH_RECEIVER + flow("5264", "520a", false, false));
            second.complete(peer.readUntil(TRANSFER));
            awaitQuietly(looked);
            peer.send(outcome(1, 0x24));
            peer.readToEnd();
        })) {
            Connection connection = client.connect(ConnectionOptions.of("amqp://127.0.0.1:" + peers.port())
                    .reconnect(ReconnectOptions.DEFAULT.initialDelay(Duration.ofMillis(5)))
                    .closeTimeout(Duration.ofMillis(200)));
            Tracker tracker =
                    connection.openSender(SenderOptions.of("a").name("link")).send(Message.of("all of it"));

            assertThat(first).succeedsWithin(LONG).asString().contains(RawPeer.ascii("all of it"));
            assertThat(second).succeedsWithin(LONG).asString().contains(RawPeer.ascii("all of it"));
            assertThat(tracker.outcome()).isNull();
            looked.countDown();
            assertThat(tracker.settlement()).succeedsWithin(LONG).isEqualTo(SendOutcome.ACCEPTED);
            connection.close();
        }
    }

    @Test
    void deliveriesThatAreLeftAtADetachAreForgottenAtBothEnds() throws Exception {
        Listener listener = server.listen("amqp://127.0.0.1:0");
        try (RawPeer peer = RawPeer.connect(listener.port())) {
            String begin = "0000001a 02000000 005311 c00d 04 40 43 70000003e8 70000003e8";
            peer.send(RawPeer.AMQP + RawPeer.OPEN + begin + ATTACH_SENDER).expect(RawPeer.AMQP);
            await().atMost(LONG)
                    .until(() -> !server.connections().isEmpty()
                            && !server.connections().get(0).links().isEmpty()
                            && server.connections().get(0).links().get(0).credit() > 0);
            LiveConnection connection = (LiveConnection) server.connections().get(0);
            LiveReceiver receiver = (LiveReceiver) connection.links().get(0);
            ReceiverLink link =
                    connection.loop().submit(() -> receiver.endpoint).get(60, TimeUnit.SECONDS);
            // delivery 0 with the tag 01 and amqp-value null
            peer.send("00000019 02000000 005314 c008 05 43 43 a00101 43 42 00537740");
            await().atMost(LONG).until(() -> receiver.unsettled() == 1);
            assertThat(unsettled(connection, link)).isEqualTo(1);

            peer.send(DETACH);

            await().atMost(LONG).until(() -> receiver.state() == LifecycleState.CLOSED);
            assertThat(unsettled(connection, link)).isZero();
        }
    }

    private static int unsettled(LiveConnection connection, ReceiverLink link) throws Exception {
        return connection.loop().submit(() -> link.unsettled().size()).get(60, TimeUnit.SECONDS);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
