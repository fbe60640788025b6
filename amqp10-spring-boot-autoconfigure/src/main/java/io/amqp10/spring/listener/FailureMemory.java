package io.amqp10.spring.listener;

import io.amqp10.Message;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts failed deliveries by message-id for peers that do not count them, and rejections of messages that come again all
 * the same, for the messages that failed last.
 */
final class FailureMemory {

    private static final int MAX_MESSAGES = 1_000;

    private final ReentrantLock lock = new ReentrantLock();

    /** Spares those a look at the lock and the message who never fail. */
    private volatile boolean empty = true;

    private final Map<Object, Long> failures = new Counts();
    private final Map<Object, Long> rejections = new Counts();

    /** What is without a message-id is known by this, which need not be unique as only what comes again is looked for. */
    private record Content(@Nullable Object creationTime, int properties, int body) {}

    private static final class Counts extends LinkedHashMap<Object, Long> {

        private static final long serialVersionUID = 1L;

        Counts() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Long> eldest) {
            return size() > MAX_MESSAGES;
        }
    }

    boolean isEmpty() {
        return empty;
    }

    /** Notes a failed delivery and returns how many of this message there were, by what is known. */
    long failed(Message message) {
        if (message.deliveryCount() > 0) {
            return message.deliveryCount() + 1; // the peer counts
        }
        Object id = message.messageId();
        if (id == null) {
            return 1;
        }
        lock.lock();
        try {
            empty = false;
            return failures.merge(id, 1L, Long::sum);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Notes a rejection and returns how many of this message there were. More than one means that the peer delivers again
     * what was rejected, as some brokers do.
     */
    long rejected(Message message) {
        Object key = key(message);
        lock.lock();
        try {
            empty = false;
            failures.remove(key);
            if (message.messageId() == null && message.deliveryCount() == 0) {
                rejections.put(key, 1L); // another one that only looks the same
                return 1;
            }
            return rejections.merge(key, 1L, Long::sum);
        } finally {
            lock.unlock();
        }
    }

    private static Object key(Message message) {
        Object id = message.messageId();
        if (id != null) {
            return id;
        }
        Object body = message.body();
        return new Content(
                message.creationTime(),
                message.applicationProperties().hashCode(),
                body instanceof byte[] octets ? Arrays.hashCode(octets) : Objects.hashCode(body));
    }

    /** Forgets a message that will not come again, unless nothing can be known of it. */
    void forget(Message message) {
        if (message.messageId() == null && message.deliveryCount() == 0) {
            return;
        }
        Object key = key(message);
        lock.lock();
        try {
            failures.remove(key);
            rejections.remove(key);
            empty = failures.isEmpty() && rejections.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
