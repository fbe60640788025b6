package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Links that an application ends because of what the peer does on them. */
@Timeout(600)
class LinkErrorTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final ErrorCondition UNKNOWN =
            ErrorCondition.of(AmqpError.NOT_IMPLEMENTED, "an annotation is not understood");

    private final BlockingQueue<Receiver> receivers = new LinkedBlockingQueue<>();
    private final List<Object> taken = new CopyOnWriteArrayList<>();
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

    /** Takes only what it understands and can keep, as §3.2.1 and §3.2.10 want it. */
    private final MessagingHandler strict = new MessagingHandler() {
        @Override
        public void onReceiverOpened(Receiver receiver) {
            receivers.add(receiver);
        }

        @Override
        public void onMessage(Delivery delivery) {
            Message message = delivery.message();
            if (message.durable()) {
                delivery.reject(AmqpError.PRECONDITION_FAILED, "nothing is kept here");
            } else if (message.messageAnnotations().keySet().stream().anyMatch(LinkErrorTest::mustBeUnderstood)) {
                delivery.release();
                delivery.receiver().closeAsync(UNKNOWN);
            } else {
                taken.add(message.body());
            }
        }
    };

    private static boolean mustBeUnderstood(Object key) {
        return !(key instanceof Symbol symbol) || !symbol.toString().startsWith("x-opt-");
    }

    private Connection connect(MessagingHandler handler) {
        Listener listener = server.listen(ListenOptions.of("127.0.0.1:0")
                .handler(handler)
                .linkAcceptor(request ->
                        request.accept(ReceiverOptions.of("").autoAccept(!"undecided".equals(request.address())))));
        return client.connect(ConnectionOptions.of(listener.uri()).reconnect(ReconnectOptions.OFF))
                .awaitOpen(SOON);
    }

    private static Message annotated(String key) {
        return Message.builder().annotation(key, 1).body(key).build();
    }

    // M8
    @Test
    void annotationThatIsNotUnderstoodEndsTheLinkUnlessItIsOptional() {
        Connection connection = connect(strict);
        Sender sender = connection.openSender("a");

        assertThat(sender.send(annotated("x-opt-any")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
        assertThat(sender.send(annotated("x-else")).await(SOON)).isEqualTo(SendOutcome.RELEASED);

        await().atMost(SOON).until(() -> sender.state() == LifecycleState.CLOSED);
        assertThat(Objects.requireNonNull(sender.error()).condition()).isEqualTo(UNKNOWN);
        assertThat(taken).containsExactly("x-opt-any");
        assertThat(connection.openSender("b").send(annotated("x-opt-more")).await(SOON))
                .isEqualTo(SendOutcome.ACCEPTED);
    }

    // M4
    @Test
    void durableMessageIsRejectedWhereNothingIsKept() {
        Sender sender = connect(strict).openSender("a");

        SendOutcome outcome =
                sender.send(Message.builder().durable(true).body("x").build()).await(SOON);

        assertThat(outcome.status()).isEqualTo(SendOutcome.Status.REJECTED);
        assertThat(Objects.requireNonNull(outcome.error()).condition()).isEqualTo(AmqpError.PRECONDITION_FAILED);
        assertThat(sender.send(Message.of("y")).await(SOON)).isEqualTo(SendOutcome.ACCEPTED);
    }

    @Test
    void bothEndsAreToldOfAnErrorThatASenderIsClosedWith() throws Exception {
        CompletableFuture<Amqp10Exception> told = new CompletableFuture<>();
        Connection connection = connect(new MessagingHandler() {
            @Override
            public void onReceiverOpened(Receiver receiver) {
                receivers.add(receiver);
            }

            @Override
            public void onLinkError(Link link, Amqp10Exception error) {
                told.complete(error);
            }
        });
        Sender sender = connection.openSender("undecided");
        Tracker undecided = sender.send(Message.of("x"));
        Receiver receiver = Objects.requireNonNull(receivers.poll(60, TimeUnit.SECONDS));
        await().atMost(SOON).until(() -> receiver.unsettled() == 1);

        assertThat(sender.closeAsync(UNKNOWN)).succeedsWithin(SOON);

        assertThat(told.get(60, TimeUnit.SECONDS).condition()).isEqualTo(UNKNOWN);
        assertThat(Objects.requireNonNull(sender.error()).condition()).isEqualTo(UNKNOWN);
        assertThat(undecided.settlement()).failsWithin(SOON);
        assertThat(connection.state()).isEqualTo(LifecycleState.OPEN);
        assertThat(sender.closeAsync(UNKNOWN)).succeedsWithin(SOON);
    }

    @Test
    void linkThatIsNotOpenYetIsClosedWithAnErrorAtOnce() {
        Listener listener = server.listen(ListenOptions.of("127.0.0.1:0").linkAcceptor(request -> {}));
        Connection connection = client.connect(listener.uri()).awaitOpen(SOON);
        Receiver receiver = connection.openReceiver("a");

        assertThat(receiver.closeAsync(UNKNOWN)).succeedsWithin(SOON);

        assertThatThrownBy(() -> receiver.awaitOpen(SOON)).hasMessageContaining("amqp:not-implemented");
        assertThatThrownBy(() -> receiver.closeAsync(
                        new ErrorCondition(AmqpError.NOT_IMPLEMENTED, null, Map.of(Symbol.of("x"), new Object()))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
