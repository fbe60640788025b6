package io.amqp10.examples;

import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.Sender;
import io.amqp10.Transaction;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Moves messages from one queue to another, each in a transaction: whatever breaks, a message is in one of them, and in one
 * only. Ends when no message came for ten seconds. Arguments: URI, from, to.
 */
public final class MoveInTransactions {

    private MoveInTransactions() {}

    /**
     * Runs until the first queue is empty.
     *
     * @param args URI, from, to
     */
    public static void main(String... args) {
        if (args.length != 3) {
            throw new IllegalArgumentException("the arguments are: URI, from, to");
        }
        try (Container container = Container.create()) {
            Connection connection = container.connect(args[0]);
            Receiver from = connection.openReceiver(args[1]).awaitOpen();
            Sender to = connection.openSender(args[2]);
            for (Delivery delivery = next(from); delivery != null; delivery = next(from)) {
                Message message = delivery.message();
                try (Transaction transaction = connection.transaction()) {
                    to.send(message, transaction);
                    delivery.accept(transaction);
                    transaction.commit();
                }
                System.out.println("moved " + message.body());
            }
        }
    }

    private static @Nullable Delivery next(Receiver from) {
        return from.receive(Duration.ofSeconds(10));
    }
}
