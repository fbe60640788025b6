package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LifecycleState;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.ReconnectOptions;
import io.amqp10.Sender;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An honest connection between two containers on which messages go there and back all the time, about one each millisecond,
 * in their order.
 */
final class Bystander implements AutoCloseable {

    static final String SECRET = "s3cret-of-the-bystander";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int UNDER_WAY = 10;

    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger back = new AtomicInteger();
    private final CompletableFuture<String> disorder = new CompletableFuture<>();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "bystander"));
    private final Listener listener;
    private final Connection connection;

    Bystander(Container from, Container to) {
        CompletableFuture<Sender> return_ = new CompletableFuture<>();
        listener = to.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .users(Map.of("bystander", SECRET))
                .handshakeTimeout(PATIENCE)
                .handler(new MessagingHandler() {
                    @Override
                    public void onSenderOpened(Sender sender) {
                        return_.complete(sender);
                    }

                    @Override
                    public void onMessage(Delivery delivery) {
                        return_.join().sendAsync(Message.of(delivery.message().body()));
                    }
                }));
        connection = from.connect(ConnectionOptions.of(listener.uri())
                        .user("bystander")
                        .password(SECRET)
                        .reconnect(ReconnectOptions.OFF)
                        .connectTimeout(PATIENCE))
                .awaitOpen();
        connection
                .openReceiver("back", new MessagingHandler() {
                    @Override
                    public void onMessage(Delivery delivery) {
                        Object number = delivery.message().body();
                        int expected = back.getAndIncrement();
                        if (!Integer.valueOf(expected).equals(number)) {
                            disorder.complete(number + " came where " + expected + " was expected");
                        }
                    }
                })
                .awaitOpen();
        Sender there = connection.openSender("there").awaitOpen();
        clock.scheduleAtFixedRate(
                () -> {
                    if (sent.get() - back.get() < UNDER_WAY) {
                        there.sendAsync(Message.of(sent.getAndIncrement()));
                    }
                },
                0,
                1,
                TimeUnit.MILLISECONDS);
    }

    /** Waits until messages have come that were sent after now, all in their order. */
    void isUnaffected() {
        int before = back.get();
        await("messages of the bystander")
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(60))
                .until(() -> back.get() > before + UNDER_WAY);
        assertThat(disorder).isNotDone();
        assertThat(connection.state()).isEqualTo(LifecycleState.OPEN);
    }

    /** Stops sending and waits for all that is under way. */
    void rests() throws InterruptedException {
        clock.shutdown();
        assertThat(clock.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        await("the rest of the messages").atMost(Duration.ofSeconds(60)).until(() -> back.get() == sent.get());
        assertThat(disorder).isNotDone();
    }

    @Override
    public void close() {
        clock.shutdownNow();
        connection.close();
        listener.close();
    }
}
