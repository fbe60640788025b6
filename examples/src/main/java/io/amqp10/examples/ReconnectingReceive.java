package io.amqp10.examples;

import io.amqp10.Amqp10Exception;
import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.MessagingHandler;
import io.amqp10.ReconnectOptions;
import java.time.Duration;

/**
 * Prints the messages of a queue, whatever happens to the broker. Reconnecting is on by default; this sets its backoff,
 * has it outlive a close without an error too, and tells of it. Arguments: URI (several, separated by commas) and address,
 * both optional.
 */
public final class ReconnectingReceive implements MessagingHandler {

    private ReconnectingReceive() {}

    @Override
    public void onMessage(Delivery delivery) {
        System.out.println(delivery.message().body());
    }

    @Override
    public void onDisconnected(Connection connection, Amqp10Exception cause) {
        System.out.println("Disconnected, reconnecting...");
    }

    /**
     * Runs until the process is stopped.
     *
     * @param args URI and address
     */
    public static void main(String... args) {
        String uri = args.length > 0 ? args[0] : "localhost:5672";
        String address = args.length > 1 ? args[1] : "examples";
        ReconnectOptions backoff = ReconnectOptions.DEFAULT
                .initialDelay(Duration.ofMillis(50))
                .maxDelay(Duration.ofSeconds(2))
                .afterCleanClose(true);
        ReconnectingReceive handler = new ReconnectingReceive();
        try (Container container = Container.create()) {
            container
                    .connect(ConnectionOptions.of(uri).reconnect(backoff).handler(handler))
                    .openReceiver(address);
            container.run();
        }
    }
}
