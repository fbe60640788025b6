package io.amqp10.management;

import io.amqp10.Amqp10Exception;
import io.amqp10.ClosedException;
import io.amqp10.Connection;
import io.amqp10.ConnectionLostException;
import io.amqp10.Delivery;
import io.amqp10.Link;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.TimedOutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a client that have no answer yet. A request goes out when both links are open; one that was sent before
 * a link was attached anew has lost its answer, and fails. Links that the peer closes fail what waits for them; the next
 * request opens new ones.
 */
final class Requests {

    static final Executor EXECUTOR = new CompletableFuture<Void>().defaultExecutor();

    /** So much longer than the request does a caller wait: the request knows better why it got no answer. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Connection connection;
    private final ManagementOptions options;
    private final String prefix = UUID.randomUUID() + "-";

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Pending> pending = new LinkedHashMap<>();
    private LinkPair links;
    private long lastId;
    private boolean closed;

    Requests(Connection connection, ManagementOptions options) {
        this.connection = connection;
        this.options = options;
        this.links = new LinkPair(connection, options, new Events());
    }

    /** A request, and what it waits for. */
    private static final class Pending {

        final Message message;
        final Supplier<String> shown;
        final CompletableFuture<Message> answer = new CompletableFuture<>();
        final LinkPair links;

        /** What the links were attached to when it was sent, null before. */
        private LinkPair.@Nullable Attachment sentOn;

        Pending(Message message, Supplier<String> shown, LinkPair links) {
            this.message = message;
            this.shown = shown;
            this.links = links;
        }
    }

    private final class Events implements MessagingHandler {

        @Override
        public void onSenderOpened(Sender opened) {
            linkOpened();
        }

        @Override
        public void onReceiverOpened(Receiver opened) {
            linkOpened();
        }

        @Override
        public void onMessage(Delivery delivery) {
            answered(delivery.message());
        }

        @Override
        public void onLinkClosed(Link link) {
            linkClosed(link);
        }
    }

    CompletableFuture<Void> opened() {
        lock.lock();
        try {
            return links.opened().handleAsync(Requests::plain, EXECUTOR);
        } finally {
            lock.unlock();
        }
    }

    CompletableFuture<Message> send(Message message, Supplier<String> shown) {
        Pending request;
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.failedFuture(closedByUser());
            }
            if (links.isEnded()) {
                links = new LinkPair(connection, options, new Events());
            }
            String id = prefix + ++lastId;
            // A responder prefers a correlation-id to the message-id, and nobody here would know that one.
            Message identified = message.toBuilder()
                    .messageId(id)
                    .correlationId((String) null)
                    .build();
            request = new Pending(identified, shown, links);
            pending.put(id, request);
            request.answer.whenComplete((answer, failure) -> forget(id));
            if (links.isUp()) {
                transfer(request);
            }
        } catch (Amqp10Exception e) {
            return CompletableFuture.failedFuture(e);
        } finally {
            lock.unlock();
        }
        return request.answer
                .orTimeout(TimeUnit.NANOSECONDS.convert(options.timeout()), TimeUnit.NANOSECONDS)
                .handleAsync(
                        (answer, failure) ->
                                plain(answer, failure instanceof TimeoutException ? late(request) : failure),
                        EXECUTOR);
    }

    private static void transfer(Pending request) {
        request.sentOn = request.links.attachment();
        CompletableFuture<SendOutcome> sent;
        try {
            sent = request.links.send(request.message);
        } catch (RuntimeException e) {
            // such as for a value that cannot be encoded: the fault of this request, and nothing to those behind it
            request.answer.completeExceptionally(e);
            return;
        }
        sent.whenComplete((outcome, failure) -> {
            if (failure != null) {
                request.answer.completeExceptionally(failure);
            }
        });
    }

    private void forget(String id) {
        lock.lock();
        try {
            pending.remove(id);
        } finally {
            lock.unlock();
        }
    }

    private void linkOpened() {
        failAll(
                request -> request.sentOn != null && !request.sentOn.isSame(request.links.attachment()),
                request -> new ConnectionLostException(
                        "the links to " + options.node() + " broke before " + request.shown.get()
                                + " was answered: it is not known whether it was carried out",
                        null,
                        null));
        lock.lock();
        try {
            for (Pending request : List.copyOf(pending.values())) {
                if (request.sentOn == null && request.links.isUp()) {
                    transfer(request);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void answered(Message answer) {
        Object id = answer.correlationId();
        Pending request;
        lock.lock();
        try {
            request = id == null ? null : pending.get(id.toString());
        } finally {
            lock.unlock();
        }
        if (request != null) {
            request.answer.complete(answer);
        }
    }

    private void linkClosed(Link link) {
        Amqp10Exception error = link.error();
        failAll(
                request -> request.links.has(link),
                request -> error == null
                        ? closedByUser()
                        : LinkPair.copyOf(
                                error,
                                options.node() + " did not answer " + request.shown.get() + ": " + error.getMessage()));
        lock.lock();
        try {
            if (links.has(link)) {
                links.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private ClosedException closedByUser() {
        return new ClosedException("the client of " + options.node() + " is closed", null, null);
    }

    private void failAll(Predicate<Pending> which, Function<Pending, Amqp10Exception> why) {
        List<Pending> failed = new ArrayList<>();
        lock.lock();
        try {
            for (Pending request : pending.values()) {
                if (which.test(request)) {
                    failed.add(request);
                }
            }
        } finally {
            lock.unlock();
        }
        failed.forEach(request -> request.answer.completeExceptionally(why.apply(request)));
    }

    private TimedOutException late(Pending request) {
        Amqp10Exception known = request.links.error();
        return new TimedOutException(
                options.node() + " did not answer " + request.shown.get() + " within " + options.timeout()
                        + (known == null ? "" : "; last error: " + known.getMessage()),
                null,
                known);
    }

    /** Ends a stage with its value, or with a failure that is not wrapped. */
    private static <T extends @Nullable Object> T plain(T value, @Nullable Throwable failure) {
        if (failure != null) {
            throw unchecked(failure);
        }
        return value;
    }

    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    static RuntimeException unchecked(Throwable failure) {
        Throwable cause = cause(failure);
        return cause instanceof RuntimeException known ? known : new CompletionException(cause);
    }

    CompletableFuture<Void> close() {
        lock.lock();
        try {
            closed = true;
            return links.close();
        } finally {
            lock.unlock();
        }
    }

    void closeAndWait() {
        LinkPair last;
        lock.lock();
        try {
            closed = true;
            last = links;
        } finally {
            lock.unlock();
        }
        last.closeAndWait();
    }

    /** Waits for a result, whose failure is thrown as it is. */
    static <T extends @Nullable Object> T await(CompletableFuture<T> result, Duration timeout) {
        try {
            long nanos = TimeUnit.NANOSECONDS.convert(timeout);
            return result.get(nanos + Math.min(GRACE.toNanos(), Long.MAX_VALUE - nanos), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw unchecked(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new TimedOutException("there is no answer after " + timeout, null, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Amqp10Exception("the thread was interrupted while it waited", e);
        }
    }
}
