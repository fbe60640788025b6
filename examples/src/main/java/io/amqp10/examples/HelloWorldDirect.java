package io.amqp10.examples;

import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;

/**
 * Hello world without a broker: listens, connects to itself, and goes on listening until it is stopped. Argument: URI,
 * optional.
 */
public final class HelloWorldDirect implements MessagingHandler {

    private HelloWorldDirect() {}

    @Override
    public void onMessage(Delivery delivery) {
        System.out.println(delivery.message().body());
        delivery.connection().close();
    }

    /**
     * Runs until the process is stopped.
     *
     * @param args URI
     */
    public static void main(String... args) {
        String uri = args.length > 0 ? args[0] : "localhost:8888";
        try (Container container = Container.create("direct", new HelloWorldDirect())) {
            container.listen(uri);
            Connection connection = container.connect(uri);
            connection.openSender("examples").send(Message.of("Hello World!"));
            container.run();
        }
    }
}
