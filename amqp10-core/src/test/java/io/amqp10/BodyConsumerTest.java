package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.testkit.FaultyLink;
import io.amqp10.types.Symbol;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies that go to a consumer as they arrive, between two containers. */
@Timeout(600)
class BodyConsumerTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int MIB = 1 << 20;

    private final List<Kept> bodies = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
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

    /** Keeps what came. */
    private static final class Kept implements BodyConsumer {

        final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        final List<String> ends = new CopyOnWriteArrayList<>();

        @Override
        public void onOctets(ByteBuffer part) {
            assertThat(ends).isEmpty();
            byte[] copy = new byte[part.remaining()];
            part.get(copy);
            octets.writeBytes(copy);
        }

        @Override
        public void onEnd() {
            ends.add("end");
        }

        @Override
        public void onLost(Amqp10Exception why) {
            ends.add(String.valueOf(why.getMessage()));
        }
    }

    private Kept keep(Delivery delivery) {
        Kept kept = new Kept();
        bodies.add(kept);
        return kept;
    }

    private static byte[] of(Delivery delivery) {
        Kept kept = (Kept) Objects.requireNonNull(delivery.bodyConsumer());
        assertThat(kept.ends).containsExactly("end");
        return kept.octets.toByteArray();
    }

    private ReceiverOptions keeping() {
        return ReceiverOptions.of("").bodyConsumer(this::keep).autoAccept(false).handler(new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                deliveries.add(delivery);
            }
        });
    }

    private int listen(ReceiverOptions options) {
        return server.listen(ListenOptions.of("amqp://127.0.0.1:0").linkAcceptor(request -> request.accept(options)))
                .port();
    }

    private Sender sender(int port) {
        return client.connect(ConnectionOptions.of("amqp://127.0.0.1:" + port)
                        .closeTimeout(Duration.ofMillis(500))
                        .reconnect(ReconnectOptions.DEFAULT.initialDelay(Duration.ofMillis(10))))
                .awaitOpen(SOON)
                .openSender(SenderOptions.of("a").sendTimeout(SOON))
                .awaitOpen(SOON);
    }

    private Delivery next() throws InterruptedException {
        Delivery delivery = deliveries.poll(60, TimeUnit.SECONDS);
        assertThat(delivery).isNotNull();
        return delivery;
    }

    private static byte[] random(int size) {
        byte[] octets = new byte[size];
        new Random(size).nextBytes(octets);
        return octets;
    }

    @Test
    void consumerHasTheBodyWhenTheMessageIsHandedOver() throws Exception {
        byte[] body = random(3 * MIB);
        Sender sender = sender(listen(keeping()));
        Message message = Message.builder()
                .subject("film")
                .property("p", "v")
                .dataBody(body)
                .footer("f", 1)
                .build();

        Tracker tracker = sender.send(message);

        Delivery delivery = next();
        assertThat(Arrays.equals(of(delivery), body)).isTrue();
        assertThat(delivery.message().subject()).isEqualTo("film");
        assertThat(delivery.message().applicationProperties()).containsEntry("p", "v");
        assertThat(delivery.message().footer()).containsEntry(Symbol.of("f"), 1);
        assertThat(delivery.bodyStream().readAllBytes()).isEmpty();
        assertThat(tracker.settlement()).isNotDone();
        delivery.accept();
        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
    }

    @Test
    void messagesOfAllSizesComeInTheirOrderAndAreAcceptedByThemselves() {
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        Sender sender = sender(listen(
                ReceiverOptions.of("").creditWindow(3).bodyConsumer(this::keep).handler(new MessagingHandler() {
                    @Override
                    public void onMessage(Delivery delivery) {
                        byte[] body = of(delivery);
                        assertThat(Arrays.equals(body, random(body.length))).isTrue();
                        sizes.add(body.length);
                    }
                })));
        List<Integer> sent = List.of(1, 100_000, 5, 2 * MIB, 65_536, 300, 1, 200_000);

        List<Tracker> trackers =
                sent.stream().map(size -> sender.send(Message.of(random(size)))).toList();

        for (Tracker tracker : trackers) {
            assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        }
        assertThat(sizes).isEqualTo(sent);
    }

    /** Opens a receiver, and returns the sender that the peer has for it. */
    private Sender senderFor(Receiver[] receiver, ReceiverOptions options) throws InterruptedException {
        BlockingQueue<Sender> senders = new LinkedBlockingQueue<>();
        int port = server.listen(ListenOptions.of("amqp://127.0.0.1:0").handler(new MessagingHandler() {
                    @Override
                    public void onSenderOpened(Sender sender) {
                        senders.add(sender);
                    }
                }))
                .port();
        receiver[0] =
                client.connect(ConnectionOptions.of("amqp://127.0.0.1:" + port)).openReceiver(options);
        Sender sender = senders.poll(60, TimeUnit.SECONDS);
        assertThat(sender).isNotNull();
        return sender;
    }

    @Test
    void pulledAndSentSettledMessagesGoToTheConsumerToo() throws Exception {
        Receiver[] opened = new Receiver[1];
        Sender sender = senderFor(
                opened,
                ReceiverOptions.of("a")
                        .guarantee(DeliveryGuarantee.AT_MOST_ONCE)
                        .bodyConsumer(this::keep));
        Receiver receiver = opened[0];

        sender.send(Message.of(random(200_000)));
        sender.send(Message.of("text"));

        Delivery first = receiver.receive(SOON);
        assertThat(first).isNotNull();
        assertThat(first.isSettled()).isTrue();
        assertThat(Arrays.equals(of(first), random(200_000))).isTrue();
        Delivery second = receiver.receive(SOON);
        assertThat(second).isNotNull();
        assertThat(second.message().bodyAsString()).isEqualTo("text");
        assertThat(second.bodyConsumer()).isNull();
        assertThat(bodies).hasSize(1);
    }

    /** Fails in the ways that the subject says. */
    private BodyConsumer failing(Delivery delivery) {
        String subject = String.valueOf(delivery.message().subject());
        bodies.add(new Kept());
        Kept kept = bodies.get(bodies.size() - 1);
        if (subject.equals("unwanted")) {
            throw new IllegalStateException("nobody takes this");
        }
        return new BodyConsumer() {
            @Override
            public void onOctets(ByteBuffer octets) {
                kept.octets.write(1);
                switch (subject) {
                    case "broken" -> throw new IllegalStateException("disk on fire");
                    case "wrong" -> throw new MessageFormatException("not a film", null, null);
                    case "early" -> delivery.accept();
                    case "waits" -> delivery.receiver().close();
                    default -> assertThat(subject).isIn("good", "late");
                }
            }

            @Override
            public void onEnd() {
                kept.ends.add("end");
                if (subject.equals("late")) {
                    throw new IllegalStateException("not what it should be");
                }
            }

            @Override
            public void onLost(Amqp10Exception why) {
                kept.ends.add("lost");
                throw new IllegalStateException("this is logged");
            }
        };
    }

    private static Message about(String subject) {
        return Message.builder().subject(subject).dataBody(random(MIB)).build();
    }

    @Test
    void consumerThatFailsGivesTheMessageBackAndTheLinkGoesOn() {
        List<String> handled = new CopyOnWriteArrayList<>();
        Sender sender =
                sender(listen(ReceiverOptions.of("").bodyConsumer(this::failing).handler(new MessagingHandler() {
                    @Override
                    public void onMessage(Delivery delivery) {
                        handled.add(String.valueOf(delivery.message().subject()));
                    }
                })));

        List<SendOutcome.Status> outcomes = List.of("broken", "wrong", "early", "unwanted", "late", "good").stream()
                .map(subject -> sender.send(about(subject)).await(SOON).status())
                .toList();

        assertThat(outcomes)
                .containsExactly(
                        SendOutcome.Status.MODIFIED,
                        SendOutcome.Status.REJECTED,
                        SendOutcome.Status.MODIFIED,
                        SendOutcome.Status.MODIFIED,
                        SendOutcome.Status.MODIFIED,
                        SendOutcome.Status.ACCEPTED);
        assertThat(handled).containsExactly("good");
        assertThat(bodies.stream().map(kept -> kept.octets.size() + " " + kept.ends))
                .startsWith("1 [lost]", "1 [lost]", "1 [lost]", "0 []")
                .element(4, org.assertj.core.api.InstanceOfAssertFactories.STRING)
                .endsWith("[end, lost]");
    }

    @Test
    void outcomeThatComesBeforeTheMessageIsHandedOverIsRefused() throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        Function<Delivery, BodyConsumer> hasty = delivery -> new BodyConsumer() {
            @Override
            public void onOctets(ByteBuffer octets) {}

            @Override
            public void onEnd() {
                assertThatThrownBy(delivery::accept).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(delivery::release).isInstanceOf(IllegalStateException.class);
                refused.countDown();
            }
        };
        Receiver[] opened = new Receiver[1];
        Sender sender =
                senderFor(opened, ReceiverOptions.of("a").creditWindow(1).bodyConsumer(hasty));
        Tracker first = sender.send(Message.of(random(10)));
        Tracker second = sender.send(Message.of(random(10)));
        assertThat(refused.await(60, TimeUnit.SECONDS)).isTrue();

        Objects.requireNonNull(opened[0].receive(SOON)).accept();
        Objects.requireNonNull(opened[0].receive(SOON)).release();

        assertThat(first.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(second.await(SOON)).isEqualTo(SendOutcome.RELEASED);
    }

    @Test
    void consumerMustNotWait() {
        Sender sender =
                sender(listen(ReceiverOptions.of("").bodyConsumer(this::failing).handler(new MessagingHandler() {})));

        Tracker tracker = sender.send(about("waits"));

        // close() has begun to close the link when it finds that it must not wait
        assertThat(tracker.settlement())
                .satisfiesAnyOf(
                        settlement ->
                                assertThat(settlement).succeedsWithin(SOON).isNotEqualTo(SendOutcome.ACCEPTED),
                        settlement -> assertThat(settlement).failsWithin(SOON));
        assertThat(bodies.get(0).ends).containsExactly("lost");
    }

    @Test
    void handlerThatGivesOutcomesItselfIsToldWhyTheConsumerFailed() throws Exception {
        Sender sender = sender(listen(ReceiverOptions.of("")
                .autoAccept(false)
                .bodyConsumer(this::failing)
                .handler(new MessagingHandler() {
                    @Override
                    public void onMessage(Delivery delivery) {
                        deliveries.add(delivery);
                    }
                })));

        Tracker tracker = sender.send(about("broken"));

        assertToldWhy(next());
        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.RELEASED);
    }

    @Test
    void pullerIsToldWhyTheConsumerFailed() throws Exception {
        Receiver[] opened = new Receiver[1];
        Sender sender = senderFor(opened, ReceiverOptions.of("a").bodyConsumer(this::failing));
        Tracker tracker = sender.send(about("broken"));

        assertToldWhy(Objects.requireNonNull(opened[0].receive(SOON)));

        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.RELEASED);
    }

    private static void assertToldWhy(Delivery delivery) {
        assertThatThrownBy(delivery::message)
                .isInstanceOf(Amqp10Exception.class)
                .hasRootCauseMessage("disk on fire");
        assertThatThrownBy(delivery::accept).isInstanceOf(Amqp10Exception.class).hasRootCauseMessage("disk on fire");
        assertThat(delivery.isSettled()).isFalse();
        delivery.release();
    }

    private interface Rest {
        int read() throws IOException;
    }

    /** Gives some octets, waits until the consumer has some of them, and goes on. */
    private InputStream withPause(int expected, Rest rest) {
        return new SequenceInputStream(new ByteArrayInputStream(random(MIB)), new InputStream() {
            private boolean waited;

            @Override
            public int read() throws IOException {
                if (!waited) {
                    try {
                        await().atMost(SOON)
                                .until(() -> bodies.size() == expected
                                        && bodies.get(expected - 1).octets.size() > 0);
                    } catch (ConditionTimeoutException e) {
                        throw new IOException(e);
                    }
                    waited = true;
                }
                return rest.read();
            }
        });
    }

    @Test
    void consumerLearnsOfAnAbortedMessageWhoseCreditComesBack() throws Exception {
        Sender sender = sender(listen(keeping().creditWindow(1)));

        Rest broken = () -> {
            throw new IOException("disk on fire");
        };
        for (int i = 1; i <= 3; i++) {
            int number = i;
            assertThatThrownBy(() -> sender.stream(Message.builder().build(), withPause(number, broken)))
                    .isInstanceOf(IOException.class);
        }

        await().atMost(SOON).until(() -> bodies.stream().allMatch(kept -> kept.ends.size() == 1));
        assertThat(bodies).hasSize(3).allSatisfy(kept -> assertThat(kept.ends.get(0))
                .contains("aborted"));
        Tracker tracker = sender.send(Message.of(random(10)));
        Delivery delivery = next();
        assertThat(of(delivery)).isEqualTo(random(10));
        delivery.accept();
        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(deliveries).isEmpty();
    }

    @Test
    void consumerLearnsOfALostConnectionAndHasTheMessageFromItsBeginningAgain() throws Exception {
        byte[] body = random(4 * MIB);
        AtomicInteger opened = new AtomicInteger();
        AtomicInteger cuts = new AtomicInteger();
        try (FaultyLink link = FaultyLink.to(listen(keeping()))) {
            Sender sender = sender(link.port());
            Rest endless = () -> {
                if (cuts.incrementAndGet() == 1) {
                    link.cut();
                }
                return 1;
            };
            StreamSource source =
                    () -> opened.incrementAndGet() == 1 ? withPause(1, endless) : new ByteArrayInputStream(body);

            CompletableFuture<SendOutcome> sent = new CompletableFuture<>();
            Thread sending = new Thread(() -> {
                try {
                    sent.complete(sender.stream(Message.builder().build(), source));
                } catch (IOException | RuntimeException e) {
                    sent.completeExceptionally(e);
                }
            });
            sending.start();

            Delivery delivery = next();
            await().atMost(SOON).until(() -> bodies.get(0).ends.size() == 1);
            assertThat(bodies.get(0).ends.get(0)).contains("lost");
            assertThat(Arrays.equals(of(delivery), body)).isTrue();
            delivery.accept();
            assertThat(sent.get(60, TimeUnit.SECONDS)).isEqualTo(SendOutcome.ACCEPTED);
            assertThat(deliveries).isEmpty();
        }
    }

    @Test
    void consumerLearnsThatTheReceiverIsClosedThoughThePeerIsSilent() throws Exception {
        BlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();
        CountDownLatch stalled = new CountDownLatch(1);
        ReceiverOptions options = keeping().bodyConsumer(delivery -> {
            Kept kept = keep(delivery);
            receivers.add(delivery.receiver());
            return kept;
        });
        int port = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                        .closeTimeout(Duration.ofMillis(300))
                        .linkAcceptor(request -> request.accept(options)))
                .port();
        try (FaultyLink link = FaultyLink.to(port)) {
            Sender sender = sender(link.port());
            Thread sending = new Thread(() ->
                    assertThatThrownBy(() -> sender.stream(Message.builder().build(), withPause(1, () -> {
                        link.stallBoth();
                        stalled.countDown();
                        throw new IOException("disk on fire");
                    }))));
            sending.setDaemon(true);
            sending.start();
            Receiver receiver = receivers.poll(60, TimeUnit.SECONDS);
            assertThat(receiver).isNotNull();
            assertThat(stalled.await(60, TimeUnit.SECONDS)).isTrue();
            receiver.closeAsync();

            await().atMost(SOON).until(() -> bodies.get(0).ends.size() == 1);
            assertThat(bodies.get(0).ends.get(0)).contains("the link was closed before");
            link.heal();
        }
    }

    @Test
    void messagesWithAConsumerHaveNoLimitUnlessOneIsSet() {
        ReceiverOptions options = ReceiverOptions.of("a").streaming(true).bodyConsumer(this::keep);

        assertThat(options.maxMessageSize()).isZero();
        assertThat(options.streaming()).isFalse();
        assertThat(options.maxMessageSize(5).maxMessageSize()).isEqualTo(5);
        assertThat(options.bodyConsumer(null).streaming()).isTrue();
    }
}
