package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.testkit.FaultyLink;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.LinkError;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.AmqpValue;
import io.amqp10.types.messaging.Data;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Messages that are sent while they are read, and read while they arrive, between two containers. */
@Timeout(600)
class StreamingTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int MIB = 1 << 20;

    private final CountDownLatch handedOver = new CountDownLatch(1);
    private final BlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();
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

    private Listener listen(ReceiverOptions options) {
        return server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .handler(new MessagingHandler() {
                    @Override
                    public void onReceiverOpened(Receiver receiver) {
                        receivers.add(receiver);
                    }
                })
                .linkAcceptor(request -> request.accept(options)));
    }

    private Sender sender(int port) {
        return client.connect(ConnectionOptions.of("amqp://127.0.0.1:" + port).closeTimeout(Duration.ofMillis(500)))
                .awaitOpen(SOON)
                .openSender(SenderOptions.of("a").sendTimeout(SOON))
                .awaitOpen(SOON);
    }

    /** Puts what comes where a test takes it. */
    private ReceiverOptions handing() {
        return ReceiverOptions.of("").streaming(true).autoAccept(false).handler(new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                deliveries.add(delivery);
                handedOver.countDown();
            }
        });
    }

    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();

    private Sender streamingPair() {
        return sender(listen(handing()).port());
    }

    private Delivery next() throws InterruptedException {
        Delivery delivery = deliveries.poll(60, TimeUnit.SECONDS);
        assertThat(delivery).isNotNull();
        return delivery;
    }

    private interface Sending {
        SendOutcome send() throws IOException;
    }

    private static CompletableFuture<SendOutcome> inBackground(Sending sending) {
        CompletableFuture<SendOutcome> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(sending.send());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static SendOutcome outcomeOf(CompletableFuture<SendOutcome> sent) throws Exception {
        return sent.get(60, TimeUnit.SECONDS);
    }

    private static Throwable failureOf(CompletableFuture<SendOutcome> sent) throws Exception {
        try {
            throw new AssertionError("not failed but " + sent.get(60, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return Objects.requireNonNull(e.getCause());
        }
    }

    /** Lets some octets through and the others once the message was handed over: what is aborted before never is. */
    private InputStream gated(InputStream in) {
        return new FilterInputStream(in) {
            private long count;

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (count > MIB / 4) {
                    try {
                        assertThat(handedOver.await(60, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                }
                int n = super.read(into, offset, length);
                count += n;
                return n;
            }
        };
    }

    private static byte[] random(int size) {
        byte[] octets = new byte[size];
        new Random(size).nextBytes(octets);
        return octets;
    }

    private static Message head() {
        return Message.builder()
                .durable(true)
                .subject("film")
                .annotation("x-opt-a", 1)
                .property("p", "v")
                .build();
    }

    /** Never ends, and counts what was read of it. */
    private static final class Endless extends InputStream {
        final AtomicLong count = new AtomicLong();

        @Override
        public int read() {
            count.incrementAndGet();
            return 1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            count.addAndGet(length);
            return length;
        }

        @Override
        public int available() {
            return Integer.MAX_VALUE;
        }
    }

    /** Breaks after some octets. */
    private static InputStream breakingAfter(int size, IOException error) {
        return new FilterInputStream(new ByteArrayInputStream(new byte[size])) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int n = super.read(into, offset, length);
                if (n < 0) {
                    throw error;
                }
                return n;
            }
        };
    }

    @Test
    void bodyArrivesBehindItsHead() throws Exception {
        Sender sender = streamingPair();
        byte[] body = random(3 * MIB + 17);

        CompletableFuture<SendOutcome> sent = inBackground(() -> sender.stream(head(), new ByteArrayInputStream(body)));

        Delivery delivery = next();
        Message message = delivery.message();
        assertThat(message.durable()).isTrue();
        assertThat(message.subject()).isEqualTo("film");
        assertThat(message.annotation("x-opt-a")).isEqualTo(1);
        assertThat(message.property("p")).isEqualTo("v");
        assertThat(message.bodyType()).isEqualTo(BodyType.NONE);
        assertThat(delivery.bodyStream().readAllBytes()).isEqualTo(body);
        assertThat(sent).isNotDone();
        delivery.accept();
        assertThat(outcomeOf(sent)).isEqualTo(SendOutcome.ACCEPTED);
    }

    @Test
    void filePassesFromDiskToDisk(@TempDir Path directory) throws Exception {
        BlockingQueue<Sender> senders = new LinkedBlockingQueue<>();
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .handler(new MessagingHandler() {
                    @Override
                    public void onSenderOpened(Sender sender) {
                        senders.add(sender);
                    }
                })
                .linkAcceptor(LinkAcceptor.ALL));
        Connection connection = client.connect(listener.uri());
        Path film = Files.write(directory.resolve("film"), random(MIB));
        Path copy = directory.resolve("copy");
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
            try {
                Sender sender = Objects.requireNonNull(senders.poll(60, TimeUnit.SECONDS));
                sender.stream(Message.builder().subject("film").build(), StreamSource.of(film))
                        .orThrow();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        Receiver receiver = connection.openReceiver(ReceiverOptions.of("films").streaming(true));
        Delivery delivery = receiver.receive();
        try (InputStream in = delivery.bodyStream()) {
            Files.copy(in, copy);
        }
        delivery.accept();

        sent.get(60, TimeUnit.SECONDS);
        assertThat(copy).hasSameBinaryContentAs(film);
    }

    @Test
    void footerFollowsTheBody() throws Exception {
        Sender sender = streamingPair();
        Message head = Message.builder().footer(Map.of(Symbol.of("x-sum"), 7)).build();

        CompletableFuture<SendOutcome> sent =
                inBackground(() -> sender.stream(head, new ByteArrayInputStream(random(200_000))));

        Delivery delivery = next();
        assertThat(delivery.bodyStream().readAllBytes()).isEqualTo(random(200_000));
        assertThat(delivery.message().footer()).containsEntry(Symbol.of("x-sum"), 7);
        delivery.accept();
        assertThat(outcomeOf(sent).isAccepted()).isTrue();
    }

    @Test
    void emptyBodyIsAnEmptySection() throws Exception {
        Listener listener = listen(ReceiverOptions.of("").handler(new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                deliveries.add(delivery);
            }
        }));
        Sender sender = sender(listener.port());

        assertThat(sender.stream(head(), InputStream.nullInputStream()).isAccepted())
                .isTrue();
        assertThat(sender.stream(head(), InputStream.nullInputStream(), 0).isAccepted())
                .isTrue();

        for (int i = 0; i < 2; i++) {
            Message message = next().message();
            assertThat(message.bodyAsBytes()).isEmpty();
            assertThat(message.bodySections()).hasSize(1).first().isInstanceOf(Data.class);
        }
    }

    @Test
    void bodyOfKnownLengthIsOneSection() throws Exception {
        Listener listener = listen(ReceiverOptions.of("").handler(new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                deliveries.add(delivery);
            }
        }));
        Sender sender = sender(listener.port());
        byte[] body = random(300_000);

        assertThat(sender.stream(head(), new ByteArrayInputStream(body), body.length)
                        .isAccepted())
                .isTrue();
        assertThat(sender.stream(head(), new ByteArrayInputStream(body)).isAccepted())
                .isTrue();

        Message known = next().message();
        assertThat(known.bodySections()).hasSize(1);
        assertThat(known.bodyAsBytes()).isEqualTo(body);
        Message unknown = next().message();
        assertThat(unknown.bodySections()).hasSizeGreaterThan(1);
        assertThat(unknown.bodyAsBytes()).isEqualTo(body);
    }

    @Test
    void headWithABodyIsRefused() {
        Sender sender = streamingPair();

        assertThatThrownBy(() -> sender.stream(Message.of("text"), new ByteArrayInputStream(new byte[1])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sender.streamAsync(Message.of("text"), new SubmissionPublisher<>()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void brokenBodyAbortsTheMessageAndTheLinkGoesOn() throws Exception {
        Sender sender = streamingPair();
        IOException broken = new IOException("disk on fire");

        CompletableFuture<SendOutcome> sent =
                inBackground(() -> sender.stream(head(), gated(breakingAfter(MIB, broken))));

        Delivery aborted = next();
        assertThatThrownBy(() -> aborted.bodyStream().readAllBytes())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("aborted");
        assertThat(failureOf(sent)).isSameAs(broken);
        assertThat(aborted.isSettled()).isTrue();
        CompletableFuture<SendOutcome> second =
                inBackground(() -> sender.stream(head(), new ByteArrayInputStream(new byte[] {1, 2})));
        Delivery delivery = next();
        assertThat(delivery.bodyStream().readAllBytes()).containsExactly(1, 2);
        delivery.accept();
        assertThat(outcomeOf(second).isAccepted()).isTrue();
        await().atMost(SOON).until(() -> sender.unsettled() == 0);
    }

    @Test
    void bodyThatEndsBeforeItsLengthAbortsTheMessage() throws Exception {
        Sender sender = streamingPair();

        CompletableFuture<SendOutcome> sent =
                inBackground(() -> sender.stream(head(), gated(new ByteArrayInputStream(new byte[MIB])), 2 * MIB));

        Delivery aborted = next();
        assertThatThrownBy(() -> aborted.bodyStream().readAllBytes()).hasMessageContaining("aborted");
        assertThat(failureOf(sent)).isInstanceOf(EOFException.class).hasMessageContaining("1048576 of 2097152");
    }

    @Test
    void knownLengthBeyondTheLimitIsRefusedBeforeAnythingIsSent() throws Exception {
        Sender sender = sender(listen(handing().maxMessageSize(MIB)).port());
        Endless endless = new Endless();

        assertThatThrownBy(() -> sender.stream(head(), endless, 2 * MIB))
                .isInstanceOfSatisfying(DeliveryFailedException.class, e -> assertThat(e.condition())
                        .isNotNull()
                        .satisfies(said -> assertThat(said.condition()).isEqualTo(LinkError.MESSAGE_SIZE_EXCEEDED)));

        assertThat(deliveries).isEmpty();
        CompletableFuture<SendOutcome> small =
                inBackground(() -> sender.stream(head(), new ByteArrayInputStream(new byte[1]), 1));
        next().accept();
        assertThat(outcomeOf(small).isAccepted()).isTrue();
    }

    @Test
    void unknownLengthIsAbortedAsSoonAsItExceedsTheLimit() throws Exception {
        Sender sender = sender(listen(handing().maxMessageSize(MIB)).port());

        CompletableFuture<SendOutcome> sent = inBackground(() -> sender.stream(head(), gated(new Endless())));

        Delivery aborted = next();
        assertThatThrownBy(() -> aborted.bodyStream().readAllBytes()).hasMessageContaining("aborted");
        assertThat(failureOf(sent)).isInstanceOf(DeliveryFailedException.class).hasMessageContaining("at most 1048576");
        assertThat(sender.state()).isEqualTo(LifecycleState.OPEN);
    }

    @Test
    void slowReaderStopsTheSender() throws Exception {
        Sender sender = streamingPair();
        Endless endless = new Endless();

        CompletableFuture<SendOutcome> sent = inBackground(() -> sender.stream(head(), endless));

        Delivery delivery = next();
        InputStream in = delivery.bodyStream();
        long read = 0;
        for (int i = 0; i < 24; i++) {
            read += in.readNBytes(2 * MIB).length;
            // the window, the parts that wait, and what the network holds
            assertThat(endless.count.get() - read).isLessThan(20 * MIB);
        }
        long sofar = read;
        await().during(Duration.ofMillis(200)).atMost(SOON).until(() -> endless.count.get() - sofar < 20 * MIB);
        delivery.reject(AmqpError.NOT_ALLOWED, "enough");
        assertThat(outcomeOf(sent).status()).isEqualTo(SendOutcome.Status.REJECTED);
        long atEnd = endless.count.get();
        await().during(Duration.ofMillis(200)).atMost(SOON).until(() -> endless.count.get() == atEnd);
        CompletableFuture<SendOutcome> following =
                inBackground(() -> sender.stream(head(), new ByteArrayInputStream(new byte[] {1})));
        Delivery small = next();
        assertThat(small.bodyStream().readAllBytes()).containsExactly(1);
        small.accept();
        assertThat(outcomeOf(following).isAccepted()).isTrue();
    }

    @Test
    void peerThatSendsMoreThanMayWaitLosesItsLink() throws Exception {
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .limits(PeerLimits.DEFAULT.maxBufferedBytes(MIB / 2))
                .linkAcceptor(request -> request.accept(handing())));
        Sender sender = sender(listener.port());

        CompletableFuture<SendOutcome> sent = inBackground(() -> sender.stream(head(), new Endless()));

        assertThat(failureOf(sent)).isInstanceOf(ConnectionLostException.class);
        await().atMost(SOON).until(() -> sender.state() == LifecycleState.CLOSED);
        assertThat(sender.error()).hasMessageContaining("maxBufferedBytes");
    }

    @Test
    void acceptedEarlyIsSentToItsEnd() throws Exception {
        Sender sender = streamingPair();
        InputStream body = new ByteArrayInputStream(new byte[5 * MIB]);

        CompletableFuture<SendOutcome> sent = inBackground(() -> sender.stream(head(), body));

        Delivery delivery = next();
        try (InputStream in = delivery.bodyStream()) {
            assertThat(in.read()).isZero();
        }
        assertThatThrownBy(() -> delivery.bodyStream().read()).isInstanceOf(IOException.class);
        delivery.accept();
        assertThat(outcomeOf(sent)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(body.available()).isZero();
    }

    @Test
    void readerLearnsOfALostConnectionAndSoDoesTheSender() throws Exception {
        Listener listener = listen(handing());
        try (FaultyLink link = FaultyLink.to(listener.port())) {
            Sender sender = sender(link.port());
            link.cutAfterUp(link.bytesUp() + MIB);

            InputStream cutWhenRead = new SequenceInputStream(
                    new ByteArrayInputStream(new byte[MIB / 2]), new Held(new Endless(), handedOver));
            CompletableFuture<SendOutcome> sent = inBackground(() -> sender.stream(head(), cutWhenRead));

            Delivery delivery = next();
            assertThatThrownBy(() -> delivery.bodyStream().readAllBytes())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("lost");
            assertThat(failureOf(sent))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("cannot be sent again");
        }
    }

    /** Gives what another stream has, but not before it may. */
    private static final class Held extends FilterInputStream {

        private final CountDownLatch until;

        Held(InputStream in, CountDownLatch until) {
            super(in);
            this.until = until;
        }

        @Override
        public int read() throws IOException {
            hold();
            return super.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            hold();
            return super.read(into, offset, length);
        }

        private void hold() throws IOException {
            try {
                if (!until.await(60, TimeUnit.SECONDS)) {
                    throw new IOException("held for too long");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }

    @Test
    void sourceThatOpensAgainIsSentAgain(@TempDir Path directory) throws Exception {
        byte[] body = random(4 * MIB);
        Path file = directory.resolve("body");
        Files.write(file, body);
        AtomicInteger opened = new AtomicInteger();
        Listener listener = listen(handing());
        try (FaultyLink link = FaultyLink.to(listener.port())) {
            Sender sender = client.connect(ConnectionOptions.of("amqp://127.0.0.1:" + link.port())
                            .reconnect(ReconnectOptions.DEFAULT.initialDelay(Duration.ofMillis(10))))
                    .awaitOpen(SOON)
                    .openSender("a")
                    .awaitOpen(SOON);
            CountDownLatch firstIsRead = new CountDownLatch(1);
            StreamSource source = new StreamSource() {
                @Override
                public InputStream open() throws IOException {
                    InputStream whole = StreamSource.of(file).open();
                    if (opened.incrementAndGet() > 1) {
                        return whole;
                    }
                    return new SequenceInputStream(
                            new ByteArrayInputStream(whole.readNBytes(MIB)), new Held(whole, firstIsRead));
                }

                @Override
                public long length() throws IOException {
                    return StreamSource.of(file).length();
                }
            };

            CompletableFuture<SendOutcome> sent = inBackground(() -> sender.stream(head(), source));

            Delivery first = next();
            link.cutAfterUp(1);
            firstIsRead.countDown();
            assertThatThrownBy(() -> first.bodyStream().readAllBytes()).isInstanceOf(IOException.class);
            link.heal();
            Delivery second = next();
            assertThat(second.bodyStream().readAllBytes()).isEqualTo(body);
            second.accept();
            assertThat(outcomeOf(sent).isAccepted()).isTrue();
            assertThat(opened).hasValue(2);
        }
    }

    @Test
    void publishedBodyArrives() throws Exception {
        Sender sender = streamingPair();
        byte[] body = random(MIB);
        SubmissionPublisher<ByteBuffer> publisher = new SubmissionPublisher<>(Runnable::run, 4);
        CompletableFuture<SendOutcome> sent = sender.streamAsync(head(), publisher);
        CompletableFuture<Void> published = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < body.length; i += 4096) {
                publisher.submit(ByteBuffer.wrap(body, i, 4096).slice());
            }
            publisher.close();
        });
        Delivery delivery = next();
        assertThat(delivery.message().subject()).isEqualTo("film");
        assertThat(delivery.bodyStream().readAllBytes()).isEqualTo(body);
        published.get(60, TimeUnit.SECONDS);
        delivery.accept();
        assertThat(outcomeOf(sent)).isEqualTo(SendOutcome.ACCEPTED);
    }

    @Test
    void publisherIsNotAskedForMoreThanTheReaderMakesRoomFor() throws Exception {
        Sender sender = streamingPair();
        AtomicLong asked = new AtomicLong();
        CompletableFuture<SendOutcome> sent = sender.streamAsync(
                head(),
                subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
                    @Override
                    public void request(long n) {
                        for (long i = 0; i < n; i++) {
                            asked.incrementAndGet();
                            subscriber.onNext(ByteBuffer.allocate(64 * 1024));
                        }
                    }

                    @Override
                    public void cancel() {
                        asked.set(-1_000_000);
                    }
                }));

        Delivery delivery = next();
        await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> asked.get() < 320);
        delivery.release();
        assertThat(outcomeOf(sent)).isEqualTo(SendOutcome.RELEASED);
        await().atMost(SOON).until(() -> asked.get() < 0);
    }

    @Test
    void failedPublisherAbortsTheMessage() throws Exception {
        Sender sender = streamingPair();
        SubmissionPublisher<ByteBuffer> publisher = new SubmissionPublisher<>(Runnable::run, 4);
        CompletableFuture<SendOutcome> sent = sender.streamAsync(head(), publisher);
        publisher.submit(ByteBuffer.allocate(1000));
        Delivery delivery = next();

        publisher.closeExceptionally(new IllegalStateException("no more film"));

        assertThatThrownBy(() -> delivery.bodyStream().readAllBytes()).hasMessageContaining("aborted");
        assertThat(failureOf(sent)).isInstanceOf(Amqp10Exception.class).hasRootCauseMessage("no more film");
    }

    @Test
    void cancelledOrTimedOutResultAbortsTheMessageAndTheLinkGoesOn() throws Exception {
        Sender sender = streamingPair();
        List<UnaryOperator<CompletableFuture<SendOutcome>>> endings = List.of(
                sent -> {
                    sent.cancel(true);
                    return sent;
                },
                sent -> sent.orTimeout(1, TimeUnit.MILLISECONDS));
        for (UnaryOperator<CompletableFuture<SendOutcome>> ending : endings) {
            SubmissionPublisher<ByteBuffer> publisher = new SubmissionPublisher<>(Runnable::run, 4);
            CompletableFuture<SendOutcome> sent = sender.streamAsync(head(), publisher);
            publisher.submit(ByteBuffer.allocate(1000));
            Delivery delivery = next();

            CompletableFuture<SendOutcome> ended = ending.apply(sent);

            await().atMost(SOON).until(ended::isCompletedExceptionally);
            assertThatThrownBy(() -> delivery.bodyStream().readAllBytes()).hasMessageContaining("aborted");
            await().atMost(SOON).until(() -> !publisher.hasSubscribers());
            CompletableFuture<SendOutcome> following = sender.sendAsync(Message.of("x"));
            next().accept();
            assertThat(outcomeOf(following)).isEqualTo(SendOutcome.ACCEPTED);
        }
    }

    @Test
    void resultThatIsCancelledBeforeThePublisherBeginsSendsNothing() throws Exception {
        Sender sender = streamingPair();
        SubmissionPublisher<ByteBuffer> publisher = new SubmissionPublisher<>(Runnable::run, 4);
        sender.streamAsync(head(), publisher).cancel(true);

        publisher.submit(ByteBuffer.allocate(1000));
        publisher.close();
        CompletableFuture<SendOutcome> following = sender.sendAsync(Message.of("x"));

        Delivery only = next();
        assertThat(only.message().body()).isEqualTo("x");
        only.accept();
        assertThat(outcomeOf(following)).isEqualTo(SendOutcome.ACCEPTED);
    }

    @Test
    void handlerMayWaitForAMessageFromAPublisher() {
        Listener listener = listen(ReceiverOptions.of(""));
        CompletableFuture<SendOutcome> done = new CompletableFuture<>();
        MessagingHandler handler = new MessagingHandler() {
            @Override
            public void onSenderOpened(Sender sender) {
                try {
                    SubmissionPublisher<ByteBuffer> publisher = new SubmissionPublisher<>();
                    CompletableFuture<SendOutcome> sent = sender.streamAsync(head(), publisher);
                    for (int i = 0; i < 50; i++) {
                        publisher.submit(ByteBuffer.allocate(1000));
                    }
                    publisher.close();
                    done.complete(sent.join());
                } catch (RuntimeException e) {
                    done.completeExceptionally(e);
                }
            }
        };
        client.connect(ConnectionOptions.of(listener.uri()).handler(handler)).openSender("a");

        assertThat(done).succeedsWithin(SOON).isEqualTo(SendOutcome.ACCEPTED);
    }

    @Test
    void settledMessagesThatArePulledMakeRoomWhenTheyAreAcceptedUnread() throws Exception {
        int count = 200;
        // without a handler of the listener's, so that they can be pulled
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0").linkAcceptor(request -> {
            request.accept(ReceiverOptions.of("")
                    .streaming(true)
                    .guarantee(DeliveryGuarantee.AT_MOST_ONCE)
                    .creditWindow(10));
        }));
        Sender sender = client.connect(ConnectionOptions.of(listener.uri()))
                .openSender(SenderOptions.of("a").guarantee(DeliveryGuarantee.AT_MOST_ONCE));
        sender.awaitOpen(SOON);
        for (int i = 0; i < count; i++) {
            sender.send(Message.of(i));
        }
        Receiver receiver = (Receiver) server.connections().get(0).links().get(0);

        for (int i = 0; i < count; i++) {
            Delivery delivery = receiver.receive(SOON);
            assertThat(delivery).as("message %d", i).isNotNull();
            delivery.accept();
        }
    }

    @Test
    void otherBodiesAreReadWhole() throws Exception {
        Sender sender = streamingPair();

        sender.send(Message.of("text"));
        sender.send(Message.builder().body(Map.of("a", 1)).build());

        Delivery text = next();
        assertThat(text.message().body()).isEqualTo("text");
        assertThat(text.message().bodySections()).first().isInstanceOf(AmqpValue.class);
        assertThatThrownBy(() -> text.bodyStream().read())
                .isInstanceOf(IOException.class)
                .hasCauseInstanceOf(MessageFormatException.class);
        text.accept();
        Delivery map = next();
        assertThat(map.message().body()).isEqualTo(Map.of("a", 1));
        map.accept();
    }

    @Test
    void handlerReadsOnItsThreadAndTheMessageIsAcceptedWhenItReturns() throws Exception {
        byte[] body = random(5 * MIB);
        CompletableFuture<byte[]> read = new CompletableFuture<>();
        Listener listener = listen(ReceiverOptions.of("").streaming(true).handler(new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                try (InputStream in = delivery.bodyStream()) {
                    read.complete(in.readAllBytes());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }));

        SendOutcome outcome = sender(listener.port()).stream(head(), new ByteArrayInputStream(body));

        assertThat(outcome).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(Arrays.equals(read.get(), body)).isTrue();
    }

    @Test
    void unreadStreamHoldsUpNoOtherLinkOfTheConnection() throws Exception {
        BlockingQueue<Sender> senders = new LinkedBlockingQueue<>();
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .handler(new MessagingHandler() {
                    @Override
                    public void onSenderOpened(Sender sender) {
                        senders.add(sender);
                    }
                })
                .linkAcceptor(LinkAcceptor.ALL));
        Connection connection = client.connect(
                        ConnectionOptions.of(listener.uri()).closeTimeout(Duration.ofMillis(200)))
                .awaitOpen(SOON);
        Receiver streaming = connection
                .openReceiver(ReceiverOptions.of("big").streaming(true))
                .awaitOpen(SOON);
        Sender big = senders.poll(60, TimeUnit.SECONDS);
        Receiver ordinary = connection.openReceiver("small").awaitOpen(SOON);
        Sender small = senders.poll(60, TimeUnit.SECONDS);
        assertThat(big).isNotNull();
        assertThat(small).isNotNull();
        Endless endless = new Endless();
        CompletableFuture<SendOutcome> sent = inBackground(() -> big.stream(head(), endless));
        Delivery stuck = streaming.receive(SOON);
        assertThat(stuck).isNotNull();
        await().atMost(SOON).until(() -> endless.count.get() > 2 * MIB);

        for (int i = 0; i < 100; i++) {
            small.send(Message.of(new byte[1000]));
            Delivery delivery = ordinary.receive(SOON);
            assertThat(delivery).isNotNull();
            delivery.accept();
        }

        stuck.release();
        assertThat(outcomeOf(sent)).isEqualTo(SendOutcome.RELEASED);
        Session session = streaming.session();
        assertThat(session).isNotSameAs(ordinary.session());
        streaming.close();
        await().atMost(SOON).until(() -> session.state() == LifecycleState.CLOSED);
    }

    @Test
    void bodyStreamOfAnOrdinaryReceiverReadsItsMessage() throws Exception {
        Listener listener = listen(ReceiverOptions.of("").handler(new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                deliveries.add(delivery);
            }
        }));
        sender(listener.port()).send(Message.of(new byte[] {1, 2, 3}));

        assertThat(next().bodyStream().readAllBytes()).containsExactly(1, 2, 3);
    }

    @Test
    void limitOfTheMessageSizeIsForMessagesInMemory() {
        assertThat(ReceiverOptions.of("a").maxMessageSize()).isEqualTo(ReceiverOptions.DEFAULT_MAX_MESSAGE_SIZE);
        assertThat(ReceiverOptions.of("a").streaming(true).maxMessageSize()).isZero();
        assertThat(ReceiverOptions.of("a").maxMessageSize(5).streaming(true).maxMessageSize())
                .isEqualTo(5);
    }

    // --- bodies written to a channel

    @Test
    void bodyIsWrittenToAChannelWhileItArrives(@TempDir Path directory) throws Exception {
        Sender sender = streamingPair();
        byte[] body = random(5 * MIB + 17);
        Path file = directory.resolve("film");
        CompletableFuture<SendOutcome> sent = inBackground(() -> sender.stream(head(), new ByteArrayInputStream(body)));
        Delivery delivery = next();
        byte[] first = delivery.bodyStream().readNBytes(100);
        long written;
        try (FileChannel target = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            written = delivery.transferBodyTo(target);
            assertThat(delivery.transferBodyTo(target)).as("again").isZero();
        }
        delivery.accept();

        assertThat(first).isEqualTo(Arrays.copyOf(body, 100));
        assertThat(written).isEqualTo(body.length - 100);
        assertThat(Arrays.equals(Files.readAllBytes(file), Arrays.copyOfRange(body, 100, body.length)))
                .isTrue();
        assertThat(outcomeOf(sent)).isEqualTo(SendOutcome.ACCEPTED);
    }

    @Test
    void otherBodiesAndWholeMessagesAreWrittenToAChannelToo() throws Exception {
        BlockingQueue<Delivery> whole = new LinkedBlockingQueue<>();
        Sender plain = sender(listen(ReceiverOptions.of("").autoAccept(false).handler(new MessagingHandler() {
                    @Override
                    public void onMessage(Delivery delivery) {
                        whole.add(delivery);
                    }
                }))
                .port());
        byte[] octets = random(100_000);
        plain.send(Message.of(octets));
        Message value = Message.builder()
                .bodySections(List.of(new AmqpValue(Binary.wrap(octets))))
                .build();
        streamingPair().send(value);

        for (Delivery delivery : List.of(Objects.requireNonNull(whole.poll(60, TimeUnit.SECONDS)), next())) {
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            assertThat(delivery.transferBodyTo(Channels.newChannel(written))).isEqualTo(octets.length);
            assertThat(written.toByteArray()).isEqualTo(octets);
            delivery.accept();
        }
    }

    @Test
    void channelThatFailsLeavesTheOutcomeToTheReader(@TempDir Path directory) throws Exception {
        Sender sender = streamingPair();
        CompletableFuture<SendOutcome> sent =
                inBackground(() -> sender.stream(head(), new ByteArrayInputStream(random(5 * MIB))));
        Delivery delivery = next();
        Path file = Files.createFile(directory.resolve("film"));
        try (FileChannel target = FileChannel.open(file, StandardOpenOption.READ)) {
            assertThatThrownBy(() -> delivery.transferBodyTo(target)).isInstanceOf(NonWritableChannelException.class);
        }
        assertThatThrownBy(() -> delivery.bodyStream().read()).isInstanceOf(IOException.class);
        delivery.release();

        assertThat(outcomeOf(sent)).isEqualTo(SendOutcome.RELEASED);
    }

    @Test
    void channelThatFailsWithTheLastOctetsDoesNotMakeAMalformedMessage() throws Exception {
        CompletableFuture<SendOutcome> sent = streamingPair().sendAsync(Message.of(random(100)));
        Delivery delivery = next();
        WritableByteChannel closed = Channels.newChannel(OutputStream.nullOutputStream());
        closed.close();
        assertThatThrownBy(() -> delivery.transferBodyTo(closed)).isInstanceOf(ClosedChannelException.class);

        assertThatThrownBy(() -> delivery.bodyStream().read())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("dropped");
        delivery.release();
        assertThat(outcomeOf(sent)).isEqualTo(SendOutcome.RELEASED);
    }

    @Test
    void bodyInMemoryOutlivesAChannelThatFails() throws Exception {
        byte[] octets = random(100);
        Sender sender = streamingPair();
        CompletableFuture<SendOutcome> sent = sender.sendAsync(Message.builder()
                .bodySections(List.of(new AmqpValue(Binary.wrap(octets))))
                .build());
        Delivery delivery = next();
        WritableByteChannel closed = Channels.newChannel(OutputStream.nullOutputStream());
        closed.close();
        assertThatThrownBy(() -> delivery.transferBodyTo(closed)).isInstanceOf(ClosedChannelException.class);

        assertThat(delivery.bodyStream().readAllBytes()).isEqualTo(octets);
        delivery.accept();
        assertThat(outcomeOf(sent)).isEqualTo(SendOutcome.ACCEPTED);
    }

    @Test
    void channelThatDoesNotBlockIsRefused() throws Exception {
        Sender sender = streamingPair();
        CompletableFuture<SendOutcome> sent =
                inBackground(() -> sender.stream(head(), new ByteArrayInputStream(random(MIB))));
        Delivery delivery = next();
        try (Pipe.SinkChannel target = Pipe.open().sink()) {
            target.configureBlocking(false);
            assertThatThrownBy(() -> delivery.transferBodyTo(target)).isInstanceOf(IllegalBlockingModeException.class);
        }
        assertThat(delivery.bodyStream().readAllBytes()).hasSize(MIB);
        delivery.accept();

        assertThat(outcomeOf(sent)).isEqualTo(SendOutcome.ACCEPTED);
    }

    @Test
    void lostConnectionEndsTheWritingToAChannel() throws Exception {
        Sender sender = streamingPair();
        CompletableFuture<SendOutcome> sent = inBackground(() -> sender.stream(head(), new Endless()));
        Delivery delivery = next();
        WritableByteChannel target = Channels.newChannel(OutputStream.nullOutputStream());
        CompletableFuture<SendOutcome> transferred = inBackground(() -> {
            delivery.transferBodyTo(target);
            return SendOutcome.ACCEPTED;
        });
        client.close();

        assertThat(failureOf(transferred)).isInstanceOf(IOException.class);
        assertThat(failureOf(sent)).isInstanceOf(Amqp10Exception.class);
    }
}
