package io.amqp10.examples;

import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;

/** Hello world without a broker that stops listening when its connection is closed. Argument: URI, optional. */
public final class HelloWorldDirectStop implements MessagingHandler {

    private HelloWorldDirectStop() {}

    @Override
    public void onMessage(Delivery delivery) {
        System.out.println(delivery.message().body());
        delivery.connection().close();
    }

    /** Stops listening with the connection. */
    private record Stop(Listener listener) implements MessagingHandler {
        @Override
        public void onConnectionClosed(Connection connection) {
            listener.close();
        }
    }

    /**
     * Runs until the message came.
     *
     * @param args URI
     */
    public static void main(String... args) {
        String uri = args.length > 0 ? args[0] : "localhost:8888";
        try (Container container = Container.create("direct", new HelloWorldDirectStop())) {
            Stop stop = new Stop(container.listen(uri));
            Connection connection = container.connect(uri, stop);
            connection.openSender("examples").send(Message.of("Hello World!"));
            container.run();
        }
    }
}
