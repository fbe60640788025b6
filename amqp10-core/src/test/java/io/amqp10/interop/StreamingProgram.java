package io.amqp10.interop;

import io.amqp10.BodyConsumer;
import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Link;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.zip.CRC32;

/**
 * Sends or receives one large message, in a process of its own: {@code listen}, or
 * {@code send|receive|consume URL ADDRESS [MIB]}.
 * Prints a line for each 64 MiB, and the size and checksum at the end.
 */
public final class StreamingProgram {

    private static final int BLOCK = 1 << 16;
    private static final int BLOCKS_PER_LINE = 1024;

    private StreamingProgram() {}

    /**
     * Runs it.
     *
     * @param arguments see above
     * @throws Exception if anything fails
     */
    public static void main(String[] arguments) throws Exception {
        try (Container container = Container.create("streaming-" + arguments[0])) {
            switch (arguments[0]) {
                case "listen" -> listen(container);
                case "send" ->
                    send(container.connect(arguments[1]).awaitOpen(), arguments[2], Integer.parseInt(arguments[3]));
                case "consume" -> consume(container.connect(arguments[1]).awaitOpen(), arguments[2]);
                case "receive" -> receive(container.connect(arguments[1]).awaitOpen(), arguments[2]);
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
    }

    private static void listen(Container container) throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        MessagingHandler handler = new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                read(delivery);
            }

            @Override
            public void onLinkClosed(Link link) {
                closed.countDown();
            }
        };
        Listener listener = container.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .handler(handler)
                .linkAcceptor(request -> request.accept(ReceiverOptions.of("").streaming(true))));
        System.out.println("LISTENING " + listener.port());
        closed.await();
    }

    private static void receive(Connection connection, String address) {
        try (Receiver receiver =
                connection.openReceiver(ReceiverOptions.of(address).streaming(true))) {
            Delivery delivery = receiver.receive(Duration.ofMinutes(2));
            if (delivery == null) {
                throw new IllegalStateException("nothing came");
            }
            read(delivery);
            delivery.accept();
        }
    }

    private static void consume(Connection connection, String address) {
        try (Receiver receiver =
                connection.openReceiver(ReceiverOptions.of(address).bodyConsumer(delivery -> new Counting()))) {
            Delivery delivery = receiver.receive(Duration.ofMinutes(2));
            if (delivery == null) {
                throw new IllegalStateException("nothing came");
            }
            Counting body = (Counting) Objects.requireNonNull(delivery.bodyConsumer());
            System.out.println("received " + body.size + " octets, checksum " + Long.toHexString(body.sum.getValue()));
            delivery.accept();
        }
    }

    /** Has all octets before the message is handed over. */
    private static final class Counting implements BodyConsumer {

        private final CRC32 sum = new CRC32();
        private long size;

        @Override
        public void onOctets(ByteBuffer octets) {
            long before = size;
            size += octets.remaining();
            sum.update(octets);
            for (long mib = (before >> 26) + 1; mib <= size >> 26; mib++) {
                System.out.println("at " + (mib << 6) + " MiB");
            }
        }
    }

    private static void read(Delivery delivery) {
        CRC32 sum = new CRC32();
        byte[] block = new byte[BLOCK];
        long size = 0;
        System.out.println("subject " + delivery.message().subject());
        try (InputStream in = delivery.bodyStream()) {
            int blocks = 0;
            for (int n = in.readNBytes(block, 0, BLOCK); n > 0; n = in.readNBytes(block, 0, BLOCK)) {
                sum.update(block, 0, n);
                size += n;
                if (++blocks % BLOCKS_PER_LINE == 0) {
                    System.out.println("at " + (size >> 20) + " MiB");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.out.println("received " + size + " octets, checksum " + Long.toHexString(sum.getValue()));
    }

    private static void send(Connection connection, String address, int mib) throws IOException {
        try (Sender sender = connection.openSender(address)) {
            Pattern body = new Pattern((long) mib << 20);
            Message head = Message.builder()
                    .durable(true)
                    .subject("large")
                    .contentType("application/octet-stream")
                    .build();
            SendOutcome outcome = sender.stream(head, body, (long) mib << 20);
            System.out.println(outcome.status() + ", checksum " + Long.toHexString(body.sum.getValue()));
        }
    }

    /** Octets no two blocks of which are the same. */
    private static final class Pattern extends InputStream {
        final CRC32 sum = new CRC32();
        private final byte[] block = new byte[BLOCK];
        private final long size;
        private long position;

        Pattern(long size) {
            this.size = size;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (position == size) {
                return -1;
            }
            int at = (int) (position % BLOCK);
            if (at == 0) {
                long number = position / BLOCK;
                for (int i = 0; i < BLOCK; i += Long.BYTES) {
                    block[i + (int) (number & 7)] = (byte) (number >> 3);
                }
                if (number % BLOCKS_PER_LINE == 0) {
                    System.out.println("at " + (position >> 20) + " MiB");
                }
            }
            int n = (int) Math.min(Math.min(length, BLOCK - at), size - position);
            System.arraycopy(block, at, into, offset, n);
            sum.update(block, at, n);
            position += n;
            return n;
        }

        @Override
        public int available() {
            return (int) Math.min(size - position, Integer.MAX_VALUE);
        }
    }
}
