package io.amqp10.benchmarks.client;

import com.rabbitmq.client.amqp.Connection;
import com.rabbitmq.client.amqp.ConnectionBuilder;
import com.rabbitmq.client.amqp.Consumer;
import com.rabbitmq.client.amqp.Environment;
import com.rabbitmq.client.amqp.Message;
import com.rabbitmq.client.amqp.Publisher;
import com.rabbitmq.client.amqp.Requester;
import com.rabbitmq.client.amqp.impl.AmqpEnvironmentBuilder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** RabbitMQ's client for AMQP 1.0: publishes with callbacks, consumes with a message handler, requests with futures. */
final class RabbitMqClient implements ClientUnderTest {

    /** What the addresses begin with that it makes of the names of queues. */
    private static final String QUEUES = "/queues/";

    private final byte[] body;
    private final int maxInFlight;
    private final Environment environment = new AmqpEnvironmentBuilder().build();
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private @Nullable Connection connection;

    RabbitMqClient(Load load) {
        body = Bodies.ofSize(load.bodyBytes());
        maxInFlight = ClientUnderTest.maxInFlight(load.bodyBytes());
    }

    @Override
    public void connect(Target target) throws Exception {
        ConnectionBuilder builder = environment
                .connectionBuilder()
                .uri((target.tls() ? "amqps" : "amqp") + "://127.0.0.1:" + target.port())
                .saslMechanism("ANONYMOUS");
        if (target.tls()) {
            builder.tls().sslContext(Tls.client(target.trustStore()));
        }
        connection = builder.build();
    }

    @Override
    public void send(String address, boolean settled, Meter meter) throws Exception {
        if (settled) {
            throw ClientUnderTest.notMeasured();
        }
        Semaphore room = new Semaphore(maxInFlight);
        Publisher.Callback onOutcome = context -> {
            fail(context);
            meter.completed(1);
            room.release();
        };
        try (Publisher publisher = publisher(address)) {
            while (!meter.isStopped()) {
                room.acquire();
                publisher.publish(publisher.message(body), onOutcome);
                meter.sent(1);
            }
            if (!room.tryAcquire(maxInFlight, 60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("outcomes are missing");
            }
        }
        throwIfFailed();
    }

    private void fail(Publisher.Context context) {
        if (context.status() != Publisher.Status.ACCEPTED) {
            failure.completeExceptionally(
                    new IllegalStateException("not accepted: " + context.status(), context.failureCause()));
        }
    }

    private void throwIfFailed() throws ExecutionException, InterruptedException {
        if (failure.isDone()) {
            failure.get();
        }
    }

    @Override
    public void receive(String address, Meter meter) throws Exception {
        Meter.Part handled = meter.part();
        try (Consumer consumer = consumer(address, (context, message) -> {
            check(message);
            context.accept();
            handled.completed(1);
        })) {
            while (!meter.isStopped()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            consumer.pause();
            // What it handles while it is closed is not accepted, and no error tells so.
            long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (consumer.unsettledMessageCount() > 0) {
                throwIfFailed();
                if (System.nanoTime() > giveUpAt) {
                    throw new IllegalStateException(consumer.unsettledMessageCount() + " messages are not handled");
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
        throwIfFailed();
    }

    private void check(Message message) {
        if (message.body().length != body.length) {
            failure.completeExceptionally(new IllegalStateException("not the body that was sent"));
        }
    }

    @Override
    public void sendAndReceive(String address, String replyAddress, Meter meter) throws Exception {
        Meter.Part handled = meter.part();
        CompletableFuture<Publisher> opened = new CompletableFuture<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        AtomicLong sent = new AtomicLong(TO_AND_FRO);
        long[] back = new long[1];
        try (Consumer consumer = consumer(replyAddress, (context, message) -> {
                    check(message);
                    context.accept();
                    handled.completed(1);
                    back[0]++;
                    if (!meter.isStopped()) {
                        Publisher publisher = opened.join();
                        publisher.publish(publisher.message(body), this::fail);
                        sent.lazySet(sent.getPlain() + 1);
                        handled.sent(1);
                    } else if (back[0] == sent.getPlain()) {
                        end.complete(null);
                    }
                });
                Publisher publisher = publisher(address)) {
            opened.complete(publisher);
            for (int i = 0; i < TO_AND_FRO; i++) {
                meter.sent(1);
                publisher.publish(publisher.message(body), this::fail);
            }
            end.get();
            consumer.pause();
        }
        throwIfFailed();
    }

    @Override
    public void paced(String address, String replyAddress, Pace pace, Meter meter) throws Exception {
        try (Consumer consumer = consumer(replyAddress, (context, message) -> {
                    meter.latency(Pace.nanosSince(message.body()));
                    context.accept();
                });
                Publisher publisher = publisher(address)) {
            while (!meter.isStopped()) {
                long due = pace.next();
                meter.sent(1);
                publisher.publish(publisher.message(Pace.stamped(body, due)), this::fail);
            }
            meter.awaitCompleted();
            consumer.pause();
        }
        throwIfFailed();
    }

    @Override
    public void request(String address, String replyAddress, Meter meter) throws Exception {
        // What answers sends requests back as they are.
        try (Requester requester = connected()
                .requesterBuilder()
                .requestAddress()
                .queue(queue(address))
                .requester()
                .replyToQueue(queue(replyAddress))
                .correlationIdExtractor(Message::messageId)
                .build()) {
            while (!meter.isStopped()) {
                long start = System.nanoTime();
                meter.sent(1);
                Message reply = requester.publish(requester.message(body)).get(10, TimeUnit.SECONDS);
                Bodies.checkSize(reply.body().length, body);
                meter.latency(System.nanoTime() - start);
            }
        }
    }

    private Publisher publisher(String address) {
        return connected().publisherBuilder().queue(queue(address)).build();
    }

    private Consumer consumer(String address, Consumer.MessageHandler handler) {
        return connected()
                .consumerBuilder()
                .queue(queue(address))
                .initialCredits(CREDIT_WINDOW)
                .messageHandler(handler)
                .build();
    }

    private static String queue(String address) {
        return address.startsWith(QUEUES) ? address.substring(QUEUES.length()) : address;
    }

    private Connection connected() {
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }

    @Override
    public void close() {
        environment.close();
    }
}
