package io.amqp10.benchmarks.client;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;
import org.apache.qpid.protonj2.client.Delivery;
import org.apache.qpid.protonj2.client.DeliveryMode;
import org.apache.qpid.protonj2.client.Message;
import org.apache.qpid.protonj2.client.Receiver;
import org.apache.qpid.protonj2.client.ReceiverOptions;
import org.apache.qpid.protonj2.client.Sender;
import org.apache.qpid.protonj2.client.SenderOptions;
import org.apache.qpid.protonj2.client.Tracker;
import org.apache.qpid.protonj2.client.exceptions.ClientException;
import org.jspecify.annotations.Nullable;

/** Imperative, as this client is: sends run ahead of the futures of their outcomes. */
final class Protonj2Client implements ClientUnderTest {

    private final byte[] body;
    private final int maxInFlight;
    private final Client client = Client.create();
    private @Nullable Connection connection;

    Protonj2Client(Load load) {
        body = Bodies.ofSize(load.bodyBytes());
        maxInFlight = ClientUnderTest.maxInFlight(load.bodyBytes());
    }

    @Override
    public void connect(Target target) throws Exception {
        ConnectionOptions options = new ConnectionOptions();
        if (target.tls()) {
            options.sslOptions().sslEnabled(true).sslContextOverride(Tls.client(target.trustStore()));
        }
        connection = client.connect("127.0.0.1", target.port(), options);
        connection.openFuture().get(10, TimeUnit.SECONDS);
    }

    @Override
    public void send(String address, boolean settled, Meter meter) throws Exception {
        Sender sender = sender(address, settled);
        Queue<Future<Tracker>> outcomes = new ArrayDeque<>();
        while (!meter.isStopped()) {
            Tracker tracker = sender.send(Message.create(body));
            meter.sent(1);
            if (settled) {
                meter.completed(1);
                continue;
            }
            outcomes.add(tracker.settlementFuture());
            if (outcomes.size() == maxInFlight) {
                checkAccepted(outcomes.remove());
                meter.completed(1);
            }
        }
        while (!outcomes.isEmpty()) {
            checkAccepted(outcomes.remove());
            meter.completed(1);
        }
        sender.close();
    }

    private static void checkAccepted(Future<Tracker> outcome) throws Exception {
        Tracker tracker = outcome.get(60, TimeUnit.SECONDS);
        if (!tracker.remoteState().isAccepted()) {
            throw new IllegalStateException("not accepted: " + tracker.remoteState());
        }
    }

    @Override
    public void receive(String address, Meter meter) throws Exception {
        try (Receiver receiver = receiver(address)) {
            while (!meter.isStopped()) {
                Delivery delivery = receiver.receive(100, TimeUnit.MILLISECONDS);
                if (delivery != null) {
                    Message<byte[]> message = delivery.message();
                    Bodies.checkSize(message.body().length, body);
                    delivery.accept();
                    meter.completed(1);
                }
            }
        }
    }

    @Override
    public void sendAndReceive(String address, String replyAddress, Meter meter) throws Exception {
        try (Receiver receiver = receiver(replyAddress);
                Sender sender = sender(address, false)) {
            for (int i = 0; i < TO_AND_FRO; i++) {
                sender.send(Message.create(body));
                meter.sent(1);
            }
            long inFlight = TO_AND_FRO;
            while (inFlight > 0) {
                Delivery delivery = receiver.receive(10, TimeUnit.SECONDS);
                Message<byte[]> message = delivery.message();
                Bodies.checkSize(message.body().length, body);
                delivery.accept();
                meter.completed(1);
                if (meter.isStopped()) {
                    inFlight--;
                } else {
                    sender.send(Message.create(body));
                    meter.sent(1);
                }
            }
        }
    }

    @Override
    public void paced(String address, String replyAddress, Pace pace, Meter meter) throws Exception {
        try (Receiver receiver = receiver(replyAddress);
                Sender sender = sender(address, false)) {
            AtomicBoolean over = new AtomicBoolean();
            CompletableFuture<Void> received = CompletableFuture.runAsync(() -> receivePaced(receiver, meter, over));
            while (!meter.isStopped()) {
                long due = pace.next();
                meter.sent(1);
                sender.send(Message.create(Pace.stamped(body, due)));
            }
            meter.awaitCompleted();
            over.set(true);
            received.get(30, TimeUnit.SECONDS);
        }
    }

    private static void receivePaced(Receiver receiver, Meter meter, AtomicBoolean over) {
        try {
            while (!over.get()) {
                Delivery delivery = receiver.receive(100, TimeUnit.MILLISECONDS);
                if (delivery != null) {
                    Message<byte[]> message = delivery.message();
                    meter.latency(Pace.nanosSince(message.body()));
                    delivery.accept();
                }
            }
        } catch (ClientException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void request(String address, String replyAddress, Meter meter) throws Exception {
        try (Receiver receiver = receiver(replyAddress);
                Sender sender = sender(address, false)) {
            while (!meter.isStopped()) {
                long start = System.nanoTime();
                sender.send(Message.create(body).replyTo(replyAddress));
                meter.sent(1);
                Delivery delivery = receiver.receive(10, TimeUnit.SECONDS);
                Message<byte[]> message = delivery.message();
                Bodies.checkSize(message.body().length, body);
                delivery.accept();
                meter.latency(System.nanoTime() - start);
            }
        }
    }

    private Sender sender(String address, boolean settled) throws Exception {
        SenderOptions options = new SenderOptions();
        options.deliveryMode(settled ? DeliveryMode.AT_MOST_ONCE : DeliveryMode.AT_LEAST_ONCE);
        options.targetOptions().capabilities("queue");
        Sender sender = connected().openSender(address, options);
        sender.openFuture().get(10, TimeUnit.SECONDS);
        return sender;
    }

    private Receiver receiver(String address) throws Exception {
        ReceiverOptions options =
                new ReceiverOptions().creditWindow(CREDIT_WINDOW).autoAccept(false);
        options.sourceOptions().capabilities("queue");
        Receiver receiver = connected().openReceiver(address, options);
        receiver.openFuture().get(10, TimeUnit.SECONDS);
        return receiver;
    }

    private Connection connected() {
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }

    @Override
    public void close() {
        client.close();
    }
}
