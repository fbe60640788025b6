package io.amqp10.cli;

import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.Link;
import io.amqp10.LinkAcceptor;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.Tracker;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Source;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A listening container with a queue for each address, so that most tests need no broker. */
final class QueueServer implements AutoCloseable, MessagingHandler {

    private final Container container = Container.create("queue-server");
    private final Listener listener;
    private final Map<String, BlockingDeque<Message>> queues = new ConcurrentHashMap<>();
    private volatile boolean dynamic = true;
    private volatile boolean closesWhenDrained;
    private final AtomicInteger tillSendersClose = new AtomicInteger();
    private final List<Sender> senders = new CopyOnWriteArrayList<>();
    private final List<Receiver> receivers = new CopyOnWriteArrayList<>();

    QueueServer() {
        this(options -> options);
    }

    QueueServer(UnaryOperator<ListenOptions> options) {
        this("amqp://127.0.0.1:0", options);
    }

    QueueServer(String uri, UnaryOperator<ListenOptions> options) {
        LinkAcceptor acceptor = request -> {
            if (request.dynamic() && !dynamic) {
                request.refuse(ErrorCondition.of(AmqpError.NOT_IMPLEMENTED, "no dynamic nodes"));
            } else if (String.valueOf(request.address()).startsWith("forbidden")) {
                request.refuse(ErrorCondition.of(AmqpError.UNAUTHORIZED_ACCESS, "not for you"));
            } else if (request.localRole() == Role.SENDER) {
                Source source = request.attach().source();
                // what is asked for is said to be so, and messages are handed out all the same
                request.accept(SenderOptions.of("")
                        .handler(this)
                        .distributionMode(source == null ? null : source.distributionMode()));
            } else {
                ReceiverOptions receiver =
                        ReceiverOptions.of("").autoAccept(false).handler(this);
                request.accept(isStuck(request.address()) ? receiver.creditWindow(0) : receiver);
            }
        };
        listener = container.listen(options.apply(ListenOptions.of(uri).linkAcceptor(acceptor)));
    }

    /** What is sent there is never taken. */
    private static boolean isStuck(@Nullable String address) {
        return String.valueOf(address).startsWith("stuck");
    }

    void refuseDynamicNodes() {
        dynamic = false;
    }

    /** From now on closes, in good order, the connection of who wants to know whether there is more. */
    void closeWhenDrained() {
        closesWhenDrained = true;
    }

    /** Closes all links that take messages from it, without an error. */
    void closeSenders() {
        senders.forEach(Sender::closeAsync);
    }

    /** Does so when so many more messages were accepted. */
    void closeSendersAfter(int messages) {
        tillSendersClose.set(messages);
    }

    @Override
    public void onAccepted(Tracker tracker) {
        if (tillSendersClose.decrementAndGet() == 0) {
            closeSenders();
        }
    }

    /** Closes all links that bring messages, without an error. */
    void closeReceivers() {
        receivers.forEach(Receiver::closeAsync);
    }

    boolean hasReceivers() {
        return !receivers.isEmpty();
    }

    boolean hasSenders() {
        return !senders.isEmpty();
    }

    String url() {
        return listener.uri();
    }

    BlockingDeque<Message> queue(String address) {
        return queues.computeIfAbsent(address, name -> new LinkedBlockingDeque<>());
    }

    @Override
    public void onMessage(Delivery delivery) {
        String target = delivery.receiver().address();
        String address = String.valueOf(
                target == null || target.isEmpty() ? delivery.message().to() : target);
        if (address.startsWith("reject")) {
            delivery.reject(Symbol.of("test:bad"), "not this one");
            return;
        }
        if (address.startsWith("detach")) {
            delivery.receiver().closeAsync(ErrorCondition.of(AmqpError.RESOURCE_DELETED, "gone"));
            return;
        }
        if (isStuck(address)) {
            return;
        }
        queue(address).add(delivery.message());
        delivery.accept();
        senders.stream().filter(sender -> address.equals(sender.address())).forEach(this::feed);
    }

    @Override
    public void onSenderOpened(Sender sender) {
        senders.add(sender);
    }

    @Override
    public void onReceiverOpened(Receiver receiver) {
        receivers.add(receiver);
    }

    @Override
    public void onLinkClosed(Link link) {
        senders.remove(link);
        receivers.remove(link);
    }

    @Override
    public void onSendable(Sender sender) {
        feed(sender);
    }

    @Override
    public void onDrain(Sender sender) {
        if (closesWhenDrained) {
            sender.connection().closeAsync();
            return;
        }
        feed(sender);
        sender.drained();
    }

    /** One at a time: else a message that one puts back for want of credit is missed by another to whom credit has come. */
    private synchronized void feed(Sender sender) {
        BlockingDeque<Message> queue = queue(String.valueOf(sender.address()));
        for (Message next = queue.poll(); next != null; next = queue.poll()) {
            Tracker tracker = sender.trySend(next);
            if (tracker == null) {
                queue.addFirst(next);
                return;
            }
        }
    }

    /** As RabbitMQ does, drops what must not come to the same link again. */
    @Override
    public void onModified(Tracker tracker) {
        SendOutcome outcome = tracker.outcome();
        if (outcome == null || !outcome.undeliverableHere()) {
            onReleased(tracker);
        }
    }

    @Override
    public void onReleased(Tracker tracker) {
        queue(String.valueOf(tracker.sender().address())).addFirst(tracker.message());
    }

    @Nullable
    Message take(String address) {
        return queue(address).poll();
    }

    @Override
    public void close() {
        container.close();
    }
}
