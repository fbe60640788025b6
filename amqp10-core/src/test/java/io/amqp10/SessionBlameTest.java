package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.engine.ConnectionEngine;
import io.amqp10.engine.ConnectionListener;
import io.amqp10.engine.EngineOptions;
import io.amqp10.engine.IncomingDelivery;
import io.amqp10.engine.ReceiverLink;
import io.amqp10.engine.ReceiverLinkListener;
import io.amqp10.engine.SenderLink;
import io.amqp10.engine.SessionEngine;
import io.amqp10.engine.SessionListener;
import io.amqp10.engine.SessionSettings;
import io.amqp10.engine.StopReason;
import io.amqp10.transport.Amqp10Transport;
import io.amqp10.transport.EventLoops;
import io.amqp10.transport.ServerTransportOptions;
import io.amqp10.transport.TransportListener;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Open;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A peer that ends the session rather than refuse one link of it, as some brokers do. */
@Timeout(600)
class SessionBlameTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    /** A server that decides about a session's links when three are there. */
    private static final class Strict implements ConnectionListener, SessionListener, ReceiverLinkListener {

        private final AtomicInteger sessions;
        private final Symbol condition;
        private final List<ReceiverLink> links = new ArrayList<>();

        Strict(AtomicInteger sessions, Symbol condition) {
            this.sessions = sessions;
            this.condition = condition;
        }

        @Override
        public void onRemoteOpen(Open open) {}

        @Override
        public void onRemoteBegin(SessionEngine session, Begin begin) {
            sessions.incrementAndGet();
            links.clear();
            session.accept(this, SessionSettings.DEFAULT);
        }

        @Override
        public void onClosed(StopReason reason) {}

        @Override
        public void onRemoteAttach(SenderLink link, Attach attach) {}

        @Override
        public void onRemoteAttach(ReceiverLink link, Attach attach) {
            if (attach.target() instanceof Target target && "fatal".equals(target.address())) {
                link.accept(
                        Attach.builder(link.name(), 0, Role.RECEIVER)
                                .source(attach.source())
                                .target(attach.target())
                                .build(),
                        this);
                link.session().end(ErrorCondition.of(AmqpError.UNAUTHORIZED_ACCESS, "not in this session"));
                return;
            }
            links.add(link);
            if (attach.target() instanceof Target target && "missing".equals(target.address())) {
                link.session().end(ErrorCondition.of(condition, "no such queue"));
            } else if (sessions.get() > 1) {
                links.forEach(each -> each.accept(
                        Attach.builder(each.name(), 0, Role.RECEIVER)
                                .source(attach.source())
                                .target(attach.target())
                                .build(),
                        this));
                links.clear();
            }
        }

        @Override
        public void onEnded(SessionEngine session, StopReason reason) {}

        @Override
        public void onAttached(ReceiverLink link, Attach attach) {}

        @Override
        public IncomingDelivery newDelivery(ReceiverLink link) {
            return new IncomingDelivery() {};
        }

        @Override
        public void onDelivery(ReceiverLink link, IncomingDelivery delivery) {}

        @Override
        public void onDisposition(ReceiverLink link, IncomingDelivery delivery) {}

        @Override
        public void onFlow(ReceiverLink link) {}

        @Override
        public void onDrained(ReceiverLink link) {}

        @Override
        public void onDetached(ReceiverLink link, StopReason reason, boolean closed) {}
    }

    @Test
    void sessionThatThePeerEndsIsToldWithItsErrorBeforeItIsToldAsClosed() {
        List<String> events = new CopyOnWriteArrayList<>();
        EventLoops loops = EventLoops.create(1);
        try (Container client = Container.create("client")) {
            TransportListener listener = listen(loops, new AtomicInteger(), AmqpError.NOT_FOUND);
            Connection connection = client.connect(ConnectionOptions.of("amqp://127.0.0.1:" + listener.port())
                    .reconnect(ReconnectOptions.OFF)
                    .handler(new MessagingHandler() {
                        @Override
                        public void onSessionOpened(Session session) {
                            events.add("opened");
                        }

                        @Override
                        public void onSessionError(Session session, Amqp10Exception error) {
                            events.add("error: " + error.condition());
                        }

                        @Override
                        public void onSessionClosed(Session session) {
                            events.add("closed");
                        }
                    }));
            Session session = connection.openSession();
            session.openSender(SenderOptions.of("fatal"));

            await().untilAsserted(() -> assertThat(events).hasSize(3));
            assertThat(events.get(0)).isEqualTo("opened");
            assertThat(events.get(1)).startsWith("error: ").contains("unauthorized-access", "not in this session");
            assertThat(events.get(2)).isEqualTo("closed");
            assertThat(session.state()).isEqualTo(LifecycleState.CLOSED);
        } finally {
            loops.close();
        }
    }

    @Test
    void sessionThatIsNotAllowedIsNotBegunAgain() {
        AtomicInteger sessions = new AtomicInteger();
        EventLoops loops = EventLoops.create(1);
        try (Container client = Container.create("client")) {
            TransportListener listener = listen(loops, sessions, AmqpError.NOT_FOUND);
            Connection connection = client.connect(ConnectionOptions.of("amqp://127.0.0.1:" + listener.port())
                    .reconnect(ReconnectOptions.DEFAULT.initialDelay(Duration.ofMillis(2))));
            Sender sender = connection.openSender("fatal");

            await().untilAsserted(() -> assertThat(sender.state()).isEqualTo(LifecycleState.CLOSED));

            assertThat(sender.error())
                    .isInstanceOf(LinkRefusedException.class)
                    .hasMessageContaining("not in this session")
                    .extracting(Amqp10Exception::condition)
                    .isEqualTo(ErrorCondition.of(AmqpError.UNAUTHORIZED_ACCESS, "not in this session"));
            assertThat(sender.session().state()).isEqualTo(LifecycleState.CLOSED);
            assertThat(connection.state()).isEqualTo(LifecycleState.OPEN);
            connection.openSender("there");
            connection.openSender("there.too").awaitOpen(SOON);
            assertThat(sessions)
                    .as("one for what was refused, one for what came later")
                    .hasValue(2);
        } finally {
            loops.close();
        }
    }

    private static TransportListener listen(EventLoops loops, AtomicInteger sessions, Symbol condition) {
        return Amqp10Transport.listen(
                        loops,
                        ServerTransportOptions.builder("127.0.0.1", 0).build(),
                        (transport, output, now) -> new ConnectionEngine(
                                EngineOptions.builder(Open.builder("strict").build())
                                        .build(),
                                output,
                                new Strict(sessions, condition),
                                now),
                        failure -> {})
                .join();
    }

    /** Not found is final; an internal error may pass, and is tried twice more. */
    @ParameterizedTest
    @CsvSource({"amqp:not-found, 5", "amqp:internal-error, 7"})
    void oneOfSeveralUnansweredLinksIsFoundAndTheOthersWork(String condition, int mostSessions) {
        AtomicInteger sessions = new AtomicInteger();
        EventLoops loops = EventLoops.create(1);
        try (Container client = Container.create("client")) {
            TransportListener listener = listen(loops, sessions, Symbol.of(condition));
            Connection connection = client.connect(ConnectionOptions.of("amqp://127.0.0.1:" + listener.port())
                    .reconnect(ReconnectOptions.DEFAULT.initialDelay(Duration.ofMillis(2))));
            Sender first = connection.openSender("there");
            Sender second = connection.openSender("missing");
            Sender third = connection.openSender("there.too");

            first.awaitOpen(SOON);
            third.awaitOpen(SOON);
            assertThatThrownBy(() -> second.awaitOpen(SOON))
                    .isInstanceOf(LinkRefusedException.class)
                    .hasMessageContaining("missing")
                    .hasMessageContaining("no such queue");
            assertThat(first.state()).isNotEqualTo(LifecycleState.CLOSED);
            assertThat(connection.links()).containsExactly(first, third);
            assertThat(sessions.get()).isLessThanOrEqualTo(mostSessions);
        } finally {
            loops.close();
        }
    }
}
