package io.amqp10.spring;

import io.amqp10.Connection;
import io.amqp10.Session;
import io.amqp10.Transaction;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Begins transactions, each on a session of its own while it lasts, and keeps those sessions for the next ones. */
final class TransactedLinksPool {

    private final Connection connection;
    private final TemplateThreads threads;
    private final TemplateOptions options;
    private final ThreadLocal<@Nullable Transacted> bound = new ThreadLocal<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<TransactedLinks> idle = new ArrayDeque<>();
    private boolean closed;

    TransactedLinksPool(Connection connection, TemplateThreads threads, TemplateOptions options) {
        this.connection = connection;
        this.threads = threads;
        this.options = options;
    }

    /** Returns the transaction of the calling thread, null if it has none. */
    @Nullable
    Transacted bound() {
        return bound.get();
    }

    /** Makes a transaction the one of the calling thread; null for none. */
    void bind(@Nullable Transacted transacted) {
        if (transacted == null) {
            bound.remove();
        } else {
            bound.set(transacted);
        }
    }

    /** Begins a transaction, which is to be given back. */
    Transacted begin() {
        TransactedLinks links = take();
        boolean begun = false;
        try {
            Transaction transaction = links.session().transaction();
            begun = true;
            return new Transacted(links, transaction);
        } finally {
            if (!begun) {
                giveBack(links);
            }
        }
    }

    /** Takes back what a transaction was done with, which has ended. */
    void giveBack(Transacted ended) {
        giveBack(ended.links());
    }

    private TransactedLinks take() {
        lock.lock();
        try {
            TransactedLinks present = idle.pollLast();
            while (present != null && !present.isUsable()) {
                present = idle.pollLast();
            }
            if (present != null) {
                return present;
            }
        } finally {
            lock.unlock();
        }
        Session session = connection.openSession();
        return new TransactedLinks(
                session,
                new SenderCache(session::openSender, options.maxLinks(), options.senders()),
                new ReceiverPool(session::openReceiver, options.maxLinks(), threads, options.receivers()));
    }

    private void giveBack(TransactedLinks links) {
        TransactedLinks surplus = links;
        lock.lock();
        try {
            if (!closed && links.isUsable()) {
                idle.addLast(links);
                surplus = idle.size() > options.maxLinks() ? idle.pollFirst() : null;
            }
        } finally {
            lock.unlock();
        }
        if (surplus != null) {
            surplus.close();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            idle.forEach(TransactedLinks::close);
            idle.clear();
        } finally {
            lock.unlock();
        }
    }
}
