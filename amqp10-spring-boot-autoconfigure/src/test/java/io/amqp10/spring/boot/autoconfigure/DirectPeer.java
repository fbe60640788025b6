package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.LinkAcceptor;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Sender;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** A peer without a broker, for what needs a connection and no queue. */
class DirectPeer implements MessagingHandler, AutoCloseable {

    final BlockingQueue<Message> received = new LinkedBlockingQueue<>();

    private final Map<String, CompletableFuture<Sender>> senders = new ConcurrentHashMap<>();
    private final Map<String, Sender> newest = new ConcurrentHashMap<>();
    private final Container container = Container.create("peer");
    private final Listener listener;

    DirectPeer() {
        this(LinkAcceptor.ALL);
    }

    DirectPeer(LinkAcceptor acceptor) {
        this.listener = container.listen(ListenOptions.of("amqp://127.0.0.1:0")
                .handler(this)
                .linkAcceptor(acceptor)
                .closeTimeout(Duration.ofMillis(200)));
    }

    String url() {
        return listener.uri();
    }

    ApplicationContextRunner contexts() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, Amqp10AutoConfiguration.class))
                .withPropertyValues("amqp10.url=" + url(), "amqp10.listener.retry.initial-delay=50ms");
    }

    /** Returns what sends to whoever receives from an address, as soon as someone does. */
    Sender sender(String address) throws Exception {
        return future(address).get(60, TimeUnit.SECONDS);
    }

    Message next() throws InterruptedException {
        return Objects.requireNonNull(received.poll(60, TimeUnit.SECONDS), "a message that was sent to the peer");
    }

    private CompletableFuture<Sender> future(@Nullable String address) {
        return senders.computeIfAbsent(String.valueOf(address), key -> new CompletableFuture<>());
    }

    /** Returns the sender that was opened last to an address. */
    Sender newestSender(String address) {
        return Objects.requireNonNull(newest.get(address));
    }

    @Override
    public void onSenderOpened(Sender sender) {
        newest.put(String.valueOf(sender.address()), sender);
        future(sender.address()).complete(sender);
    }

    @Override
    public void onMessage(Delivery delivery) {
        received.add(delivery.message());
    }

    @Override
    public void close() {
        container.close();
    }
}
