package io.amqp10.benchmarks.client;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import io.amqp10.TlsOptions;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Ours with bodies that are streams: no message is in memory as a whole. */
final class StreamClient implements ClientUnderTest {

    private static final int PIECE = 64 * 1024;
    private static final Duration POLL = Duration.ofMillis(200);

    private final byte[] body;
    private final Container container = Container.create();
    private @Nullable Connection connection;

    StreamClient(Load load) {
        body = Bodies.ofSize(load.bodyBytes());
    }

    @Override
    public void connect(Target target) throws Exception {
        ConnectionOptions options =
                ConnectionOptions.of((target.tls() ? "amqps" : "amqp") + "://127.0.0.1:" + target.port());
        if (target.tls()) {
            options = options.tls(TlsOptions.DEFAULT.sslContext(Tls.client(target.trustStore())));
        }
        connection = container.connect(options).awaitOpen();
    }

    private Connection connected() {
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
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

    @Override
    public void close() {
        container.close();
    }
}
