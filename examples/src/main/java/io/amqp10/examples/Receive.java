package io.amqp10.examples;

import io.amqp10.Amqp10Exception;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Link;
import io.amqp10.MessagingHandler;

/** Prints the messages of a queue until it is stopped. Arguments: URI and address, both optional. */
public final class Receive implements MessagingHandler {

    private Receive() {}

    @Override
    public void onMessage(Delivery delivery) {
        System.out.println(delivery.message().body());
    }

    @Override
    public void onLinkError(Link link, Amqp10Exception error) {
        System.out.println("Closed due to " + error.getMessage());
        link.connection().close();
    }

    /**
     * Runs until the process is stopped or the broker closes the link.
     *
     * @param args URI and address
     */
    public static void main(String... args) {
        String uri = args.length > 0 ? args[0] : "localhost:5672";
        String address = args.length > 1 ? args[1] : "examples";
        try (Container container = Container.create()) {
            container.connect(uri).openReceiver(address, new Receive());
            container.run();
        }
    }
}
