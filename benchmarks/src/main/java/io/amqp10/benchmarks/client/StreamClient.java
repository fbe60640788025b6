package io.amqp10.benchmarks.client;

import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;

/** Ours with bodies that are streams: no message is in memory as a whole. */
final class StreamClient extends OneConnection {

    private static final int PIECE = 64 * 1024;
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
        byte[] piece = new byte[PIECE];
        while (!meter.isStopped()) {
            Delivery delivery = receiver.receive(POLL);
            if (delivery == null) {
                continue;
            }
            long length = 0;
            try (InputStream in = delivery.bodyStream()) {
                for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                    length += n;
                }
            }
            Bodies.checkSize((int) length, body);
            delivery.accept();
            meter.completed(1);
        }
        receiver.close();
    }
}
