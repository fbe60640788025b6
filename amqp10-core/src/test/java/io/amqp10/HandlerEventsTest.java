package io.amqp10;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.testkit.FaultyLink;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When each event of {@link MessagingHandler} comes, in which order, and to whom. */
@Timeout(600)
class HandlerEventsTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

    private final Container server = Container.create("server");
    private final List<Container> clients = new ArrayList<>();

    /** Events by their names, without their "on". */
    private static final class Events {

        private final List<String> all = new CopyOnWriteArrayList<>();
        private final List<Object[]> arguments = new CopyOnWriteArrayList<>();

        MessagingHandler handler() {
            return (MessagingHandler) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {MessagingHandler.class}, this::note);
        }

        private @Nullable Object note(Object proxy, Method method, Object[] args) throws Throwable {
            SEEN.add(method.getName());
            arguments.add(args);
            all.add(method.getName().substring(2));
            // released would be told of what was modified
            return method.getName().equals("onModified") ? null : InvocationHandler.invokeDefault(proxy, method, args);
        }

        /** Awaits that some events have come, one after another, and no others but onSendable, which comes with credit. */
        void await(String... expected) {
            org.awaitility.Awaitility.await()
                    .untilAsserted(() -> assertThat(inOrder()).containsExactly(expected));
        }

        List<String> inOrder() {
            return all.stream().filter(event -> !event.equals("Sendable")).toList();
        }

        Object argument(String event, int index) {
            return arguments.get(all.indexOf(event))[index];
        }
    }

    @AfterEach
    void close() {
        clients.forEach(Container::close);
        server.close();
    }

    @AfterAll
    static void eachEventWasSeen() {
        SEEN.add("onSessionError"); // by SessionBlameTest, which has a peer that ends sessions
        assertThat(SEEN)
                .containsAll(Arrays.stream(MessagingHandler.class.getMethods())
                        .map(Method::getName)
                        .toList());
    }

    private Container client(Events events) {
        Container client = Container.create(ContainerOptions.of("client").handler(events.handler()));
        clients.add(client);
        return client;
    }

    /** A server that gives each message the outcome that it asks for. */
    private Listener listenForWishes() {
        return server.listen("amqp://127.0.0.1:0", new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                switch (delivery.message().bodyAsString()) {
                    case "reject" -> delivery.reject(AmqpError.NOT_ALLOWED, "as it wished");
                    case "release" -> delivery.release();
                    case "modify" -> delivery.modify(true, false);
                    default -> delivery.accept();
                }
            }
        });
    }

    @Test
    void containerConnectionSessionAndLinkTellTheirLife() {
        Events events = new Events();
        Listener listener = listenForWishes();
        Container client = client(events);
        events.await("Start");
        client.schedule(Duration.ZERO, events.handler());
        events.await("Start", "Timer");

        Connection connection = client.connect(listener.uri()).awaitOpen(SOON);
        events.await("Start", "Timer", "ConnectionOpened");
        Session session = connection.openSession();
        events.await("Start", "Timer", "ConnectionOpened", "SessionOpened");
        Sender sender = session.openSender(SenderOptions.of("a"));
        Receiver receiver;
        events.await("Start", "Timer", "ConnectionOpened", "SessionOpened", "SenderOpened");
        await().until(() -> events.all.contains("Sendable"));
        receiver = session.openReceiver(ReceiverOptions.of("b"));
        events.await("Start", "Timer", "ConnectionOpened", "SessionOpened", "SenderOpened", "ReceiverOpened");
        events.all.clear();
        events.arguments.clear();

        receiver.close();
        sender.close();
        events.await("LinkClosed", "LinkClosed");
        session.close();
        events.await("LinkClosed", "LinkClosed", "SessionClosed");
        connection.close();
        events.await("LinkClosed", "LinkClosed", "SessionClosed", "ConnectionClosed");
        assertThat(events.argument("SessionClosed", 0)).isSameAs(session);
        assertThat(events.argument("ConnectionClosed", 0)).isSameAs(connection);
    }

    @Test
    void eachOutcomeIsToldAndThenThatTheMessageIsSettled() {
        Events events = new Events();
        Sender sender = client(new Events())
                .connect(listenForWishes().uri())
                .openSender(SenderOptions.of("a").handler(events.handler()))
                .awaitOpen(SOON);
        for (String wish : List.of("accept", "reject", "release", "modify")) {
            sender.send(Message.of(wish)).await(SOON);
        }

        events.await(
                "SenderOpened",
                "Accepted",
                "Settled",
                "Rejected",
                "Settled",
                "Released",
                "Settled",
                "Modified",
                "Settled");
        Tracker rejected = (Tracker) events.argument("Rejected", 0);
        assertThat(rejected.message().body()).isEqualTo("reject");
        assertThat(rejected.outcome()).hasToString("rejected amqp:not-allowed: as it wished");
    }

    @Test
    void modifiedIsToldAsReleasedToWhoDoesNotTellThemApart() {
        List<Tracker> released = new CopyOnWriteArrayList<>();
        Sender sender = client(new Events())
                .connect(listenForWishes().uri())
                .openSender(SenderOptions.of("a").handler(new MessagingHandler() {
                    @Override
                    public void onReleased(Tracker tracker) {
                        released.add(tracker);
                    }
                }));
        Tracker sent = sender.send(Message.of("modify"));

        await().untilAsserted(() -> assertThat(released).containsExactly(sent));
    }

    @Test
    void messageThatWasSentSettledIsSettledWithoutAnOutcome() {
        Events events = new Events();
        Sender sender = client(new Events())
                .connect(listenForWishes().uri())
                .openSender(SenderOptions.of("a")
                        .guarantee(DeliveryGuarantee.AT_MOST_ONCE)
                        .handler(events.handler()));
        sender.send(Message.of("reject"));

        events.await("SenderOpened", "Settled");
    }

    @Test
    void linkThatIsRefusedEndsWithItsError() {
        Events events = new Events();
        Listener listener = server.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .linkAcceptor(request -> request.refuse(ErrorCondition.of(AmqpError.NOT_FOUND, "no such node"))));
        Receiver receiver = client(new Events())
                .connect(listener.uri())
                .openReceiver(ReceiverOptions.of("a").handler(events.handler()));

        events.await("LinkError", "LinkClosed");
        assertThat(events.argument("LinkError", 0)).isSameAs(receiver);
        assertThat((Exception) events.argument("LinkError", 1)).hasMessageContaining("no such node");
    }

    @Test
    void breakIsToldAndThatTheConnectionAndItsLinksAreOpenAgain() {
        Events events = new Events();
        Listener listener = listenForWishes();
        try (FaultyLink link = FaultyLink.to(listener.port())) {
            Connection connection = client(events).connect("amqp://127.0.0.1:" + link.port());
            connection.openSender("a").awaitOpen(SOON);
            events.await("Start", "ConnectionOpened", "SessionOpened", "SenderOpened");
            events.all.clear();

            link.cut();
            await().until(() -> events.all.contains("Disconnected"));
            link.heal();

            events.await("Disconnected", "ConnectionOpened", "SessionOpened", "SenderOpened");
        }
    }

    @Test
    void breakWithoutAnotherTryIsAnErrorAndTheEndOfAll() {
        Events events = new Events();
        Listener listener = listenForWishes();
        try (FaultyLink link = FaultyLink.to(listener.port())) {
            Connection connection = client(events)
                    .connect(ConnectionOptions.of("amqp://127.0.0.1:" + link.port())
                            .reconnect(ReconnectOptions.OFF));
            connection.openSender("a").awaitOpen(SOON);
            events.await("Start", "ConnectionOpened", "SessionOpened", "SenderOpened");
            await().until(() -> events.all.contains("Sendable"));
            events.all.clear();
            events.arguments.clear();

            link.cut();
            await().until(() -> events.all.contains("ConnectionClosed"));

            assertThat(events.inOrder())
                    .containsSubsequence("Disconnected", "ConnectionError", "ConnectionClosed")
                    .containsSubsequence("LinkError", "LinkClosed");
            assertThat(events.argument("ConnectionError", 0)).isSameAs(connection);
            assertThat((Exception) events.argument("ConnectionError", 1)).isInstanceOf(ConnectionLostException.class);
        }
    }

    @Test
    void receiverThatDrainsIsToldToTheSendersHandler() throws Exception {
        Events sending = new Events();
        Events receiving = new Events();
        Listener listener = server.listen("amqp://127.0.0.1:0", sending.handler());
        Receiver receiver = client(new Events())
                .connect(listener.uri())
                .openReceiver(ReceiverOptions.of("a").creditWindow(0).handler(receiving.handler()))
                .awaitOpen(SOON);
        receiver.addCredit(5);
        await().until(() -> sending.all.contains("Sendable"));
        Sender sender = (Sender) sending.argument("SenderOpened", 0);
        sender.send(Message.of("one"));
        receiving.await("ReceiverOpened", "Message");

        receiver.drain().get(60, java.util.concurrent.TimeUnit.SECONDS);

        assertThat(sending.inOrder()).containsSubsequence("ConnectionOpened", "SessionOpened", "SenderOpened", "Drain");
        assertThat(sender.credit()).isZero();
    }

    @Test
    void eventGoesToTheNearestHandlerAlone() {
        Events ofContainer = new Events();
        Events ofConnection = new Events();
        Events ofLink = new Events();
        Connection connection = client(ofContainer)
                .connect(ConnectionOptions.of(listenForWishes().uri()).handler(ofConnection.handler()));
        connection
                .openSender(SenderOptions.of("a").handler(ofLink.handler()))
                .send(Message.of("m"))
                .await(SOON);
        ofLink.await("SenderOpened", "Accepted", "Settled");
        connection.openReceiver("b").awaitOpen(SOON);

        ofConnection.await("ConnectionOpened", "SessionOpened", "ReceiverOpened");
        ofContainer.await("Start");
    }
}
