package io.amqp10.examples;

import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import io.amqp10.StreamSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Sends a file as one message, or receives one as a file, of any size: it is read and written while it is on its way, so
 * that little of it is in memory at a time. Arguments: {@code send} or {@code receive}, file, and URI and address, both
 * optional.
 */
public final class StreamFile {

    private StreamFile() {}

    /**
     * Runs until the peer has accepted the file, or until one was received.
     *
     * @param args {@code send} or {@code receive}, file, URI and address
     * @throws IOException if the file cannot be read or written
     */
    public static void main(String... args) throws IOException {
        if (args.length < 2 || !Set.of("send", "receive").contains(args[0])) {
            throw new IllegalArgumentException("the arguments are: send or receive, file, URI, address");
        }
        Path file = Path.of(args[1]);
        String uri = args.length > 2 ? args[2] : "localhost:5672";
        String address = args.length > 3 ? args[3] : "examples";
        try (Container container = Container.create()) {
            Connection connection = container.connect(uri);
            if (args[0].equals("send")) {
                Sender sender = connection.openSender(address);
                Message head = Message.builder().subject("a file").build();
                sender.stream(head, StreamSource.of(file)).orThrow();
            } else {
                Delivery delivery = connection
                        .openReceiver(ReceiverOptions.of(address).streaming(true))
                        .receive();
                try (FileChannel target = FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
                    delivery.transferBodyTo(target);
                }
                delivery.accept();
            }
            System.out.println(Files.size(file) + " octets");
        }
    }
}
