package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.types.AmqpArray;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Symbol;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The limits of decoding hold for frames and messages, at both ends, and the error that each causes has its name. */
@Timeout(600)
class DecodingLimitsTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final Container server = Container.create("server");
    private final Container client = Container.create("client");

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private enum Limit {
        maxDepth(limits -> limits.maxDepth(3), List.of(List.of(List.of(List.of(1))))),
        maxValues(limits -> limits.maxValues(40), Collections.nCopies(41, "x")),
        maxZeroWidthElements(limits -> limits.maxZeroWidthElements(5), AmqpArray.ofNulls(6));

        final UnaryOperator<PeerLimits> small;
        final Object value;

        Limit(UnaryOperator<PeerLimits> small, Object value) {
            this.small = small;
            this.value = value;
        }

        PeerLimits limits() {
            return small.apply(PeerLimits.DEFAULT);
        }

        Map<Symbol, Object> properties() {
            return Map.of(Symbol.of("much"), value);
        }
    }

    private Listener listen(UnaryOperator<ListenOptions> options) {
        return server.listen(options.apply(ListenOptions.of("amqp://127.0.0.1:0")));
    }

    private Connection connect(Listener listener, UnaryOperator<ConnectionOptions> options) {
        return client.connect(options.apply(ConnectionOptions.of(listener.uri()).reconnect(ReconnectOptions.OFF)));
    }

    @ParameterizedTest
    @EnumSource
    void frameThatIsTooMuchForTheListenerClosesTheConnection(Limit limit) {
        connect(listen(o -> o), o -> o.properties(limit.properties())).awaitOpen(SOON);
        Connection refused = connect(listen(o -> o.limits(limit.limits())), o -> o.properties(limit.properties()));

        // its open crosses the listener's, so that it may be open for a moment
        await().until(() -> refused.state() == LifecycleState.CLOSED);
        assertThat(refused.error())
                .hasMessageContaining(AmqpError.DECODE_ERROR.toString())
                .hasMessageContaining(limit.name());
    }

    @ParameterizedTest
    @EnumSource
    void frameThatIsTooMuchForTheClientClosesTheConnection(Limit limit) {
        Listener listener = listen(o -> o.properties(limit.properties()));
        connect(listener, o -> o).awaitOpen(SOON);
        Connection refusing = connect(listener, o -> o.limits(limit.limits()));

        assertThatThrownBy(() -> refusing.awaitOpen(SOON)).hasMessageContaining(limit.name());
    }

    private SendOutcome sendTo(PeerLimits limits, Message message) {
        Listener listener = listen(o -> o.limits(limits).handler(new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                Object unused = delivery.message().body();
            }
        }));
        return connect(listener, o -> o).openSender("a").send(message).await(SOON);
    }

    private static void rejected(SendOutcome outcome, String limit) {
        assertThat(outcome.isAccepted()).isFalse();
        assertThat(Objects.requireNonNull(outcome.error()).condition()).isEqualTo(AmqpError.DECODE_ERROR);
        assertThat(outcome.error().description()).contains(limit);
    }

    @ParameterizedTest
    @EnumSource
    void messageThatIsTooMuchForTheListenerIsRejected(Limit limit) {
        assertThat(sendTo(PeerLimits.DEFAULT, Message.of(limit.value)).isAccepted())
                .isTrue();
        rejected(sendTo(limit.limits(), Message.of(limit.value)), limit.name());
    }

    @ParameterizedTest
    @EnumSource
    void messageThatIsTooMuchForTheClientIsMalformed(Limit limit) throws InterruptedException {
        BlockingQueue<Sender> senders = new LinkedBlockingQueue<>();
        Listener listener = listen(o -> o.handler(new MessagingHandler() {
            @Override
            public void onSenderOpened(Sender sender) {
                senders.add(sender);
            }
        }));
        for (boolean streaming : new boolean[] {false, true}) {
            Receiver receiver = connect(listener, o -> o.limits(limit.limits()))
                    .openReceiver(ReceiverOptions.of("a").streaming(streaming));
            Sender sender = Objects.requireNonNull(senders.poll(60, TimeUnit.SECONDS));
            Tracker tracker = sender.send(Message.of(limit.value));

            Delivery delivery = Objects.requireNonNull(receiver.receive(SOON));
            assertThatThrownBy(() -> delivery.message().body())
                    .isInstanceOf(MessageFormatException.class)
                    .hasMessageContaining(limit.name());
            delivery.reject(AmqpError.DECODE_ERROR, "malformed");
            assertThat(tracker.await(SOON).isAccepted()).isFalse();
        }
    }

    @Test
    void messageOfTooManySectionsIsRejected() {
        byte[] three = HexFormat.of().parseHex("005375a00101".repeat(3));

        assertThat(sendTo(PeerLimits.DEFAULT.maxBodySections(3), Message.decode(three))
                        .isAccepted())
                .isTrue();
        rejected(sendTo(PeerLimits.DEFAULT.maxBodySections(2), Message.decode(three)), "maxBodySections");
    }

    @Test
    void symbolsAndKeysAreUnderstoodThoughNoneIsRemembered() {
        Map<Symbol, Object> properties = Map.of(Symbol.of("nested"), Map.of("key", Symbol.of("value")));
        Listener listener =
                listen(o -> o.limits(PeerLimits.DEFAULT.symbolCacheSize(0)).properties(properties));

        Connection connection = connect(listener, o -> o.limits(PeerLimits.DEFAULT.symbolCacheSize(0)))
                .awaitOpen(SOON);

        assertThat(connection.remoteProperties()).containsAllEntriesOf(properties);
    }

    @Test
    void limitsOutOfRangeAreRefusedByName() {
        assertThatThrownBy(() -> PeerLimits.DEFAULT.maxDepth(1001)).hasMessageContaining("maxDepth");
        assertThatThrownBy(() -> PeerLimits.DEFAULT.maxValues(0)).hasMessageContaining("maxValues");
        assertThatThrownBy(() -> PeerLimits.DEFAULT.maxZeroWidthElements(-1))
                .hasMessageContaining("maxZeroWidthElements");
        assertThatThrownBy(() -> PeerLimits.DEFAULT.maxBodySections(0)).hasMessageContaining("maxBodySections");
        assertThatThrownBy(() -> PeerLimits.DEFAULT.symbolCacheSize(65537)).hasMessageContaining("symbolCacheSize");
    }
}
