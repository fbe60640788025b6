package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.testkit.FaultyLink;
import io.amqp10.testkit.FreePorts;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The API between two containers without a broker: what each call promises, seen from both ends. */
@Timeout(600)
class DirectMessagingTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(50);

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

    private Connection connectTo(MessagingHandler handler, LinkAcceptor acceptor) {
        // Some tests leave messages without credit behind; closing need not wait long for them.
        return connectTo(handler, acceptor, Duration.ofMillis(200));
    }

    private Connection connectTo(MessagingHandler handler, LinkAcceptor acceptor, Duration closeTimeout) {
        Listener listener = server.listen(
                ListenOptions.of("amqp://127.0.0.1:0").handler(handler).linkAcceptor(acceptor));
        return client.connect(ConnectionOptions.of(listener.uri()).closeTimeout(closeTimeout))
                .awaitOpen(SOON);
    }

    private Connection connectTo(Consumer<Delivery> onMessage) {
        return connectTo(onEach(onMessage), LinkAcceptor.ALL);
    }

    private static MessagingHandler onEach(Consumer<Delivery> action) {
        return new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                action.accept(delivery);
            }
        };
    }

    /** Lets peers send, but grants no credit by itself; the receiver comes out of the queue. */
    private static LinkAcceptor withoutCredit(BlockingQueue<Receiver> receivers, MessagingHandler handler) {
        return request -> request.accept(ReceiverOptions.of("").creditWindow(0).handler(new MessagingHandler() {
            @Override
            public void onReceiverOpened(Receiver receiver) {
                receivers.add(receiver);
            }

            @Override
            public void onMessage(Delivery delivery) {
                handler.onMessage(delivery);
            }
        }));
    }

    private static Receiver take(BlockingQueue<Receiver> receivers) throws InterruptedException {
        Receiver receiver = receivers.poll(60, TimeUnit.SECONDS);
        assertThat(receiver).isNotNull();
        return receiver;
    }

    @Test
    void acceptedWhenTheHandlerReturned() {
        List<Object> bodies = new ArrayList<>();
        Connection connection =
                connectTo(delivery -> bodies.add(delivery.message().body()));

        SendOutcome outcome =
                connection.openSender("a").send(Message.of("hello")).await(SOON);

        assertThat(outcome).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(bodies).containsExactly("hello");
    }

    @Test
    void outcomesOfTheHandlerReachTheSenderWithTheirWords() {
        Connection connection = connectTo(delivery -> {
            switch (String.valueOf(delivery.message().body())) {
                case "reject" -> delivery.reject(AmqpError.INVALID_FIELD, "no such thing");
                case "release" -> delivery.release();
                case "modify" -> delivery.modify(true, true, Map.of(Symbol.of("x-opt-why"), "tired"));
                default -> delivery.accept();
            }
        });
        Sender sender = connection.openSender("a");

        SendOutcome rejected = sender.send(Message.of("reject")).await(SOON);
        assertThat(rejected.status()).isEqualTo(SendOutcome.Status.REJECTED);
        assertThat(rejected.error()).isEqualTo(ErrorCondition.of(AmqpError.INVALID_FIELD, "no such thing"));
        assertThatThrownBy(rejected::orThrow)
                .isInstanceOf(DeliveryFailedException.class)
                .hasMessageContaining("amqp:invalid-field")
                .hasMessageContaining("no such thing");
        assertThat(sender.send(Message.of("release")).await(SOON)).isEqualTo(SendOutcome.RELEASED);
        SendOutcome modified = sender.send(Message.of("modify")).await(SOON);
        assertThat(modified.status()).isEqualTo(SendOutcome.Status.MODIFIED);
        assertThat(modified.undeliverableHere()).isTrue();
        assertThat(modified.annotations()).containsEntry(Symbol.of("x-opt-why"), "tired");
    }

    @Test
    void handlerThatThrowsGivesTheMessageBackAsFailed() {
        AtomicInteger calls = new AtomicInteger();
        Connection connection = connectTo(delivery -> {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("on purpose");
            }
        });
        Sender sender = connection.openSender("a");

        assertThat(sender.send(Message.of("1")).await(SOON).status()).isEqualTo(SendOutcome.Status.MODIFIED);
        assertThat(sender.send(Message.of("2")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
    }

    @Test
    void atMostOnceIsUnconfirmedAndArrives() throws Exception {
        BlockingQueue<Boolean> settled = new LinkedBlockingQueue<>();
        Connection connection = connectTo(delivery -> settled.add(delivery.isSettled()));

        Sender sender = connection.openSender(SenderOptions.of("a").guarantee(DeliveryGuarantee.AT_MOST_ONCE));
        assertThat(sender.send(Message.of("x")).await(SOON)).isEqualTo(SendOutcome.UNCONFIRMED);

        assertThat(settled.poll(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void connectionClosedInTheHandlerStillAcceptsTheMessage() {
        Connection connection = connectTo(delivery -> delivery.connection().close());

        Tracker tracker = connection.openSender("a").send(Message.of("last"));

        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        await().atMost(SOON).until(() -> connection.state() == LifecycleState.CLOSED);
    }

    @Test
    void withoutCreditSendWaitsInTheQueueThenTimesOutAndTrySendSaysSo() throws Exception {
        BlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();
        Connection connection = connectTo(onEach(d -> {}), withoutCredit(receivers, onEach(Delivery::accept)));
        Sender sender =
                connection.openSender(SenderOptions.of("a").maxQueued(2)).awaitOpen(SOON);
        Receiver receiver = take(receivers);

        assertThat(sender.trySend(Message.of("no"))).isNull();
        Tracker first = sender.send(Message.of("1"));
        Tracker second = sender.send(Message.of("2"));
        assertThat(sender.queued()).isEqualTo(2);
        assertThatThrownBy(() -> sender.send(Message.of("3"), SHORT))
                .isInstanceOf(TimedOutException.class)
                .hasMessageContaining("'a'")
                .hasMessageContaining("credit");
        assertThatThrownBy(() -> first.await(SHORT)).isInstanceOf(TimedOutException.class);

        receiver.addCredit(2);
        assertThat(first.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(second.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(sender.queued()).isZero();
    }

    @Test
    void senderThatRefusesThrowsAtOnceWithoutRoom() {
        BlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();
        Connection connection = connectTo(onEach(d -> {}), withoutCredit(receivers, onEach(Delivery::accept)));
        Sender sender = connection.openSender(SenderOptions.of("a").maxQueued(1).backPressure(BackPressure.REFUSE));

        sender.send(Message.of("1"));
        assertThatThrownBy(() -> sender.send(Message.of("2"))).isInstanceOf(NoCreditException.class);
        assertThat(sender.sendAsync(Message.of("3")))
                .failsWithin(SOON)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(NoCreditException.class);
    }

    @Test
    void threadThatWaitsForRoomGoesOnWhenCreditComes() throws Exception {
        BlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();
        Connection connection = connectTo(onEach(d -> {}), withoutCredit(receivers, onEach(Delivery::accept)));
        Sender sender = connection.openSender(SenderOptions.of("a").maxQueued(1));
        Receiver receiver = take(receivers);

        sender.send(Message.of("1"));
        CompletableFuture<SendOutcome> waiting =
                CompletableFuture.supplyAsync(() -> sender.send(Message.of("2")).await(SOON));
        assertThat(waiting).isNotDone();
        receiver.addCredit(2);

        assertThat(waiting).succeedsWithin(SOON).isEqualTo(SendOutcome.ACCEPTED);
    }

    @Test
    void drainGivesCreditBackAndCompletes() throws Exception {
        BlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();
        Connection connection = connectTo(onEach(d -> {}), withoutCredit(receivers, onEach(Delivery::accept)));
        Sender sender = connection.openSender("a");
        Receiver receiver = take(receivers);
        receiver.addCredit(10);
        await().atMost(SOON).until(() -> sender.credit() == 10);

        assertThat(receiver.drain()).succeedsWithin(SOON);

        assertThat(receiver.credit()).isZero();
        await().atMost(SOON).until(() -> sender.credit() == 0);
    }

    @Test
    void drainOfALinkThatIsNotOpenYetWaitsForIt() {
        AtomicInteger drains = new AtomicInteger();
        Connection connection = connectTo(
                new MessagingHandler() {
                    @Override
                    public void onDrain(Sender sender) {
                        drains.incrementAndGet();
                        sender.send(Message.of("last"));
                        sender.drained();
                    }
                },
                LinkAcceptor.ALL);
        Receiver receiver = connection.openReceiver(ReceiverOptions.of("a").creditWindow(0));
        receiver.addCredit(10);

        assertThat(receiver.drain()).succeedsWithin(SOON);

        assertThat(drains).hasValue(1);
        assertThat(receiver.credit()).isZero();
        assertThat(Objects.requireNonNull(receiver.receive(Duration.ZERO))
                        .message()
                        .body())
                .isEqualTo("last");
    }

    @Test
    void drainOutlivesAnAttachThatWasCutShort() throws IOException {
        AtomicReference<FaultyLink> network = new AtomicReference<>();
        AtomicInteger attaches = new AtomicInteger();
        AtomicInteger drains = new AtomicInteger();
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .handler(new MessagingHandler() {
                    @Override
                    public void onDrain(Sender sender) {
                        drains.incrementAndGet();
                        sender.drained();
                    }
                })
                .linkAcceptor(request -> {
                    if (attaches.incrementAndGet() == 1) {
                        Objects.requireNonNull(network.get()).cut();
                    }
                    request.accept();
                }));
        try (FaultyLink link = FaultyLink.to(listener.port())) {
            network.set(link);
            Receiver receiver = client.connect(ConnectionOptions.of("amqp://127.0.0.1:" + link.port())
                            .reconnect(ReconnectOptions.DEFAULT.initialDelay(Duration.ofMillis(10))))
                    .openReceiver(ReceiverOptions.of("a").creditWindow(0));
            receiver.addCredit(10);

            assertThat(receiver.drain()).succeedsWithin(SOON);

            assertThat(attaches).hasValue(2);
            assertThat(drains).hasValue(1);
            assertThat(receiver.credit()).isZero();
        }
    }

    @Test
    void drainFailsIfThePeerClosesTheConnectionInsteadOfAnAnswer() {
        Connection connection = connectTo(
                new MessagingHandler() {
                    @Override
                    public void onDrain(Sender sender) {
                        sender.connection().closeAsync();
                    }
                },
                LinkAcceptor.ALL);
        Receiver receiver =
                connection.openReceiver(ReceiverOptions.of("a").creditWindow(0)).awaitOpen(SOON);
        receiver.addCredit(10);

        assertThat(List.of(receiver.drain(), receiver.drain())).allSatisfy(drained -> assertThat(drained)
                .failsWithin(SOON)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(Amqp10Exception.class));
        receiver.close();
        assertThat(receiver.drain())
                .failsWithin(SOON)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(ClosedException.class);
    }

    @Test
    void slowHandlerStopsTheSenderAtTheCreditWindow() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        AtomicInteger handled = new AtomicInteger();
        MessagingHandler slow = onEach(delivery -> {
            try {
                hold.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            handled.incrementAndGet();
        });
        Connection connection = connectTo(
                onEach(d -> {}),
                request ->
                        request.accept(ReceiverOptions.of("").creditWindow(10).handler(slow)));
        Sender sender = connection.openSender("a");

        List<Tracker> trackers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            trackers.add(sender.send(Message.of(i)));
        }
        await().atMost(SOON).until(() -> sender.unsettled() == 10);
        await().until(() -> sender.queued() == 20);
        hold.countDown();

        for (Tracker tracker : trackers) {
            assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        }
        assertThat(handled).hasValue(30);
    }

    @Test
    void handlerMayBlockOnTheSameConnection() throws Exception {
        CompletableFuture<String> done = new CompletableFuture<>();
        Listener listener = server.listen("amqp://127.0.0.1:0", onEach(Delivery::accept));
        client.connect(ConnectionOptions.of(listener.uri()).handler(new MessagingHandler() {
            @Override
            public void onConnectionOpened(Connection connection) {
                Sender sender = connection.openSender("a").awaitOpen(SOON);
                done.complete(
                        sender.send(Message.of("from the handler")).await(SOON).toString());
            }
        }));

        assertThat(done).succeedsWithin(SOON).isEqualTo("accepted");
    }

    @Test
    void futuresNeverRunOnIoThreads() throws Exception {
        Connection connection = connectTo(Delivery::accept);
        Sender sender = connection.openSender("a");

        String thread = sender.sendAsync(Message.of("x"))
                .thenApply(outcome -> Thread.currentThread().getName())
                .get(60, TimeUnit.SECONDS);
        String openedOn = sender.opened()
                .thenApply(opened -> Thread.currentThread().getName())
                .get(60, TimeUnit.SECONDS);

        assertThat(List.of(thread, openedOn)).noneMatch(name -> name.startsWith("amqp10-io"));
    }

    @Test
    void pulledDeliveriesAreSettledByTheCaller() throws Exception {
        CompletableFuture<Sender> toClient = new CompletableFuture<>();
        MessagingHandler handler = new MessagingHandler() {
            @Override
            public void onSenderOpened(Sender sender) {
                toClient.complete(sender);
            }
        };
        Connection connection = connectTo(handler, LinkAcceptor.ALL);
        Receiver receiver = connection.openReceiver("news");
        Sender sender = toClient.get(60, TimeUnit.SECONDS);

        assertThat(receiver.receive(Duration.ZERO)).isNull();
        Tracker tracker = sender.send(Message.of("extra"));
        Delivery delivery = receiver.receive(SOON);
        assertThat(delivery).isNotNull();
        assertThat(delivery.message().body()).isEqualTo("extra");
        assertThat(tracker.outcome()).isNull();
        delivery.accept();
        delivery.reject(null);

        assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        Tracker second = sender.send(Message.of("async"));
        assertThat(receiver.receiveAsync().get(60, TimeUnit.SECONDS).message().body())
                .isEqualTo("async");
        assertThat(second.outcome()).isNull();
    }

    @Test
    void closedReceiverGivesBackWhatNobodyBeganWith() throws Exception {
        int count = 50;
        CompletableFuture<List<Tracker>> sent = new CompletableFuture<>();
        Connection connection = connectTo(
                new MessagingHandler() {
                    @Override
                    public void onSenderOpened(Sender sender) {
                        List<Tracker> trackers = new ArrayList<>();
                        for (int i = 0; i < count; i++) {
                            trackers.add(sender.send(Message.of(i)));
                        }
                        sent.complete(trackers);
                    }
                },
                LinkAcceptor.ALL,
                SOON);

        try (Receiver receiver = connection.openReceiver(ReceiverOptions.of("a").creditWindow(2 * count))) {
            Objects.requireNonNull(receiver.receive(SOON)).accept();
            sent.get(60, TimeUnit.SECONDS);
        }

        List<Tracker> trackers = sent.get(60, TimeUnit.SECONDS);
        assertThat(trackers.get(0).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        for (Tracker tracker : trackers.subList(1, count)) {
            assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.RELEASED);
        }
    }

    @Test
    void closedReceiverWithAHandlerGivesBackWhatItHadNotBegun() throws Exception {
        int count = 50;
        CompletableFuture<List<Tracker>> sent = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        Connection connection = connectTo(
                new MessagingHandler() {
                    @Override
                    public void onSenderOpened(Sender sender) {
                        List<Tracker> trackers = new ArrayList<>();
                        for (int i = 0; i < count; i++) {
                            trackers.add(sender.send(Message.of(i)));
                        }
                        sent.complete(trackers);
                    }
                },
                LinkAcceptor.ALL,
                SOON);
        Receiver receiver = connection.openReceiver(
                ReceiverOptions.of("a").autoAccept(false).handler(onEach(delivery -> {
                    calls.incrementAndGet();
                    begun.countDown();
                    try {
                        assertThat(go.await(60, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    delivery.accept();
                })));
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        List<Tracker> trackers = sent.get(60, TimeUnit.SECONDS);

        CompletableFuture<Void> closed = receiver.closeAsync();
        await().atMost(SOON).until(() -> receiver.state() == LifecycleState.CLOSING);
        go.countDown();
        closed.get(60, TimeUnit.SECONDS);

        assertThat(trackers.get(0).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        for (Tracker tracker : trackers.subList(1, count)) {
            assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.RELEASED);
        }
        assertThat(calls).hasValue(1);
    }

    @Test
    void clientThatLeavesSaslOutIsAnonymousWhereThatIsAllowed() throws Exception {
        byte[] amqp = {'A', 'M', 'Q', 'P', 0, 1, 0, 0};
        byte[] sasl = {'A', 'M', 'Q', 'P', 3, 1, 0, 0};
        assertThat(answerTo(amqp, ListenOptions.of("127.0.0.1:0"))).isEqualTo(amqp);
        assertThat(answerTo(sasl, ListenOptions.of("127.0.0.1:0"))).isEqualTo(sasl);
        assertThat(answerTo(amqp, ListenOptions.of("127.0.0.1:0").users(Map.of("alice", "secret"))))
                .isEqualTo(sasl);
    }

    private byte[] answerTo(byte[] header, ListenOptions options) throws IOException {
        try (Listener listener = server.listen(options);
                Socket socket = new Socket("127.0.0.1", listener.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(header);
            return socket.getInputStream().readNBytes(8);
        }
    }

    @Test
    void interruptedReceiveThrowsAndKeepsTheFlag() throws Exception {
        Connection connection = connectTo(onEach(d -> {}), LinkAcceptor.ALL);
        Receiver receiver = connection.openReceiver("empty").awaitOpen(SOON);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread waiting = new Thread(() -> {
            try {
                receiver.receive();
            } catch (Amqp10Exception e) {
                thrown.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        waiting.start();

        waiting.interrupt();
        waiting.join(60_000);

        assertThat(thrown.get()).hasMessageContaining("interrupted");
        assertThat(flag.get()).isTrue();
    }

    @Test
    void dynamicNodeGetsAnAddressAndCanBeAnswered() throws Exception {
        Map<String, Sender> byAddress = new ConcurrentHashMap<>();
        MessagingHandler answering = new MessagingHandler() {
            @Override
            public void onSenderOpened(Sender sender) {
                byAddress.put(String.valueOf(sender.address()), sender);
            }

            @Override
            public void onMessage(Delivery delivery) {
                Message request = delivery.message();
                Objects.requireNonNull(byAddress.get(String.valueOf(request.replyTo())))
                        .send(Message.builder()
                                .body("re: " + request.body())
                                .correlationId(request.messageId())
                                .build());
            }
        };
        Connection connection = connectTo(answering, LinkAcceptor.ALL);
        Receiver replies =
                connection.openReceiver(ReceiverOptions.dynamicNode()).awaitOpen(SOON);
        assertThat(replies.address()).isNotBlank();

        connection
                .openSender("service")
                .send(Message.builder()
                        .body("question")
                        .messageId("id-1")
                        .replyTo(replies.address())
                        .build());

        Delivery reply = replies.receive(SOON);
        assertThat(reply).isNotNull();
        assertThat(reply.message().body()).isEqualTo("re: question");
        assertThat(reply.message().correlationId()).isEqualTo("id-1");
        reply.accept();
    }

    @Test
    void refusedLinkTellsWhoRefusedWhatAndWhy() {
        Connection connection = connectTo(
                onEach(d -> {}),
                request -> request.refuse(ErrorCondition.of(AmqpError.NOT_FOUND, "there is no " + request.address())));

        Sender sender = connection.openSender("nowhere");
        assertThatThrownBy(() -> sender.awaitOpen(SOON))
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContaining("sender to 'nowhere'")
                .hasMessageContaining("amqp:not-found")
                .hasMessageContaining("there is no nowhere");
        assertThat(sender.state()).isEqualTo(LifecycleState.CLOSED);
        assertThatThrownBy(() -> sender.send(Message.of("x"))).isInstanceOf(LinkRefusedException.class);
        assertThat(connection.state()).isEqualTo(LifecycleState.OPEN);
        assertThat(connection.links()).isEmpty();
    }

    @Test
    void messageSentBeforeTheRefusalFailsWithTheReason() {
        Connection connection = connectTo(onEach(d -> {}), LinkAcceptor.NONE);

        Tracker tracker = connection.openSender("nowhere").send(Message.of("x"));

        assertThatThrownBy(() -> tracker.await(SOON)).isInstanceOf(LinkRefusedException.class);
    }

    @Test
    void closedLinkRefusesToSendAndEndsThoseWhoWait() {
        Connection connection = connectTo(onEach(d -> {}), LinkAcceptor.ALL);
        Sender sender = connection.openSender("a").awaitOpen(SOON);
        Receiver receiver = connection.openReceiver("b").awaitOpen(SOON);
        CompletableFuture<Delivery> waiting = receiver.receiveAsync();

        sender.close();
        receiver.close();

        assertThatThrownBy(() -> sender.send(Message.of("x"))).isInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> receiver.receive(SOON)).isInstanceOf(ClosedException.class);
        assertThat(waiting)
                .failsWithin(SOON)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(ClosedException.class);
    }

    @Test
    void closingASenderWaitsForItsOutcomes() throws Exception {
        BlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();
        Connection connection = connectTo(onEach(d -> {}), withoutCredit(receivers, onEach(Delivery::accept)), SOON);
        Sender sender = connection.openSender("a");
        Receiver receiver = take(receivers);
        Tracker tracker = sender.send(Message.of("late"));

        CompletableFuture<Void> closed = sender.closeAsync();
        assertThat(closed).isNotDone();
        receiver.addCredit(1);

        assertThat(closed).succeedsWithin(SOON);
        assertThat(tracker.outcome()).isEqualTo(SendOutcome.ACCEPTED);
    }

    @Test
    void connectionToNobodyNamesTheHostAndTheReason() {
        Connection connection =
                client.connect(ConnectionOptions.of("amqp://127.0.0.1:1").reconnect(ReconnectOptions.OFF));

        assertThatThrownBy(() -> connection.awaitOpen(SOON))
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("127.0.0.1:1");
    }

    @Test
    void awaitOpenWhileTryingAgainNamesTheLastError() {
        Connection connection = client.connect("amqp://127.0.0.1:1");
        await().until(() -> connection.error() != null);

        assertThatThrownBy(() -> connection.awaitOpen(Duration.ofMillis(10)))
                .isInstanceOf(TimedOutException.class)
                .hasMessageContaining("127.0.0.1:1")
                .hasMessageContaining("last error");
    }

    @Test
    void wrongPasswordIsNotTriedAgain() {
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0").users(Map.of("alice", "right")));

        Connection wrong = client.connect(
                ConnectionOptions.of(listener.uri()).user("alice").password("wrong"));
        assertThatThrownBy(() -> wrong.awaitOpen(SOON)).isInstanceOf(AuthenticationException.class);
        assertThat(wrong.state()).isEqualTo(LifecycleState.CLOSED);

        Connection anonymous = client.connect(listener.uri());
        assertThatThrownBy(() -> anonymous.awaitOpen(SOON)).isInstanceOf(AuthenticationException.class);

        Connection right = client.connect(
                ConnectionOptions.of(listener.uri()).user("alice").password("right"));
        right.awaitOpen(SOON);
        await().atMost(SOON).untilAsserted(() -> assertThat(server.connections())
                .anySatisfy(c -> assertThat(String.valueOf(c.remotePrincipal())).isEqualTo("alice")));
    }

    @Test
    void unsettledAndQueuedMessagesSurviveBrokenConnections() throws Exception {
        int count = 3000;
        AtomicInteger handled = new AtomicInteger();
        Set<Object> seen = ConcurrentHashMap.newKeySet();
        Listener listener = server.listen("amqp://127.0.0.1:0", onEach(delivery -> {
            seen.add(delivery.message().body());
            handled.incrementAndGet();
        }));
        try (FaultyLink road = FaultyLink.to(listener.port())) {
            Connection connection = client.connect(ConnectionOptions.of("amqp://127.0.0.1:" + road.port())
                    .reconnect(ReconnectOptions.DEFAULT.initialDelay(Duration.ofMillis(5))));
            Sender sender = connection.openSender(SenderOptions.of("a").maxQueued(count));
            List<Tracker> trackers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                trackers.add(sender.send(Message.of(i)));
                if (i % 1000 == 500) {
                    trackers.get(i - 100).await(SOON);
                    road.reset();
                }
            }

            for (Tracker tracker : trackers) {
                assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
            }
            assertThat(seen).hasSize(count);
            assertThat(handled.get()).isGreaterThanOrEqualTo(count);
            assertThat(connection.state()).isEqualTo(LifecycleState.OPEN);
            assertThat(sender.unsettled()).isZero();
        }
    }

    @Test
    void peerThatShutsDownIsTriedAgainAndReleasesWhatItHadNotBegun() throws Exception {
        BlockingQueue<Object> bodies = new LinkedBlockingQueue<>();
        Listener first = server.listen(
                "amqp://127.0.0.1:" + FreePorts.next(),
                onEach(d -> bodies.add(String.valueOf(d.message().body()))));
        Connection connection = client.connect(ConnectionOptions.of(first.uri())
                .reconnect(ReconnectOptions.DEFAULT.initialDelay(Duration.ofMillis(5))));
        Sender sender = connection.openSender("a");
        sender.send(Message.of("before")).await(SOON);

        server.close();
        Tracker meanwhile = sender.send(Message.of("meanwhile"));
        server = Container.create("server");
        server.listen(
                first.uri(), onEach(d -> bodies.add(String.valueOf(d.message().body()))));

        assertThat(meanwhile.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(bodies).contains("before", "meanwhile");
    }

    @Test
    void containerRunReturnsWhenNothingIsLeft() {
        Listener listener =
                server.listen("amqp://127.0.0.1:0", onEach(d -> d.connection().close()));
        client.connect(listener.uri()).openSender("a").send(Message.of("end"));

        client.run();

        assertThat(client.connections()).isEmpty();
    }

    @Test
    void timersRunOnHandlerThreadsAndCanBeCancelled() throws Exception {
        CompletableFuture<String> ran = new CompletableFuture<>();
        Container.Timer never = client.schedule(Duration.ofHours(1), () -> ran.complete("too late"));
        assertThat(never.cancel()).isTrue();

        client.schedule(Duration.ofMillis(1), new MessagingHandler() {
            @Override
            public void onTimer(Container container) {
                ran.complete(Thread.currentThread().getName());
            }
        });

        assertThat(ran.get(60, TimeUnit.SECONDS)).startsWith("amqp10-callback");
    }

    @Test
    void peerIsKnownByItsOpenAndTheMechanismsThatItOffers() {
        Connection connection = connectTo(delivery -> {});

        PeerInfo peer = Objects.requireNonNull(connection.peer());

        assertThat(peer.open().containerId()).isEqualTo("server");
        assertThat(peer.open().maxFrameSize()).isEqualTo(ConnectionOptions.DEFAULT_MAX_FRAME_SIZE);
        assertThat(peer.saslMechanisms()).containsExactly("ANONYMOUS");
        assertThat(peer.saslMechanism()).isEqualTo("ANONYMOUS");
        assertThat(peer.tlsSession()).isNull();
        PeerInfo client = Objects.requireNonNull(server.connections().get(0).peer());
        assertThat(client.open().containerId()).isEqualTo("client");
        assertThat(client.saslMechanisms()).isEmpty();
        assertThat(client.saslMechanism()).isEqualTo("ANONYMOUS");
    }
}
