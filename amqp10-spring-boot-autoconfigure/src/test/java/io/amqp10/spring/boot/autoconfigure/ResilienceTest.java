package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.amqp10.Amqp10Exception;
import io.amqp10.ClosedException;
import io.amqp10.Connection;
import io.amqp10.Delivery;
import io.amqp10.LinkAcceptor;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.TimedOutException;
import io.amqp10.Tracker;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.SendOptions;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.listener.AcknowledgeMode;
import io.amqp10.spring.listener.AmqpListenerRegistry;
import io.amqp10.spring.listener.AmqpRejectException;
import io.amqp10.spring.listener.ListenerContainer;
import io.amqp10.spring.listener.ListenerState;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.LinkError;
import io.amqp10.types.Role;
import io.amqp10.types.Symbol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What must go on whatever threads, peers and people do. */
class ResilienceTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private DirectPeer peer() {
        DirectPeer peer = new DirectPeer();
        open.add(peer);
        return peer;
    }

    private Object next() throws InterruptedException {
        return Objects.requireNonNull(heard.poll(60, TimeUnit.SECONDS), "what the listener heard");
    }

    record Listening(BlockingQueue<Object> heard) {
        @AmqpListener(id = "listening", address = "in", credit = "1")
        void listen(String text) {
            heard.add(text);
        }
    }

    // --- threads

    @Test
    void messageWaitsForAnExecutorThatHasNoThreadNow() throws Exception {
        DirectPeer peer = peer();
        AtomicBoolean full = new AtomicBoolean(true);
        AtomicInteger asked = new AtomicInteger();
        Executor executor = task -> {
            asked.incrementAndGet();
            if (full.get()) {
                throw new RejectedExecutionException("all threads are busy");
            }
            task.run();
        };
        peer.contexts()
                .withBean("amqp10ListenerExecutor", Executor.class, () -> executor)
                .withBean(Listening.class, heard)
                .run(context -> {
                    Tracker tracker = peer.sender("in").send(Message.of("x"));
                    await().until(() -> asked.get() >= 2);
                    full.set(false);

                    assertThat(next()).isEqualTo("x");
                    assertThat(tracker.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
                });
    }

    // --- links

    /** Some brokers take links away that had nothing to do for minutes. */
    @Test
    void linksThatThePeerDetachesForBeingIdleAreThereAgainForTheNextMessage() throws Exception {
        ErrorCondition idle = ErrorCondition.of(LinkError.DETACH_FORCED, "nothing came for 10 minutes");
        BlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();
        DirectPeer peer = new DirectPeer() {
            @Override
            public void onReceiverOpened(Receiver receiver) {
                receivers.add(receiver);
            }
        };
        open.add(peer);
        peer.contexts()
                .withPropertyValues("amqp10.reconnect.initial-delay=1ms", "amqp10.reconnect.max-delay=5ms")
                .withBean(Listening.class, heard)
                .run(context -> {
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    assertThat(template.convertAndSend("out", "1").isAccepted()).isTrue();
                    Sender before = peer.sender("in");

                    Objects.requireNonNull(receivers.poll(30, TimeUnit.SECONDS))
                            .closeAsync(idle)
                            .get(30, TimeUnit.SECONDS);
                    before.closeAsync(idle).get(30, TimeUnit.SECONDS);

                    assertThat(template.convertAndSend("out", "2").isAccepted()).isTrue();
                    await().until(() -> peer.newestSender("in") != before);
                    peer.newestSender("in").send(Message.of("after all"));
                    assertThat(next()).isEqualTo("after all");
                    assertThat(peer.next().bodyAsString()).isEqualTo("1");
                    assertThat(peer.next().bodyAsString()).isEqualTo("2");
                });
    }

    // --- failures

    /** Delivers again at once what was rejected, as some brokers do; others put a copy to where it came from. */
    private static final class StubbornPeer extends DirectPeer {

        private final AtomicInteger rejections = new AtomicInteger();
        private final boolean counts;

        StubbornPeer(boolean counts) {
            this.counts = counts;
        }

        @Override
        public void onRejected(Tracker tracker) {
            int count = rejections.incrementAndGet();
            tracker.sender()
                    .send(Message.builder()
                            .deliveryCount(counts ? count : 0)
                            .body("again")
                            .build());
        }
    }

    record Rejecting(AtomicInteger calls) {
        @AmqpListener(id = "rejecting", address = "in")
        void listen(String text) {
            calls.incrementAndGet();
            throw new AmqpRejectException("never");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rejectedMessageThatComesAgainIsNotRejectedInAHotLoop(boolean counts) {
        StubbornPeer peer = new StubbornPeer(counts);
        open.add(peer);
        AtomicInteger calls = new AtomicInteger();
        peer.contexts().withBean(Rejecting.class, calls).run(context -> {
            peer.sender("in").send(Message.of("again"));
            ListenerContainer listener =
                    context.getBean(AmqpListenerRegistry.class).listener("rejecting");

            await().until(() -> calls.get() >= 2);
            // each further one comes after a second at least: in a hot loop there would be hundreds
            long began = System.nanoTime();
            int before = calls.get();
            await().during(Duration.ofMillis(300)).until(() -> listener.unfinished() <= 1);
            int further = calls.get() - before;
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
            assertThat(further).isLessThanOrEqualTo((int) seconds + 1);
        });
    }

    /** Delivers again what was given back, and neither counts nor gives ids, as queues of some brokers do. */
    private static final class ForgetfulPeer extends DirectPeer {

        private final AtomicInteger deliveries = new AtomicInteger(1);
        private final CompletableFuture<Integer> rejectedAfter = new CompletableFuture<>();

        @Override
        public void onModified(Tracker tracker) {
            deliveries.incrementAndGet();
            tracker.sender().send(Message.of("again"));
        }

        @Override
        public void onRejected(Tracker tracker) {
            rejectedAfter.complete(deliveries.get());
        }
    }

    record Failing(AtomicInteger calls) {
        @AmqpListener(id = "failing", address = "in")
        void listen(String text) {
            calls.incrementAndGet();
            throw new IllegalStateException("on purpose");
        }
    }

    @Test
    void deliveriesAreLimitedWherePeersDoNotCountThemAndMessagesHaveNoIds() {
        ForgetfulPeer peer = new ForgetfulPeer();
        open.add(peer);
        peer.contexts()
                .withPropertyValues(
                        "amqp10.listener.retry.initial-delay=1ms",
                        "amqp10.listener.retry.max-delay=5ms",
                        "amqp10.listener.retry.max-deliveries=4")
                .withBean(Failing.class, new AtomicInteger())
                .run(context -> {
                    peer.sender("in").send(Message.of("again"));
                    assertThat(peer.rejectedAfter.get(60, TimeUnit.SECONDS)).isEqualTo(4);
                });
    }

    record Replying() {
        @AmqpListener(id = "replying", address = "in")
        String listen(String text) {
            return text;
        }
    }

    @Test
    void requestWhoseReplyNobodyTakesIsGivenBackAfterTheSendTimeOut() {
        MutePeer peer = new MutePeer();
        open.add(peer);
        peer.contexts()
                .withPropertyValues("amqp10.template.send-timeout=50ms")
                .withBean(Replying.class)
                .run(context -> {
                    Tracker request = peer.sender("in")
                            .send(Message.builder().replyTo("mute").body("x").build());
                    SendOutcome outcome = request.await(Duration.ofSeconds(60));
                    assertThat(outcome.status()).isEqualTo(SendOutcome.Status.MODIFIED);
                });
    }

    /** Takes no reply at first, and gives requests again that are given back. */
    private static final class FullPeer extends DirectPeer {

        private final CompletableFuture<SendOutcome.Status> end = new CompletableFuture<>();
        private final AtomicBoolean full = new AtomicBoolean(true);
        private final ErrorCondition why;

        FullPeer(ErrorCondition why, LinkAcceptor acceptor) {
            super(acceptor);
            this.why = why;
        }

        @Override
        public void onMessage(Delivery delivery) {
            if (full.getAndSet(false)) {
                delivery.reject(why);
            } else {
                delivery.accept();
            }
        }

        @Override
        public void onModified(Tracker tracker) {
            tracker.sender().send(request());
        }

        @Override
        public void onAccepted(Tracker tracker) {
            end.complete(SendOutcome.Status.ACCEPTED);
        }

        @Override
        public void onRejected(Tracker tracker) {
            end.complete(SendOutcome.Status.REJECTED);
        }

        static Message request() {
            return Message.builder().replyTo("replies").body("x").build();
        }
    }

    private void requestEndsAccepted(FullPeer peer) {
        open.add(peer);
        peer.contexts().withBean(Replying.class).run(context -> {
            peer.sender("in").send(FullPeer.request());
            assertThat(peer.end.get(60, TimeUnit.SECONDS)).isEqualTo(SendOutcome.Status.ACCEPTED);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "amqp:resource-limit-exceeded",
                "amqp:resource-locked",
                "amqp:internal-error",
                "amqp:link:detach-forced",
                "failed"
            })
    void requestWhoseReplyIsRejectedForTheMomentIsWorkedWithAgain(String condition) {
        requestEndsAccepted(new FullPeer(ErrorCondition.of(Symbol.of(condition), "not now"), request -> {
            if (request.localRole() == Role.RECEIVER) {
                request.accept(ReceiverOptions.of("").autoAccept(false));
            } else {
                request.accept();
            }
        }));
    }

    @Test
    void requestWhoseReplyHasNoLinkForTheMomentIsWorkedWithAgain() {
        ErrorCondition full = ErrorCondition.of(AmqpError.RESOURCE_LIMIT_EXCEEDED, "not now");
        AtomicBoolean first = new AtomicBoolean(true);
        FullPeer peer = new FullPeer(full, request -> {
            if (request.localRole() == Role.RECEIVER && first.getAndSet(false)) {
                request.refuse(full);
            } else {
                request.accept();
            }
        });
        peer.full.set(false);
        requestEndsAccepted(peer);
    }

    record Echo() {
        @AmqpListener(id = "echo", address = "in", credit = "2")
        byte[] listen(byte[] octets) {
            if (octets[0] == 0) {
                throw new IllegalStateException("on purpose");
            }
            return octets;
        }

        @AmqpListener(id = "echoLater", address = "later", credit = "2")
        CompletableFuture<byte[]> listenLater(byte[] octets) {
            return CompletableFuture.completedFuture(octets);
        }
    }

    /** Octets whose section of properties is a list whose fifth element, reply-to, is a number. */
    private static Message withMalformedReplyTo(int octet) {
        return Message.decode(new byte[] {
            0x00,
            0x53,
            0x73,
            (byte) 0xc0,
            7,
            5,
            0x40,
            0x40,
            0x40,
            0x40,
            0x54,
            7,
            0x00,
            0x53,
            0x75,
            (byte) 0xa0,
            1,
            (byte) octet
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"in", "later"})
    void messagesWithMalformedPropertiesAreRejectedAndTheListenerLivesOn(String address) {
        DirectPeer peer = peer();
        peer.contexts().withBean(Echo.class).run(context -> {
            Sender sender = peer.sender(address);
            // more than the credit, and for one of them the method fails
            for (int octet : new int[] {1, 2, 0, 4, 5}) {
                SendOutcome outcome = sender.send(withMalformedReplyTo(octet)).await(SOON);
                assertThat(outcome.status()).isEqualTo(SendOutcome.Status.REJECTED);
                assertThat(Objects.requireNonNull(outcome.error()).condition()).isEqualTo(AmqpError.DECODE_ERROR);
            }
            assertThat(sender.send(Message.of(new byte[] {1})).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        });
    }

    /** Takes no messages before it is told to. */
    private static final class MutePeer extends DirectPeer {

        private final BlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();

        MutePeer() {
            super(request -> {
                if (request.localRole() == Role.RECEIVER) {
                    request.accept(ReceiverOptions.of(String.valueOf(request.address()))
                            .creditWindow(0));
                } else {
                    request.accept();
                }
            });
        }

        @Override
        public void onReceiverOpened(Receiver receiver) {
            receivers.add(receiver);
        }
    }

    private static List<String> sendersOf(Connection connection) {
        return connection.links().stream()
                .filter(Sender.class::isInstance)
                .map(link -> String.valueOf(link.address()))
                .toList();
    }

    @Test
    void repliesThatNobodyTakesKeepNoMoreLinksThanTheTemplateMay() {
        MutePeer peer = new MutePeer();
        open.add(peer);
        Amqp10ConnectionCustomizer closing = options -> options.closeTimeout(Duration.ofMillis(50));
        peer.contexts()
                .withPropertyValues("amqp10.template.send-timeout=50ms", "amqp10.listener.concurrency=50")
                .withBean(Amqp10ConnectionCustomizer.class, () -> closing)
                .withBean(Replying.class)
                .run(context -> {
                    List<Tracker> requests = new ArrayList<>();
                    for (int i = 0; i < 150; i++) {
                        requests.add(peer.sender("in")
                                .send(Message.builder()
                                        .replyTo("mute-" + i)
                                        .body("x")
                                        .build()));
                    }
                    for (Tracker request : requests) {
                        assertThat(request.await(SOON).status()).isEqualTo(SendOutcome.Status.MODIFIED);
                    }
                    Connection connection = context.getBean(Connection.class);
                    await().atMost(SOON).until(() -> sendersOf(connection).size() == 100);
                });
    }

    private static ApplicationContextRunner withOneLink(ApplicationContextRunner contexts) {
        Amqp10ConnectionCustomizer closing = options -> options.closeTimeout(Duration.ofMillis(50));
        return contexts.withPropertyValues("amqp10.template.max-links=1", "amqp10.template.reply-address=replies")
                .withBean(Amqp10ConnectionCustomizer.class, () -> closing);
    }

    @Test
    void requestsThatNobodyTakesKeepNoMoreLinksThanTheTemplateMay() {
        MutePeer peer = new MutePeer();
        open.add(peer);
        SendOptions impatient = SendOptions.NONE.replyTimeout(Duration.ofMillis(20));
        withOneLink(peer.contexts()).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            for (int i = 0; i < 3; i++) {
                String address = "mute-" + i;
                assertThatThrownBy(() -> template.sendAndReceive(address, Message.of("x"), impatient))
                        .isInstanceOf(TimedOutException.class);
            }
            Connection connection = context.getBean(Connection.class);
            await().atMost(SOON).until(() -> sendersOf(connection), addresses -> addresses.equals(List.of("mute-2")));
        });
    }

    @Test
    void connectTimeoutMayBeAsLongAsCanBeTold() {
        DirectPeer peer = new DirectPeer(LinkAcceptor.ALL);
        open.add(peer);
        peer.contexts()
                .withPropertyValues("amqp10.fail-fast=true", "amqp10.connect-timeout=P100000000000000D")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void requestsThatAreAnsweredButNeverSettledKeepNoMoreLinksThanTheTemplateMay() {
        List<Delivery> unsettled = new CopyOnWriteArrayList<>();
        DirectPeer peer = new DirectPeer(request -> {
            if (request.localRole() == Role.RECEIVER) {
                request.accept(ReceiverOptions.of(String.valueOf(request.address()))
                        .autoAccept(false)
                        .handler(new MessagingHandler() {
                            @Override
                            public void onMessage(Delivery delivery) {
                                unsettled.add(delivery);
                                Message message = delivery.message();
                                delivery.connection().links().stream()
                                        .filter(Sender.class::isInstance)
                                        .map(Sender.class::cast)
                                        .findFirst()
                                        .orElseThrow()
                                        .send(Message.builder()
                                                .correlationId(message.messageId())
                                                .body("reply")
                                                .build());
                            }
                        }));
            } else {
                request.accept();
            }
        });
        open.add(peer);
        withOneLink(peer.contexts()).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            for (int i = 0; i < 3; i++) {
                assertThat(template.sendAndReceive("ask-" + i, Message.of("x")))
                        .extracting(Message::body)
                        .isEqualTo("reply");
            }
            Connection connection = context.getBean(Connection.class);
            await().atMost(SOON).until(() -> sendersOf(connection), addresses -> addresses.equals(List.of("ask-2")));
            assertThat(unsettled).hasSize(3);
        });
    }

    @Test
    void senderWithAMessageThatIsStillWaitedForStaysAlthoughAnotherOnesTimeIsOver() {
        MutePeer peer = new MutePeer();
        open.add(peer);
        Amqp10ConnectionCustomizer closing = options -> options.closeTimeout(Duration.ofMillis(50));
        SendOptions impatient = SendOptions.NONE.timeout(Duration.ofMillis(20));
        peer.contexts()
                .withPropertyValues("amqp10.template.max-links=1")
                .withBean(Amqp10ConnectionCustomizer.class, () -> closing)
                .run(context -> {
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    CompletableFuture<SendOutcome> late = template.sendAsync("mute", Message.of("1"), impatient);
                    CompletableFuture<SendOutcome> waiting = template.sendAsync("mute", Message.of("2"));
                    assertThatThrownBy(() -> late.get(60, TimeUnit.SECONDS))
                            .hasCauseInstanceOf(TimedOutException.class);
                    assertThatThrownBy(() -> template.send("other", Message.of("3"), impatient))
                            .isInstanceOf(TimedOutException.class);
                    // the sender of the message that nobody waits for is the one that goes
                    Connection connection = context.getBean(Connection.class);
                    await().atMost(SOON)
                            .until(() -> sendersOf(connection), addresses -> addresses.equals(List.of("mute")));

                    assertThat(waiting).isNotDone();
                    Objects.requireNonNull(peer.receivers.poll(60, TimeUnit.SECONDS))
                            .addCredit(2);
                    assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo(SendOutcome.ACCEPTED);
                    assertThat(peer.next().body()).isEqualTo("1");
                    assertThat(peer.next().body()).isEqualTo("2");
                });
    }

    record Eventually(BlockingQueue<Object> heard, List<CompletableFuture<Object>> results) {
        @AmqpListener(id = "eventually", address = "in", concurrency = "2")
        CompletableFuture<Object> listen(String text) {
            CompletableFuture<Object> result = new CompletableFuture<>();
            results.add(result);
            heard.add(text);
            return result;
        }
    }

    @Test
    void futuresOfAListenerCountForItsConcurrencyUntilTheyAreComplete() {
        List<CompletableFuture<Object>> results = new CopyOnWriteArrayList<>();
        DirectPeer peer = peer();
        peer.contexts().withBean(Eventually.class, heard, results).run(context -> {
            Sender sender = peer.sender("in");
            for (int i = 0; i < 3; i++) {
                sender.send(Message.of("m" + i));
            }
            next();
            next();
            ListenerContainer listener =
                    context.getBean(AmqpListenerRegistry.class).listener("eventually");
            await().atMost(SOON).until(() -> listener.unfinished() == 3);
            assertThat(heard).isEmpty();
            results.get(0).complete(null);
            assertThat(next()).isEqualTo("m2");
            results.get(1).complete(null);
            results.get(2).complete(null);
        });
    }

    // --- starting and stopping

    record Slow(CountDownLatch entered, CountDownLatch release, AtomicInteger calls) {
        @AmqpListener(id = "slow", address = "in", credit = "10")
        void listen(String text) throws InterruptedException {
            calls.incrementAndGet();
            if (text.equals("fail")) {
                throw new IllegalStateException("on purpose");
            }
            entered.countDown();
            assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void listenerThatIsStartedWhileItStopsStartsWhenItIsStopped() {
        DirectPeer peer = peer();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        peer.contexts()
                .withPropertyValues("amqp10.listener.retry.initial-delay=1h", "amqp10.listener.retry.max-delay=1h")
                .withBean(Slow.class, entered, release, calls)
                .run(context -> {
                    Sender sender = peer.sender("in");
                    Tracker begun = sender.send(Message.of("x"));
                    assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
                    ListenerContainer listener =
                            context.getBean(AmqpListenerRegistry.class).listener("slow");

                    CompletableFuture<Void> stopped = listener.stop();
                    listener.start();
                    assertThat(listener.state()).isEqualTo(ListenerState.STOPPED);
                    release.countDown();

                    stopped.get(60, TimeUnit.SECONDS);
                    assertThat(begun.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
                    await().until(() -> listener.state() == ListenerState.RUNNING);
                    // the new run has delays again: what fails is kept and not given back in a hot loop
                    await("the peer's news of the new link").until(() -> peer.newestSender("in") != sender);
                    Sender again = peer.newestSender("in");
                    Tracker failing = again.send(Message.of("fail"));
                    await().until(() -> calls.get() == 2);
                    await().until(() -> listener.unfinished() == 1);
                    assertThat(failing.outcome()).isNull();
                });
    }

    @Test
    void listenerThatIsStoppedAgainWhileItStopsStaysStopped() {
        DirectPeer peer = peer();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        peer.contexts()
                .withBean(Slow.class, entered, release, new AtomicInteger())
                .run(context -> {
                    peer.sender("in").send(Message.of("x"));
                    assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
                    ListenerContainer listener =
                            context.getBean(AmqpListenerRegistry.class).listener("slow");
                    CompletableFuture<Void> stopped = listener.stop();
                    listener.start();
                    assertThat(listener.stop()).isSameAs(stopped);
                    release.countDown();
                    stopped.get(60, TimeUnit.SECONDS);
                    assertThat(listener.state()).isEqualTo(ListenerState.STOPPED);
                    assertThat(context.getBean(Connection.class).links()).noneMatch(Receiver.class::isInstance);
                });
    }

    record Later(BlockingQueue<Delivery> given) {
        @AmqpListener(id = "later", address = "in", acknowledgeMode = AcknowledgeMode.MANUAL)
        void listen(Delivery delivery) {
            given.add(delivery);
        }
    }

    @Test
    void stoppingWaitsForWhatIsSettledAfterTheMethodReturned() {
        DirectPeer peer = peer();
        BlockingQueue<Delivery> given = new LinkedBlockingQueue<>();
        peer.contexts().withBean(Later.class, given).run(context -> {
            Tracker sent = peer.sender("in").send(Message.of("x"));
            Delivery delivery = Objects.requireNonNull(given.poll(60, TimeUnit.SECONDS));
            ListenerContainer listener =
                    context.getBean(AmqpListenerRegistry.class).listener("later");
            await().until(() -> listener.unfinished() == 0);

            CompletableFuture<Void> stopped = listener.stop();
            // the peer has no credit any more, so all steps but the last are taken
            await().until(() -> peer.newestSender("in").credit() == 0);
            await().pollDelay(Duration.ofMillis(200)).until(() -> !stopped.isDone());
            delivery.accept();

            stopped.get(60, TimeUnit.SECONDS);
            assertThat(sent.await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        });
    }

    @Test
    void stoppingGivesUpWhatIsNeverSettled() {
        DirectPeer peer = peer();
        BlockingQueue<Delivery> given = new LinkedBlockingQueue<>();
        peer.contexts()
                .withPropertyValues("amqp10.listener.shutdown-timeout=300ms")
                .withBean(Later.class, given)
                .run(context -> {
                    peer.sender("in").send(Message.of("x"));
                    assertThat(given.poll(60, TimeUnit.SECONDS)).isNotNull();
                    context.getBean(AmqpListenerRegistry.class)
                            .listener("later")
                            .stop()
                            .get(60, TimeUnit.SECONDS);
                });
    }

    // --- the template

    /** Never says that it has nothing to send. */
    private static final class SilentPeer extends DirectPeer {
        @Override
        public void onDrain(Sender sender) {
            assertThat(sender).isNotNull();
        }
    }

    @Test
    void receiveEndsAlsoWhereThePeerNeverSaysThatItHasNothing() {
        SilentPeer peer = new SilentPeer();
        open.add(peer);
        peer.contexts().run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            CompletableFuture<?> nothing = template.receiveAsync("silent", Duration.ofMillis(50));
            assertThat(nothing.get(60, TimeUnit.SECONDS)).isNull();

            // what comes later on the old link is given back, and the next call has a link of its own
            try {
                SendOutcome late =
                        peer.sender("silent").send(Message.of("late")).await(SOON);
                assertThat(late.isAccepted()).isFalse();
            } catch (Amqp10Exception e) {
                assertThat(e).as("the old link is closed already").hasMessageContaining("clos");
            }
        });
    }

    @Test
    void whoIsToldOfATimeOutMayWaitForTheNextReply() {
        peer().contexts()
                .withPropertyValues("amqp10.template.reply-address=replies")
                .run(context -> {
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    SendOptions impatient = SendOptions.NONE.replyTimeout(Duration.ofMillis(20));
                    CompletableFuture<Throwable> second = template.sendAndReceiveAsync(
                                    "silent", Message.of("1"), impatient)
                            .handle((reply, error) -> catchThrowable(
                                    () -> template.sendAndReceive("silent", Message.of("2"), impatient)));
                    assertThat(second.get(60, TimeUnit.SECONDS)).isInstanceOf(TimedOutException.class);
                });
    }

    @Test
    void asynchronousCallsOfAStoppedApplicationFailTheirFutures() {
        peer().contexts().run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            context.getSourceApplicationContext().stop();
            List<CompletableFuture<?>> futures = List.of(
                    template.sendAsync("x", Message.of("x")),
                    template.sendAndReceiveAsync("x", Message.of("x"), SendOptions.NONE),
                    template.receiveAsync("x", Duration.ofSeconds(1)));
            assertThat(futures).allSatisfy(future -> assertThatThrownBy(() -> future.get(60, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(ClosedException.class));
            assertThatThrownBy(() -> template.send("x", Message.of("x"))).isInstanceOf(Amqp10Exception.class);
        });
    }

    // --- reconnecting

    /** As brokers do for an administrator, some of them without a word. */
    @Test
    void connectionThatThePeerClosesWithoutAnErrorComesBackWithWhatHasNoOutcome() throws Exception {
        BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();
        LinkAcceptor acceptor = request -> {
            if (request.localRole() == Role.RECEIVER) {
                request.accept(ReceiverOptions.of("").autoAccept(false));
            } else {
                request.accept();
            }
        };
        DirectPeer peer = new DirectPeer(acceptor) {
            @Override
            public void onMessage(Delivery delivery) {
                arrived.add(delivery);
            }
        };
        open.add(peer);
        peer.contexts()
                .withPropertyValues("amqp10.reconnect.initial-delay=1ms", "amqp10.reconnect.max-delay=5ms")
                .withBean(Listening.class, heard)
                .run(context -> {
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    Sender before = peer.sender("in");
                    CompletableFuture<SendOutcome> outcome = template.sendAsync("out", Message.of("x"));
                    Delivery first = Objects.requireNonNull(arrived.poll(60, TimeUnit.SECONDS));

                    first.receiver().connection().closeAsync();

                    Delivery second = Objects.requireNonNull(arrived.poll(60, TimeUnit.SECONDS));
                    assertThat(second.message().bodyAsString()).isEqualTo("x");
                    second.accept();
                    assertThat(outcome.get(60, TimeUnit.SECONDS).isAccepted()).isTrue();
                    await().until(() -> peer.newestSender("in") != before);
                    peer.newestSender("in").send(Message.of("after the close"));
                    assertThat(next()).isEqualTo("after the close");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"amqp10.reconnect.enabled=false", "amqp10.reconnect.max-attempts=2"})
    void connectionThatIsGivenUpIsNotMadeAgainByListeners(String property) throws Exception {
        AtomicInteger accepted = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread acceptor = new Thread(() -> {
                try {
                    while (true) {
                        Socket client = server.accept();
                        accepted.incrementAndGet(); // before the client can know
                        client.close();
                    }
                } catch (IOException e) {
                    return; // the end of the test
                }
            });
            acceptor.start();
            try (LoggedAtDebug log = new LoggedAtDebug()) {
                peer().contexts()
                        .withPropertyValues(
                                "amqp10.url=127.0.0.1:" + server.getLocalPort(),
                                property,
                                "amqp10.reconnect.initial-delay=1ms",
                                "amqp10.reconnect.max-delay=5ms")
                        .withBean(Listening.class, heard)
                        .run(context -> {
                            await().atMost(SOON).until(() -> warnings(log.events).stream()
                                    .anyMatch(text -> text.contains("the next use tries again")));
                            // The start of the listener may have come after that and used the connection again; what
                            // matters is that its many tries to open its link do not.
                            long tries = log.count("next try in");
                            await().atMost(SOON).until(() -> log.count("next try in") > tries + 30);
                            int connections = accepted.get();
                            await().atMost(SOON).until(() -> log.count("next try in") > tries + 60);
                            assertThat(accepted).hasValue(connections);
                        });
            }
        }
    }

    // --- what the log says where nothing fails fast

    /** All that the library logs. */
    private static final class LoggedAtDebug implements AutoCloseable {

        final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

        private final Logger logger = (Logger) LoggerFactory.getLogger("io.amqp10");
        private final Level before = logger.getLevel();
        private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

        LoggedAtDebug() {
            logger.setLevel(Level.DEBUG);
            appender.list = events;
            appender.start();
            logger.addAppender(appender);
        }

        long count(String text) {
            return events.stream()
                    .filter(event -> event.getLevel() == Level.DEBUG)
                    .filter(event -> event.getFormattedMessage().contains(text))
                    .count();
        }

        @Override
        public void close() {
            logger.detachAppender(appender);
            logger.setLevel(before);
        }
    }

    private static List<String> warnings(List<ILoggingEvent> log) {
        return List.copyOf(log).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void brokerThatIsAwayIsToldOnceAndNamesTheHost() {
        try (LoggedAtDebug log = new LoggedAtDebug()) {
            peer().contexts()
                    .withPropertyValues(
                            "amqp10.url=127.0.0.1:1",
                            "amqp10.reconnect.initial-delay=1ms",
                            "amqp10.reconnect.max-delay=5ms")
                    .withBean(Listening.class, heard)
                    .run(context -> {
                        assertThat(context).hasNotFailed();
                        await().untilAsserted(
                                        () -> assertThat(warnings(log.events)).isNotEmpty());
                        // many more tries
                        await().until(() -> log.count("next try") > 5);
                        assertThat(warnings(log.events))
                                .singleElement()
                                .asString()
                                .contains("127.0.0.1:1", "refused", "trying again");
                    });
        }
    }
}
