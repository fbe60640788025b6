package io.amqp10;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of a link. With a handler that is called for each message, or, without, by {@link #receive}.
 *
 * <p>The credit window is refilled by itself as deliveries are settled, so a slow application stops the peer and not the
 * heap; with a window of 0 the application grants credit by {@link #addCredit}.
 */
public interface Receiver extends Link {

    /**
     * Waits for a message.
     *
     * @return the next delivery, which the caller settles, by {@link Delivery#accept} for example
     * @throws IllegalStateException if the receiver has a handler that takes its messages
     * @throws Amqp10Exception if the link is closed, by whatever it was closed, or the thread is interrupted
     */
    Delivery receive();

    /**
     * Waits for a message for a limited time.
     *
     * @param timeout at most how long; zero does not wait
     * @return the next delivery, which the caller settles; null if the time is over
     * @throws IllegalStateException if the receiver has a handler that takes its messages
     * @throws Amqp10Exception if the link is closed, by whatever it was closed, or the thread is interrupted
     */
    @Nullable
    Delivery receive(Duration timeout);

    /**
     * Returns a message when there is one.
     *
     * @return completes on a thread that handlers run on; cancelling it leaves the message to others
     * @throws IllegalStateException if the receiver has a handler that takes its messages
     */
    CompletableFuture<Delivery> receiveAsync();

    /**
     * Grants credit for more messages. It lasts over breaks: what had come and was gone before the application saw it, with
     * the connection or because the sender aborted it, is granted again, unless a {@link #drain} came after.
     *
     * @param credit how many, at least 1
     * @throws IllegalStateException if the credit window is not 0
     * @see "AMQP 1.0 §2.6.7"
     */
    void addCredit(int credit);

    /**
     * Grants credit for messages that the peer acquires in a transaction: if that is rolled back, they were never taken, and
     * their outcomes do not apply. An outcome that is given to such a message without naming a transaction is given in this
     * one. The rest of the credit is taken back when the transaction is to end, and is not granted again after a break.
     *
     * <p>Of the peers that are known only Qpid Broker-J and this library's listening container can do this. A peer that
     * refuses ends the link with {@code amqp:not-implemented}; for one that ignores the transaction the link ends with
     * {@link GuaranteeNotSupportedException} when it sends a message outside of it, which is given back.
     *
     * @param credit how many, at least 1
     * @param transaction a transaction of this link's session, or, if the peer allows it, of another one of the connection
     * @throws IllegalStateException if the credit window is not 0, or commit or rollback of the transaction was called before
     * @throws IllegalArgumentException if the transaction cannot have work of this link
     * @throws TransactionRolledBackException if the transaction was rolled back
     * @see "AMQP 1.0 §4.4.3"
     */
    void addCredit(int credit, Transaction transaction);

    /**
     * Has the peer send what it has within the credit and give the rest of the credit back. A credit window is not
     * refilled until {@link #resume}. A link that is not open yet, or is being restored, does so when it is.
     *
     * @return completes when the credit is used up or given back, after all messages that came before; with an
     *     {@link Amqp10Exception} if the link is closed, or lost before the peer answers: then the peer may have more, and credit
     *     that was granted by {@link #addCredit(int)} is there again when the link is
     * @see "AMQP 1.0 §2.6.7"
     */
    CompletableFuture<Void> drain();

    /** Stops to refill the credit window, after what the peer may still send now. */
    void pause();

    /** Refills the credit window again after {@link #pause} or {@link #drain}. */
    void resume();

    /**
     * Returns how many messages came and wait for the application.
     *
     * @return the number as last seen
     */
    int queued();

    /**
     * Returns the guarantee that the link was opened with.
     *
     * @return the guarantee
     */
    DeliveryGuarantee guarantee();

    /**
     * Returns a future of the first opening.
     *
     * @return completes with this, or with the {@link Amqp10Exception} that ended the link before it was open
     */
    CompletableFuture<Receiver> opened();

    @Override
    Receiver awaitOpen();

    @Override
    Receiver awaitOpen(Duration timeout);
}
