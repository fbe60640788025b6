package io.amqp10.spring.listener;

import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts failed deliveries for peers that do not count them, and rejections of messages that come again all the same, for
 * the messages that failed last. A message is known by its message-id, or, without one, by what it looks like.
 */
final class FailureMemory {

    private static final int MAX_MESSAGES = 1_000;

    /** Longer than any delay of a rejection: what was not rejected for so long is not being sent around. */
    private static final long REJECTIONS_LAST_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final LongSupplier nanoClock;
    private final ReentrantLock lock = new ReentrantLock();

    /** Spares those a look at the lock and the message who never fail. */
    private volatile boolean empty = true;

    /** Spares others a look at the body of what is without a message-id. */
    private volatile boolean failuresByContent;

    /** Whether the peer was seen to count, so that a message which is not counted has not failed yet. */
    private boolean peerCounts;

    private final Map<Object, Tries> failures = new Newest();
    private final Map<Object, Tries> rejections = new Newest();

    FailureMemory() {
        this(System::nanoTime);
    }

    FailureMemory(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** What a message without an id is known by. Others may look the same, which {@link Tries} allows for. */
    private record Content(
            @Nullable Object creationTime,
            @Nullable Object correlationId,
            @Nullable Object subject,
            int properties,
            int body) {}

    /** How often it was tried with messages that look the same, and how many of them there surely are. */
    private static final class Tries {

        private long all;
        private int held;
        private long different;
        private long firstAcquired;
        private long lastNanos;

        /** Counts a try and returns how many there were of each message. */
        long add(boolean first) {
            all++;
            held++;
            if (first) {
                firstAcquired++;
            }
            // those that are kept at the same time are not the same
            different = Math.max(different, Math.max(held, firstAcquired));
            return Math.max(1, all / different);
        }
    }

    private static final class Newest extends LinkedHashMap<Object, Tries> {

        private static final long serialVersionUID = 1L;

        Newest() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Tries> eldest) {
            return size() > MAX_MESSAGES;
        }
    }

    boolean isEmpty() {
        return empty;
    }

    /**
     * Notes a failed delivery, which is kept until {@link #givenBack}, and returns how many of this message there were, by
     * what is known.
     */
    long failed(Message message) {
        long counted = message.deliveryCount();
        lock.lock();
        try {
            if (counted > 0) {
                peerCounts = true;
                return counted + 1;
            }
            boolean known = message.messageId() != null;
            if (!known && peerCounts) {
                return 1;
            }
            empty = false;
            failuresByContent |= !known;
            Tries tries = failures.computeIfAbsent(key(message), key -> new Tries());
            long failed = tries.add(!known && message.firstAcquirer());
            return !known && message.firstAcquirer() ? 1 : failed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Notes a rejection, which is kept until {@link #givenBack}, and returns how many of this message there were. More than
     * one means that the peer delivers again what was rejected, as some brokers do, or put it back to where it came from;
     * without a message-id it may be that another one looks the same.
     */
    long rejected(Message message) {
        Object key = key(message);
        lock.lock();
        try {
            empty = false;
            failures.remove(key);
            long now = nanoClock.getAsLong();
            Tries tries = rejections.get(key);
            if (tries == null || now - tries.lastNanos > REJECTIONS_LAST_NANOS) {
                tries = new Tries();
                rejections.put(key, tries);
            }
            tries.lastNanos = now;
            return tries.add(false);
        } finally {
            lock.unlock();
        }
    }

    /** Notes that a failed or rejected message is kept no longer. */
    void givenBack(Message message) {
        Object key = key(message);
        lock.lock();
        try {
            release(failures.get(key));
            release(rejections.get(key));
        } finally {
            lock.unlock();
        }
    }

    private static void release(@Nullable Tries tries) {
        if (tries != null && tries.held > 0) {
            tries.held--;
        }
    }

    private static Object key(Message message) {
        Object id = message.messageId();
        return id != null
                ? id
                : new Content(
                        message.creationTime(),
                        message.correlationId(),
                        message.subject(),
                        propertiesHash(message),
                        bodyHash(message));
    }

    private static int propertiesHash(Message message) {
        try {
            return message.applicationProperties().hashCode();
        } catch (MessageFormatException malformed) {
            return -1; // which may be why it is rejected
        }
    }

    private static int bodyHash(Message message) {
        try {
            Object body = message.body();
            return body instanceof byte[] octets ? Arrays.hashCode(octets) : Objects.hashCode(body);
        } catch (MessageFormatException malformed) {
            return -1; // which may be why it is rejected
        }
    }

    /** Forgets a message that was worked with. */
    void forget(Message message) {
        if (message.messageId() == null && message.deliveryCount() == 0 && !failuresByContent) {
            return;
        }
        Object key = key(message);
        lock.lock();
        try {
            failures.remove(key);
            rejections.remove(key);
            failuresByContent &= !failures.isEmpty();
            empty = failures.isEmpty() && rejections.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
