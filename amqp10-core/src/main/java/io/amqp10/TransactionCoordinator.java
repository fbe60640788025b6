package io.amqp10;

import java.time.Duration;

/**
 * Makes a listening container a transactional resource: peers that connect to it can declare transactions, send messages
 * and settle deliveries in them, and commit or roll back. Given to {@link ListenOptions#transactions}.
 *
 * <p>The container does the protocol's part: it holds back the messages that are sent in a transaction and the outcomes that
 * are given in it, hands them on when it is committed, and rolls back when the peer wants it, goes away, or takes too long.
 * What else is to happen, in a database for example, is up to the {@link TransactionalResource}s that this makes.
 *
 * <p>All methods are called on a thread that handlers run on, for one connection one after another.
 *
 * @see "AMQP 1.0 §4"
 */
@FunctionalInterface
public interface TransactionCoordinator {

    /** The default of {@link #timeout()}. */
    Duration DEFAULT_TIMEOUT = Duration.ofMinutes(1);

    /** The default of {@link #maxTransactions()}. */
    int DEFAULT_MAX_TRANSACTIONS = 100;

    /** The default of {@link #maxHeldBytes()}. */
    long DEFAULT_MAX_HELD_BYTES = 64L << 20;

    /**
     * Returns a coordinator of transactions that live in memory and always can be committed.
     *
     * @return the coordinator
     */
    static TransactionCoordinator inMemory() {
        return connection -> TransactionalResource.IN_MEMORY;
    }

    /**
     * Begins a transaction.
     *
     * @param connection the connection of the peer that declares it
     * @return takes part in it
     * @throws Amqp10Exception if it cannot be; the peer is told its condition, and {@code amqp:transaction:rollback} if it
     *     has none or another exception is thrown
     */
    TransactionalResource declare(Connection connection);

    /**
     * Returns after how long a transaction that was not discharged is rolled back; the peer learns of it, as
     * {@code amqp:transaction:timeout}, when it works on.
     *
     * @return the time, positive
     */
    default Duration timeout() {
        return DEFAULT_TIMEOUT;
    }

    /**
     * Returns how many transactions a connection may have at a time; a further one is refused with
     * {@code amqp:resource-limit-exceeded}.
     *
     * @return the number, at least 1
     */
    default int maxTransactions() {
        return DEFAULT_MAX_TRANSACTIONS;
    }

    /**
     * Returns how many octets of messages the transactions of a connection may hold at a time, where each message counts 512
     * more than it has; a message beyond that is rejected with {@code amqp:resource-limit-exceeded}, and its transaction
     * cannot be committed.
     *
     * @return octets
     */
    default long maxHeldBytes() {
        return DEFAULT_MAX_HELD_BYTES;
    }
}
