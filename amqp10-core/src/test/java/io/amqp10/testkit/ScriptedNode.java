package io.amqp10.testkit;

import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LinkAcceptor;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Sender;
import io.amqp10.types.messaging.Target;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A listening container that answers requests as a test wants, in each of the ways that answers can come back. */
public final class ScriptedNode implements AutoCloseable {

    private final Container container = Container.create("node");
    private final Listener listener;
    private final Map<String, Sender> senders = new ConcurrentHashMap<>();
    private final List<Message> requests = new CopyOnWriteArrayList<>();
    private final Function<Delivery, @Nullable Message> script;

    /**
     * Starts a node.
     *
     * @param options how it listens, without acceptor and handler
     * @param acceptor who decides about links
     * @param script answers a request, null to keep silent; the correlation-id is set by the node
     */
    public ScriptedNode(ListenOptions options, LinkAcceptor acceptor, Function<Message, @Nullable Message> script) {
        this(acceptor, options, delivery -> script.apply(delivery.message()));
    }

    /**
     * Starts a node that looks at more than the message.
     *
     * @param options how it listens, without acceptor and handler
     * @param acceptor who decides about links
     * @param script answers a request, null to keep silent; the correlation-id is set by the node
     * @return the node, listening
     */
    public static ScriptedNode ofDeliveries(
            ListenOptions options, LinkAcceptor acceptor, Function<Delivery, @Nullable Message> script) {
        return new ScriptedNode(acceptor, options, script);
    }

    private ScriptedNode(LinkAcceptor acceptor, ListenOptions options, Function<Delivery, @Nullable Message> script) {
        this.script = script;
        this.listener = container.listen(options.linkAcceptor(acceptor).handler(new Answers()));
    }

    /**
     * Starts a node that accepts all links.
     *
     * @param script answers a request, null to keep silent; the correlation-id is set by the node
     */
    public ScriptedNode(Function<Message, @Nullable Message> script) {
        this(ListenOptions.of("amqp://127.0.0.1:0"), LinkAcceptor.ALL, script);
    }

    private final class Answers implements MessagingHandler {

        @Override
        public void onSenderOpened(Sender sender) {
            String target = sender.remoteTarget() instanceof Target known ? known.address() : null;
            senders.put(keyOf(sender.connection(), target != null ? target : String.valueOf(sender.address())), sender);
            senders.put(keyOf(sender.connection(), sender.name()), sender);
        }

        @Override
        public void onMessage(Delivery delivery) {
            Message request = delivery.message();
            requests.add(request);
            Message answer = script.apply(delivery);
            if (answer != null) {
                String to = Objects.requireNonNull(request.replyTo());
                String key = to.equals("$me") ? delivery.receiver().name() : to;
                Objects.requireNonNull(senders.get(keyOf(delivery.connection(), key)))
                        .send(answer.toBuilder()
                                .correlationId(
                                        request.correlationId() != null ? request.correlationId() : request.messageId())
                                .build());
            }
        }
    }

    private static String keyOf(Connection connection, String of) {
        return connection.name() + " " + of;
    }

    /**
     * Returns what came.
     *
     * @return the requests in order
     */
    public List<Message> requests() {
        return requests;
    }

    /**
     * Returns where to connect to.
     *
     * @return the URI
     */
    public String uri() {
        return listener.uri();
    }

    /**
     * Returns where to connect to.
     *
     * @return the port
     */
    public int port() {
        return listener.port();
    }

    /**
     * Returns the container that the node is in.
     *
     * @return the container
     */
    public Container container() {
        return container;
    }

    @Override
    public void close() {
        container.close();
    }
}
