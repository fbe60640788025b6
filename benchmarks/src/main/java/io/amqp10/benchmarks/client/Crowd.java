package io.amqp10.benchmarks.client;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Ours with many connections. Messages are sent in bursts, from connection to connection, so that as many share a write as
 * where there is one connection.
 */
final class Crowd {

    private static final int CONNECTING = 200;
    private static final long END_SECONDS = 60;

    private final List<Connection> connections;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();

    private Crowd(List<Connection> connections) {
        this.connections = connections;
    }

    static Crowd connect(Container container, ConnectionOptions options, Load load) {
        List<Connection> connections = new ArrayList<>();
        while (connections.size() < load.connections()) {
            int from = connections.size();
            while (connections.size() < Math.min(load.connections(), from + CONNECTING)) {
                connections.add(container.connect(options));
            }
            connections.subList(from, connections.size()).forEach(Connection::awaitOpen);
        }
        return new Crowd(connections);
    }

    void send(String address, byte[] body, Meter meter) throws InterruptedException {
        List<Sender> senders = new ArrayList<>();
        connections.forEach(connection -> senders.add(connection.openSender(address)));
        senders.forEach(Sender::awaitOpen);
        List<Meter.Part> parts = new ArrayList<>();
        senders.forEach(sender -> parts.add(meter.part()));
        Semaphore room = new Semaphore(Load.BURST * Load.BURSTS_UNDER_WAY);
        for (int next = 0; !meter.isStopped(); next = next + 1 == senders.size() ? 0 : next + 1) {
            room.acquire(Load.BURST);
            Sender sender = senders.get(next);
            Meter.Part part = parts.get(next);
            for (int i = 0; i < Load.BURST; i++) {
                sender.send(Message.of(body)).settlement().whenComplete((outcome, error) -> {
                    if (error != null) {
                        failure.completeExceptionally(error);
                    } else if (!outcome.isAccepted()) {
                        failure.completeExceptionally(new IllegalStateException("not accepted: " + outcome));
                    }
                    part.completed(1);
                    room.release();
                });
            }
            part.sent(Load.BURST);
        }
        if (!room.tryAcquire(Load.BURST * Load.BURSTS_UNDER_WAY, END_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("outcomes are missing");
        }
        failure.getNow(null);
    }

    void receive(String address, byte[] body, Meter meter) throws Exception {
        List<Receiver> receivers = new ArrayList<>();
        for (Connection connection : connections) {
            Meter.Part part = meter.part();
            MessagingHandler handler = new MessagingHandler() {
                @Override
                public void onMessage(Delivery delivery) {
                    if (delivery.message().bodyAsBytes().length != body.length) {
                        failure.completeExceptionally(new IllegalStateException("not the body that was sent"));
                    }
                    part.completed(1);
                }
            };
            receivers.add(connection.openReceiver(
                    ReceiverOptions.of(address).creditWindow(Load.BURST).handler(handler)));
        }
        receivers.forEach(Receiver::awaitOpen);
        while (!meter.isStopped()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        // All at once: what the others are sent meanwhile is in the way of each that is closed.
        receivers.forEach(Receiver::pause);
        CompletableFuture.allOf(receivers.stream().map(Receiver::closeAsync).toArray(CompletableFuture<?>[]::new))
                .get(END_SECONDS, TimeUnit.SECONDS);
        failure.getNow(null);
    }
}
