package io.amqp10.examples;

import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;

/** Sends a message to a queue of a broker and receives it from there. Arguments: URI and address, both optional. */
public final class HelloWorld implements MessagingHandler {

    private HelloWorld() {}

    @Override
    public void onMessage(Delivery delivery) {
        System.out.println(delivery.message().body());
        delivery.connection().close();
    }

    /**
     * Runs until the message came back.
     *
     * @param args URI and address
     */
    public static void main(String... args) {
        String uri = args.length > 0 ? args[0] : "localhost:5672";
        String address = args.length > 1 ? args[1] : "examples";
        try (Container container = Container.create()) {
            Connection connection = container.connect(uri);
            connection.openReceiver(address, new HelloWorld());
            connection.openSender(address).send(Message.of("Hello World!"));
            container.run();
        }
    }
}
