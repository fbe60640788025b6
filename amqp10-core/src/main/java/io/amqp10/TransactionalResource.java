package io.amqp10;

import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Outcome;

/**
 * Takes part in one transaction that a peer declared at this container. After one of {@link #commit} and {@link #rollback}
 * has been called nothing more is.
 *
 * @see "AMQP 1.0 §4.4"
 */
public interface TransactionalResource {

    /** Keeps nothing beyond what the container holds for it. */
    TransactionalResource IN_MEMORY = new TransactionalResource() {
        @Override
        public void commit() {
            // the container has all
        }

        @Override
        public void rollback() {
            // the container has all
        }
    };

    /**
     * A message was sent in the transaction. It goes to its receiver, settled, after a commit.
     *
     * @param delivery the message; it cannot be settled
     * @return the outcome that it has if the transaction is committed; a message that is not accepted goes to nobody. An
     *     exception, or an outcome that cannot be sent, makes it rejected, and the transaction cannot be committed
     * @see "AMQP 1.0 §4.4.1"
     */
    default Outcome post(Delivery delivery) {
        return Accepted.INSTANCE;
    }

    /**
     * The peer gave an outcome to a message that this container sent. It applies, and the tracker tells it, after a commit.
     *
     * @param tracker follows the message
     * @param outcome the outcome that it has if the transaction is committed; replaces an earlier one, which is not
     *     told if this one came before its turn
     * @see "AMQP 1.0 §4.4.2"
     */
    default void retire(Tracker tracker, SendOutcome outcome) {}

    /**
     * Makes the transaction's work last. When this returns, it is committed.
     *
     * @throws Amqp10Exception if it cannot be; the transaction is rolled back and the peer told the condition, and
     *     {@code amqp:transaction:rollback} if there is none or another exception is thrown. {@link #rollback} is not called
     */
    void commit();

    /** Gives the transaction's work up. An exception is logged. */
    void rollback();
}
