package io.amqp10.examples;

import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * Sends requests, one after another, and prints the answers, which come to an address that the broker makes up. Arguments:
 * URI and address, both optional.
 */
public final class Client implements MessagingHandler {

    private final Queue<String> requests = new ArrayDeque<>(List.of(
            "Twas brillig, and the slithy toves",
            "Did gire and gymble in the wabe.",
            "All mimsy were the borogroves,",
            "And the mome raths outgrabe."));
    private final Sender sender;

    private Client(Sender sender) {
        this.sender = sender;
    }

    @Override
    public void onReceiverOpened(Receiver receiver) {
        next(receiver);
    }

    @Override
    public void onMessage(Delivery delivery) {
        System.out.println(requests.remove() + " => " + delivery.message().body());
        if (requests.isEmpty()) {
            delivery.connection().close();
        } else {
            next(delivery.receiver());
        }
    }

    private void next(Receiver receiver) {
        sender.send(Message.builder()
                .body(requests.element())
                .replyTo(receiver.address())
                .build());
    }

    /**
     * Runs until the last answer came.
     *
     * @param args URI and address
     */
    public static void main(String... args) {
        String uri = args.length > 0 ? args[0] : "localhost:5672";
        String address = args.length > 1 ? args[1] : "examples";
        try (Container container = Container.create()) {
            Connection connection = container.connect(uri);
            Client client = new Client(connection.openSender(address));
            connection.openReceiver(ReceiverOptions.dynamicNode().handler(client));
            container.run();
        }
    }
}
