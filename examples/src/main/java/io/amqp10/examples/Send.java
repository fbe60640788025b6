package io.amqp10.examples;

import io.amqp10.Amqp10Exception;
import io.amqp10.Container;
import io.amqp10.Link;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Sender;
import io.amqp10.Tracker;
import java.util.Map;

/**
 * Sends a number of messages as fast as credit allows, and stops when all are confirmed. Arguments: URI, address and count,
 * all optional.
 */
public final class Send implements MessagingHandler {

    private final int total;
    private int sent;
    private int confirmed;

    private Send(int total) {
        this.total = total;
    }

    @Override
    public void onSendable(Sender sender) {
        while (sent < total && sender.trySend(Message.of(Map.of("sequence", sent))) != null) {
            sent++;
        }
    }

    @Override
    public void onAccepted(Tracker tracker) {
        confirmed++;
        if (confirmed == total) {
            System.out.println("all " + total + " messages confirmed");
            tracker.sender().connection().close();
        }
    }

    @Override
    public void onLinkError(Link link, Amqp10Exception error) {
        System.out.println("Closed due to " + error.getMessage());
        link.connection().close();
    }

    /**
     * Runs until all messages are confirmed.
     *
     * @param args URI, address and count
     */
    public static void main(String... args) {
        String uri = args.length > 0 ? args[0] : "localhost:5672";
        String address = args.length > 1 ? args[1] : "examples";
        int count = args.length > 2 ? Integer.parseInt(args[2]) : 1000;
        try (Container container = Container.create()) {
            container.connect(uri).openSender(address, new Send(count)).offered(count);
            container.run();
        }
    }
}
