package io.amqp10.benchmarks.client;

import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.DeliveryGuarantee;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Ours: sends from an application thread with a future for each outcome, receives with a handler, requests blockingly. */
final class Amqp10Client implements ClientUnderTest {

    private final byte[] body;
    private final Container container = Container.create();
    private @Nullable Connection connection;

    Amqp10Client(int bodyBytes) {
        body = Bodies.ofSize(bodyBytes);
    }

    @Override
    public void connect(int port) {
        connection = container.connect("amqp://127.0.0.1:" + port).awaitOpen();
    }

    private Connection connected() {
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }

    @Override
    public void send(String address, boolean settled, Meter meter) throws Exception {
        SenderOptions options = SenderOptions.of(address)
                .guarantee(settled ? DeliveryGuarantee.AT_MOST_ONCE : DeliveryGuarantee.AT_LEAST_ONCE);
        Sender sender = connected().openSender(options).awaitOpen();
        if (settled) {
            while (!meter.isStopped()) {
                sender.send(Message.of(body));
                meter.sent(1);
                meter.completed(1);
            }
        } else {
            sendUnsettled(sender, meter);
        }
        sender.close();
    }

    private void sendUnsettled(Sender sender, Meter meter) throws Exception {
        CompletableFuture<Void> failure = new CompletableFuture<>();
        AtomicLong done = new AtomicLong();
        long sent = 0;
        while (!meter.isStopped()) {
            sender.send(Message.of(body)).settlement().whenComplete((outcome, error) -> {
                if (error != null) {
                    failure.completeExceptionally(error);
                } else if (!outcome.isAccepted()) {
                    failure.completeExceptionally(new IllegalStateException("not accepted: " + outcome));
                }
                done.lazySet(done.getPlain() + 1);
                meter.completed(1);
            });
            meter.sent(1);
            sent++;
        }
        long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (done.get() < sent) {
            if (System.nanoTime() > giveUpAt) {
                throw new IllegalStateException("outcomes are missing: " + (sent - done.get()));
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        failure.getNow(null);
    }

    @Override
    public void receive(String address, Meter meter) throws Exception {
        CompletableFuture<Void> failure = new CompletableFuture<>();
        MessagingHandler handler = new MessagingHandler() {
            @Override
            public void onMessage(Delivery delivery) {
                byte[] received = delivery.message().bodyAsBytes();
                if (received.length != body.length) {
                    failure.completeExceptionally(new IllegalStateException("not the body that was sent"));
                }
                meter.completed(1);
            }
        };
        ReceiverOptions options =
                ReceiverOptions.of(address).creditWindow(CREDIT_WINDOW).handler(handler);
        Receiver receiver = connected().openReceiver(options).awaitOpen();
        while (!meter.isStopped()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        failure.getNow(null);
        receiver.close();
    }

    @Override
    public void request(String address, String replyAddress, Meter meter) {
        Receiver receiver = connected()
                .openReceiver(ReceiverOptions.of(replyAddress).creditWindow(CREDIT_WINDOW))
                .awaitOpen();
        Sender sender = connected().openSender(address).awaitOpen();
        while (!meter.isStopped()) {
            long start = System.nanoTime();
            sender.send(Message.builder().replyTo(replyAddress).body(body).build());
            meter.sent(1);
            Delivery reply = receiver.receive(Duration.ofSeconds(10));
            if (reply == null) {
                throw new IllegalStateException("no reply");
            }
            byte[] received = reply.message().bodyAsBytes();
            Bodies.checkSize(received.length, body);
            reply.accept();
            meter.latency(System.nanoTime() - start);
        }
        sender.close();
        receiver.close();
    }

    @Override
    public void close() {
        container.close();
    }
}
