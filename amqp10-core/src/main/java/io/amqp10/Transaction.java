package io.amqp10;

import io.amqp10.types.Binary;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A local transaction at the peer: messages that are sent in it become available there, and outcomes that are given to
 * deliveries in it apply, all together when it is committed, or not at all.
 *
 * <pre>{@code
 * try (Transaction transaction = session.transaction()) {
 *     Delivery order = orders.receive();
 *     invoices.send(invoiceFor(order.message()), transaction);
 *     order.accept(transaction);
 *     transaction.commit();
 * } // rolled back if anything threw before
 * }</pre>
 *
 * <p>It belongs to one {@link Session}; links of other sessions of the connection can take part if the peer's coordinator
 * allows that. A session can have several at a time, if the coordinator allows that.
 *
 * <p><b>When the connection breaks</b>, the peer rolls back what was not discharged. A transaction does not outlive its
 * connection: its messages are not sent again, outcomes given in it are forgotten (the peer delivers those messages again),
 * and calls throw {@link TransactionRolledBackException}; the work is to be done again in a new transaction. Only if the
 * connection broke after commit was sent and before its outcome came is the {@linkplain TransactionInDoubtException outcome
 * not known}.
 *
 * <p>After a rollback, the peer gives deliveries that had an outcome in the transaction the default outcome of the link's
 * source, for which receivers ask for modified with a failed delivery: they come again, counted.
 *
 * <p>Safe for use by several threads; what one thread does before it calls {@link #commit} is part of the transaction.
 *
 * @see "AMQP 1.0 §4"
 */
public interface Transaction extends AutoCloseable {

    /** How long {@link #commit()} and {@link #rollback()} wait. */
    Duration DISCHARGE_TIMEOUT = Duration.ofSeconds(30);

    /** Where a transaction stands. */
    enum State {
        /** It takes work. */
        ACTIVE,
        /** It is to be committed or rolled back, and the outcome is not there yet. */
        DISCHARGING,
        /** All its work applies. */
        COMMITTED,
        /** None of its work applies. */
        ROLLED_BACK,
        /** The connection broke while it was being committed, so that either may be. */
        IN_DOUBT
    }

    /**
     * Returns the session.
     *
     * @return the session that the transaction was declared on
     */
    Session session();

    /**
     * Returns the id that the peer gave.
     *
     * @return at most 32 octets
     */
    Binary id();

    /**
     * Returns where it stands.
     *
     * @return the state, which another thread may change at any time
     */
    State state();

    /**
     * Commits, and waits for the outcome, as long as {@link #DISCHARGE_TIMEOUT}. First waits for the outcomes that the peer
     * foresees for the messages sent in the transaction: if it accepts one of them not, everything is rolled back.
     *
     * @throws TransactionRolledBackException if it is rolled back instead, by the peer, by the application, or because the
     *     connection broke or a message was not accepted, with the peer's words
     * @throws TransactionInDoubtException if the connection broke after commit was sent and before its outcome came; or if
     *     there is no outcome within the time, in which case this can be called again to wait on
     * @see "AMQP 1.0 §4.3"
     */
    default void commit() {
        commit(DISCHARGE_TIMEOUT);
    }

    /**
     * Commits, and waits for the outcome; see {@link #commit()}.
     *
     * @param timeout at most how long to wait
     * @throws TransactionRolledBackException if it is rolled back instead
     * @throws TransactionInDoubtException if the outcome is not known, or not yet
     */
    void commit(Duration timeout);

    /**
     * Commits; see {@link #commit()}.
     *
     * @return completes with null when it is committed, or with what {@link #commit()} throws, on a thread that handlers run
     *     on
     */
    CompletableFuture<Void> commitAsync();

    /**
     * Rolls back, and waits until that is done, as long as {@link #DISCHARGE_TIMEOUT}. Does nothing if it is rolled back.
     *
     * @throws IllegalStateException if it was committed, or commit was called before
     * @throws TransactionInDoubtException if it is in doubt
     * @throws TimedOutException if the peer did not answer in time; it never commits what it was told to roll back
     * @see "AMQP 1.0 §4.3"
     */
    void rollback();

    /**
     * Rolls back; see {@link #rollback()}.
     *
     * @return completes with null when it is rolled back, or with what {@link #rollback()} throws, on a thread that handlers
     *     run on
     */
    CompletableFuture<Void> rollbackAsync();

    /**
     * Rolls back, and waits like {@link #rollback()}, unless commit or rollback was called before. While
     * {@link #commitAsync()} or {@link #rollbackAsync()} is under way, waits for its end as long as
     * {@link #DISCHARGE_TIMEOUT}, and leaves it to the future to tell what became of it. Does nothing after a call that
     * waited.
     *
     * @throws TransactionInDoubtException as {@link #rollback()}
     * @throws TimedOutException if the peer did not answer in time
     */
    @Override
    void close();
}
