package io.amqp10.benchmarks.client;

import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;

/** Ours with bodies that are streams: no message is in memory as a whole. */
final class StreamClient extends OneConnection {

    private static final Duration POLL = Duration.ofMillis(200);

    private final byte[] body;

    StreamClient(Load load) {
        body = Bodies.ofSize(load.bodyBytes());
    }

    @Override
    public void send(String address, boolean settled, Meter meter) throws Exception {
        Sender sender = connected().openSender(address).awaitOpen();
        Message head = Message.builder().build();
        while (!meter.isStopped()) {
            meter.sent(1);
            sender.stream(head, new ByteArrayInputStream(body), body.length).orThrow();
            meter.completed(1);
        }
        sender.close();
    }

    @Override
    public void receive(String address, Meter meter) throws Exception {
        Receiver receiver = connected()
                .openReceiver(
                        ReceiverOptions.of(address).creditWindow(CREDIT_WINDOW).streaming(true))
                .awaitOpen();
        WritableByteChannel nowhere = new Nowhere();
        while (!meter.isStopped()) {
            Delivery delivery = receiver.receive(POLL);
            if (delivery == null) {
                continue;
            }
            long length = delivery.transferBodyTo(nowhere);
            Bodies.checkSize((int) length, body);
            delivery.accept();
            meter.completed(1);
        }
        receiver.close();
    }

    /** Takes octets and forgets them, as the raw socket does. */
    private static final class Nowhere implements WritableByteChannel {

        @Override
        public int write(ByteBuffer octets) {
            int length = octets.remaining();
            octets.position(octets.limit());
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // There is nothing to close.
        }
    }
}
