package io.amqp10.examples;

import io.amqp10.Amqp10Exception;
import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Link;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;

/** Hello world that tells when the broker does not know the address. Arguments: URI and address, both optional. */
public final class HelloWorldWithError implements MessagingHandler {

    private HelloWorldWithError() {}

    @Override
    public void onMessage(Delivery delivery) {
        System.out.println(delivery.message().body());
        delivery.connection().close();
    }

    @Override
    public void onLinkError(Link link, Amqp10Exception error) {
        System.out.println("Closed due to " + error.getMessage());
        link.connection().close();
    }

    /**
     * Runs until the message came back or the broker refused a link.
     *
     * @param args URI and address
     */
    public static void main(String... args) {
        String uri = args.length > 0 ? args[0] : "localhost:5672";
        String address = args.length > 1 ? args[1] : "examples";
        try (Container container = Container.create()) {
            Connection connection = container.connect(uri);
            connection.openReceiver(address, new HelloWorldWithError());
            connection.openSender(address).send(Message.of("Hello World!"));
            container.run();
        }
    }
}
