package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Connection;
import io.amqp10.Delivery;
import io.amqp10.LifecycleState;
import io.amqp10.LinkRefusedException;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What every peer with queues is good for: messages that go there and come back whole, in any number, of any size and
 * kind. Implemented once for each peer.
 */
interface MessageExchange {

    /** How long anything may take that usually takes milliseconds. */
    Duration PATIENCE = Duration.ofSeconds(60);

    AtomicInteger QUEUE_COUNT = new AtomicInteger();

    /** A connection as a user who may do everything; the same for all tests of a class. */
    Connection connection();

    /** The address of an empty queue in the peer's spelling; a new one with each call. */
    default String newQueue() {
        return "queue-" + QUEUE_COUNT.incrementAndGet();
    }

    /** An address that the peer does not know and does not create. */
    String unknownAddress();

    /** How many messages a queue holds, or -1 if this peer cannot tell. */
    default long depth(String address) {
        return -1;
    }

    /** Messages whose bodies this peer keeps as they are. */
    default List<Message> bodies() {
        return Bodies.all();
    }

    /** Deletes a queue of {@link #newQueue} whatever uses it, and says whether this peer can. */
    default boolean deleteQueue(String address) {
        return false;
    }

    /** How many messages go each way in the test with many. */
    default int many() {
        return 100_000;
    }

    /** Whether the peer makes up queues for links that ask for it. */
    default boolean dynamicNodes() {
        return true;
    }

    @Test
    default void everyBodyComesBackAsItWas() {
        String address = newQueue();
        try (Sender sender = connection().openSender(address);
                Receiver receiver = connection().openReceiver(address)) {
            for (Message message : bodies()) {
                assertThat(sender.send(message).await()).isEqualTo(SendOutcome.ACCEPTED);
                Delivery delivery = next(receiver);
                delivery.accept();

                assertThat(delivery.message().bodyType())
                        .as("%s", message.body())
                        .isEqualTo(message.bodyType());
                assertThat(delivery.message().body()).isEqualTo(message.body());
            }
        }
    }

    @Test
    default void sectionsOfAMessageComeBackAsTheyWere() {
        String address = newQueue();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Message sent = Message.builder()
                .durable(false)
                .priority(7)
                .timeToLive(Duration.ofMinutes(5))
                .annotation("x-opt-test", "annotated")
                .messageId(UUID.fromString("12345678-9abc-def0-0123-456789abcdef"))
                .to(address)
                .subject("subject")
                .replyTo("somewhere")
                .correlationId("correlated")
                .contentType("text/plain")
                .contentEncoding("identity")
                .creationTime(now)
                .groupId("group")
                .groupSequence(5)
                .replyToGroupId("replies")
                .property("text", "value")
                .property("number", 1.5)
                .property("flag", true)
                .property("none", null)
                .body("body")
                .build();
        try (Sender sender = connection().openSender(address);
                Receiver receiver = connection().openReceiver(address)) {
            sender.send(sent).await().orThrow();
            Delivery delivery = next(receiver);
            delivery.accept();

            Message got = delivery.message();
            assertThat(got.durable()).isFalse();
            assertThat(got.priority()).isEqualTo(7);
            assertThat(got.annotation("x-opt-test")).isEqualTo("annotated");
            assertThat(got.messageId()).isEqualTo(sent.messageId());
            assertThat(got.to()).isEqualTo(address);
            assertThat(got.subject()).isEqualTo("subject");
            assertThat(got.replyTo()).isEqualTo("somewhere");
            assertThat(got.correlationId()).isEqualTo("correlated");
            assertThat(got.contentType()).isEqualTo("text/plain");
            assertThat(got.contentEncoding()).isEqualTo("identity");
            assertThat(got.creationTime()).isEqualTo(now);
            assertThat(got.groupId()).isEqualTo("group");
            assertThat(got.groupSequence()).isEqualTo(5);
            assertThat(got.replyToGroupId()).isEqualTo("replies");
            assertThat(got.applicationProperties()).isEqualTo(sent.applicationProperties());
            assertThat(got.deliveryCount()).isZero();
        }
    }

    @Test
    default void tenMegabytesComeBackWhole() {
        String address = newQueue();
        byte[] large = new byte[10 * 1024 * 1024];
        new Random(42).nextBytes(large);
        ByteBuffer outsideOfTheHeap =
                ByteBuffer.allocateDirect(large.length).put(large).flip();
        try (Sender sender = connection().openSender(address);
                Receiver receiver = connection().openReceiver(address)) {
            for (Message message : List.of(
                    Message.of(large),
                    Message.builder().dataBody(outsideOfTheHeap).build())) {
                sender.send(message).await(PATIENCE).orThrow();
                Delivery delivery = next(receiver);
                delivery.accept();
                assertThat(Objects.requireNonNull(delivery.message().bodyAsBytes()))
                        .isEqualTo(large);
            }
        }
    }

    @Test
    default void manyMessagesArriveOnceEachInOrder() {
        String address = newQueue();
        Numbers sent = new Numbers(many());
        try (Sender sender = connection().openSender(address)) {
            for (int i = 0; i < many(); i++) {
                int number = i;
                sender.send(Numbers.message(number)).settlement().whenComplete((outcome, error) -> {
                    if (outcome != null && outcome.isAccepted()) {
                        sent.add(number);
                    }
                });
            }
            sent.awaitAll();
        }
        assertThat(sent.duplicates()).isZero();
        assertThat(depth(address)).isIn((long) many(), -1L);

        Numbers got = new Numbers(many());
        try (Receiver receiver = connection().openReceiver(address, new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                got.add(Numbers.of(delivery));
            }
        })) {
            got.awaitAll();
            assertThat(receiver.unsettled()).isBetween(0, ReceiverOptions.DEFAULT_CREDIT_WINDOW);
        }
        assertThat(got.duplicates()).isZero();
        assertThat(got.outOfOrder()).isZero();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(depth(address)).isIn(0L, -1L));
    }

    @Test
    default void releasedMessageComesAgain() {
        String address = newQueue();
        try (Sender sender = connection().openSender(address);
                Receiver receiver = connection().openReceiver(address)) {
            sender.send(Message.of("again")).await().orThrow();
            next(receiver).release();
            Delivery second = next(receiver);
            assertThat(second.message().body()).isEqualTo("again");
            second.modify(true, false);
            Delivery third = next(receiver);
            assertThat(third.message().body()).isEqualTo("again");
            assertThat(third.message().deliveryCount()).isPositive();
            third.accept();
        }
    }

    @Test
    default void whatAClosedReceiverDidNotTakeIsThereForOthers() {
        int count = 400;
        int rounds = 20;
        String address = newQueue();
        Numbers got = new Numbers(count);
        try (Sender sender = connection().openSender(address)) {
            for (int i = 0; i < count; i++) {
                sender.send(Numbers.message(i));
            }
        }
        for (int i = 0; i < rounds; i++) {
            try (Receiver receiver = connection().openReceiver(address)) {
                Delivery delivery = next(receiver);
                got.add(Numbers.of(delivery));
                delivery.accept();
            }
        }
        try (Receiver receiver = connection().openReceiver(address)) {
            for (int i = rounds; i < count; i++) {
                Delivery delivery = next(receiver);
                got.add(Numbers.of(delivery));
                delivery.accept();
            }
            assertThat(got.size()).as("%s", got).isEqualTo(count);
            assertThat(receiver.receive(Duration.ofMillis(100))).isNull();
        }
    }

    @Test
    default void drainedReceiverGetsWhatThereIs() {
        String address = newQueue();
        try (Sender sender = connection().openSender(address);
                Receiver receiver =
                        connection().openReceiver(ReceiverOptions.of(address).creditWindow(0))) {
            sender.send(Message.of("only")).await().orThrow();
            receiver.addCredit(5);
            receiver.drain().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
            assertThat(receiver.credit()).isZero();
            next(receiver).accept();
            assertThat(receiver.receive(Duration.ZERO)).isNull();
        }
    }

    @Test
    default void requestIsAnsweredOnAQueueThatThePeerMakesUp() {
        Assumptions.assumeTrue(dynamicNodes(), "this peer makes up no queues");
        String address = newQueue();
        try (Receiver requests = connection().openReceiver(address, new MessagingHandler() {
                    @Override
                    public void onMessage(Delivery delivery) {
                        Message request = delivery.message();
                        Sender reply = delivery.connection().openSender(Objects.requireNonNull(request.replyTo()));
                        reply.send(Message.builder()
                                .correlationId(request.messageId())
                                .body(request.bodyAsString().toUpperCase(Locale.ROOT))
                                .build());
                    }
                });
                Receiver replies = connection().openReceiver(ReceiverOptions.dynamicNode());
                Sender sender = connection().openSender(address)) {
            requests.awaitOpen();
            replies.awaitOpen();
            assertThat(replies.address()).isNotBlank();
            sender.send(Message.builder()
                            .messageId("request-1")
                            .replyTo(replies.address())
                            .body("shout")
                            .build())
                    .await()
                    .orThrow();

            Delivery reply = next(replies);
            reply.accept();
            assertThat(reply.message().bodyAsString()).isEqualTo("SHOUT");
            assertThat(reply.message().correlationId()).isEqualTo("request-1");
        }
    }

    @Test
    default void unknownAddressIsRefusedInOnePlainSentence() {
        String address = unknownAddress();
        assertThatThrownBy(() -> connection().openSender(address).awaitOpen())
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContaining(address);
        assertThatThrownBy(() -> connection().openReceiver(address).awaitOpen())
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContaining(address);
        try (Sender sender = connection().openSender(newQueue())) {
            sender.send(Message.of("the connection lives on")).await().orThrow();
        }
    }

    @Test
    default void receiverOfADeletedQueueIsNeverSilentlyDead() {
        String address = newQueue();
        Receiver receiver = connection().openReceiver(address).awaitOpen();
        Assumptions.assumeTrue(deleteQueue(address), "queues are not deleted here");

        assertThatThrownBy(() -> receiver.receive(PATIENCE))
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContaining(address);
        assertThat(receiver.state()).isEqualTo(LifecycleState.CLOSED);
        assertThat(receiver.error()).isInstanceOf(LinkRefusedException.class);
    }

    /** The next message, which has to come. */
    static Delivery next(Receiver receiver) {
        @Nullable Delivery delivery = receiver.receive(PATIENCE);
        if (delivery == null) {
            throw new AssertionError("nothing came from " + receiver.address() + ", " + receiver.state());
        }
        return delivery;
    }
}
