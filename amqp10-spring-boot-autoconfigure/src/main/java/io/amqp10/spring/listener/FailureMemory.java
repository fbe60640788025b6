package io.amqp10.spring.listener;

import io.amqp10.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Counts failed deliveries by message-id for peers that do not count them, for the messages that failed last. */
final class FailureMemory {

    private static final int MAX_MESSAGES = 1_000;

    private final ReentrantLock lock = new ReentrantLock();

    /** Spares those a look at the lock and the message who never fail. */
    private volatile boolean empty = true;

    private final Map<Object, Long> failures = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Long> eldest) {
            return size() > MAX_MESSAGES;
        }
    };

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

    /** Forgets a message that will not come again. */
    void forget(Message message) {
        Object id = message.messageId();
        if (id != null) {
            lock.lock();
            try {
                failures.remove(id);
                empty = failures.isEmpty();
            } finally {
                lock.unlock();
            }
        }
    }
}
