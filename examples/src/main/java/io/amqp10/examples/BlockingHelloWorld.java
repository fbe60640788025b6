package io.amqp10.examples;

import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.Sender;

/** Hello world with calls that wait, in ten lines. Argument: URI, optional. */
public final class BlockingHelloWorld {

    private BlockingHelloWorld() {}

    /**
     * Runs until the message came back.
     *
     * @param args URI
     */
    public static void main(String... args) {
        String uri = args.length > 0 ? args[0] : "amqp://localhost:5672";
        try (Container container = Container.create()) {
            Connection connection = container.connect(uri);
            Sender sender = connection.openSender("examples");
            sender.send(Message.of("Hello World!")).await().orThrow();
            Delivery delivery = connection.openReceiver("examples").receive();
            System.out.println(delivery.message().body());
            delivery.accept();
        }
    }
}
