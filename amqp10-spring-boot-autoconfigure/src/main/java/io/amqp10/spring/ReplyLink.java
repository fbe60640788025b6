package io.amqp10.spring;

import io.amqp10.Amqp10Exception;
import io.amqp10.ClosedException;
import io.amqp10.Connection;
import io.amqp10.ConnectionLostException;
import io.amqp10.Delivery;
import io.amqp10.LifecycleState;
import io.amqp10.Link;
import io.amqp10.LinkRefusedException;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one link that the replies to all requests of a template come on, opened for the first request. On a node that the
 * peer makes for us, requests that wait when that node is gone fail: no reply can come any more.
 */
final class ReplyLink implements MessagingHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyLink.class);

    /** A request on its way to its reply. */
    private record Request(CompletableFuture<Message> reply, String replyAddress) {}

    private final Connection connection;
    private final @Nullable String fixedAddress;
    private final TemplateThreads threads;
    private final UnaryOperator<ReceiverOptions> customizer;
    private final Map<Object, Request> requests = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable Receiver receiver;
    private CompletableFuture<String> addressKnown = new CompletableFuture<>();
    private boolean closed;

    ReplyLink(
            Connection connection,
            @Nullable String fixedAddress,
            TemplateThreads threads,
            UnaryOperator<ReceiverOptions> customizer) {
        this.connection = connection;
        this.fixedAddress = fixedAddress;
        this.threads = threads;
        this.customizer = customizer;
    }

    /** Returns where replies are to be sent to, as soon as the link is open. */
    CompletableFuture<String> address() {
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.failedFuture(
                        new ClosedException("the template for requests is closed", null, null));
            }
            Receiver present = receiver;
            boolean lost = present == null || present.state() == LifecycleState.CLOSED;
            if (addressKnown.isDone() && (present == null || present.state() != LifecycleState.OPEN)) {
                addressKnown = new CompletableFuture<>(); // until the link is open again
            }
            if (lost) {
                receiver = open();
            }
            return addressKnown;
        } finally {
            lock.unlock();
        }
    }

    private Receiver open() {
        ReceiverOptions options =
                fixedAddress == null ? ReceiverOptions.dynamicNode() : ReceiverOptions.of(fixedAddress);
        return connection.openReceiver(customizer.apply(options).handler(this).executor(threads.executor()));
    }

    /**
     * Waits for the reply to a request.
     *
     * @param reply is completed with the reply; however it completes, the waiting is over then
     * @param ids the ids that a reply may name as correlation-id
     * @param replyAddress where the request asks the reply to be sent to
     */
    void expect(CompletableFuture<Message> reply, List<Object> ids, String replyAddress) {
        Request request = new Request(reply, replyAddress);
        for (Object id : ids) {
            if (requests.putIfAbsent(id, request) != null) {
                ids.forEach(taken -> requests.remove(taken, request));
                throw new IllegalStateException("a request with the id '" + id + "' already waits for its reply");
            }
        }
        reply.whenComplete((message, error) -> ids.forEach(id -> requests.remove(id, request)));
    }

    int waiting() {
        return requests.size();
    }

    @Override
    public void onReceiverOpened(Receiver open) {
        String address = fixedAddress != null ? fixedAddress : open.address();
        CompletableFuture<String> known;
        lock.lock();
        try {
            if (open != receiver) {
                return;
            }
            if (addressKnown.isDone()) {
                addressKnown = new CompletableFuture<>();
            }
            known = addressKnown;
        } finally {
            lock.unlock();
        }
        if (address == null) {
            known.completeExceptionally(new LinkRefusedException(
                    "the peer gave no address for replies; name one for the template's reply address", null, null));
            return;
        }
        failOthers(address);
        known.complete(address);
    }

    private void failOthers(@Nullable String address) {
        for (Request request : new ArrayList<>(requests.values())) {
            if (!request.replyAddress().equals(address)) {
                request.reply()
                        .completeExceptionally(new ConnectionLostException(
                                "the reply cannot come any more: its address '" + request.replyAddress()
                                        + "' was lost with the connection; it is not known whether the request was served",
                                null,
                                null));
            }
        }
    }

    @Override
    public void onMessage(Delivery delivery) {
        Message message = delivery.message();
        Object id = message.correlationId();
        Request request = id == null ? null : requests.get(id);
        if (request == null || !request.reply().complete(message)) {
            LOG.debug("nobody waits for the reply with the correlation-id '{}'", id);
        }
    }

    @Override
    public void onLinkError(Link link, Amqp10Exception error) {
        ended(
                link,
                fixedAddress == null && error instanceof LinkRefusedException
                        ? new LinkRefusedException(
                                error.getMessage()
                                        + "; if the peer makes no nodes on demand, set the template's reply address"
                                        + " (amqp10.template.reply-address) to a queue of its own",
                                error.condition(),
                                error)
                        : error);
    }

    @Override
    public void onLinkClosed(Link link) {
        ended(link, new ClosedException("the link for replies was closed", null, null));
    }

    private void ended(Link link, Amqp10Exception why) {
        CompletableFuture<String> known;
        lock.lock();
        try {
            if (link != receiver) {
                return;
            }
            receiver = null;
            known = addressKnown;
        } finally {
            lock.unlock();
        }
        known.completeExceptionally(why);
        if (fixedAddress == null) {
            failOthers(null);
        }
    }

    void close() {
        Receiver present;
        lock.lock();
        try {
            closed = true;
            present = receiver;
        } finally {
            lock.unlock();
        }
        if (present != null) {
            present.closeAsync();
        }
        for (Request request : new ArrayList<>(requests.values())) {
            request.reply().completeExceptionally(new ClosedException("the template was closed", null, null));
        }
    }
}
