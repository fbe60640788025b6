package io.amqp10.examples;

import io.amqp10.Amqp10Exception;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Link;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Sender;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Answers each request with its text in upper case. Arguments: URI and address, both optional. */
public final class Server implements MessagingHandler {

    private final Map<String, Sender> senders = new HashMap<>();

    private Server() {}

    @Override
    public void onMessage(Delivery delivery) {
        Message request = delivery.message();
        String replyTo = request.replyTo();
        if (replyTo != null) {
            Object id = request.correlationId() != null ? request.correlationId() : request.messageId();
            senders.computeIfAbsent(replyTo, delivery.connection()::openSender)
                    .send(Message.builder()
                            .body(request.bodyAsString().toUpperCase(Locale.ROOT))
                            .correlationId(id)
                            .build());
        }
    }

    @Override
    public void onLinkError(Link link, Amqp10Exception error) {
        System.out.println("Closed due to " + error.getMessage());
        if (!senders.values().remove(link)) {
            link.connection().close(); // nobody can ask any more
        }
    }

    /**
     * Runs until the process is stopped.
     *
     * @param args URI and address
     */
    public static void main(String... args) {
        String uri = args.length > 0 ? args[0] : "localhost:5672";
        String address = args.length > 1 ? args[1] : "examples";
        Server server = new Server();
        try (Container container = Container.create()) {
            container.connect(uri, server).openReceiver(address);
            container.run();
        }
    }
}
