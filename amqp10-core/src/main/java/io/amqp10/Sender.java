package io.amqp10;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The sending end of a link.
 *
 * <p>{@link #send} takes a message at once while fewer than {@link SenderOptions#maxQueued} messages wait for credit; then
 * the sender's {@link BackPressure} decides. Messages go out in the order in which they were taken.
 */
public interface Sender extends Link {

    /**
     * Sends a message. It is encoded by the calling thread.
     *
     * @param message what to send
     * @return follows the message to its outcome
     * @throws TimedOutException if there was no room within the send time-out; the message is not sent
     * @throws NoCreditException if there is no room and the sender refuses then; the message is not sent
     * @throws Amqp10Exception if the link or connection is closed, by whatever it was closed; the message is not sent
     */
    Tracker send(Message message);

    /**
     * Sends a message, waiting for room no longer than the given time.
     *
     * @param message what to send
     * @param timeout at most how long to wait for room; zero does not wait
     * @return follows the message to its outcome
     * @throws TimedOutException if there was no room within the time; the message is not sent
     * @throws Amqp10Exception if the link or connection is closed, by whatever it was closed; the message is not sent
     */
    Tracker send(Message message, Duration timeout);

    /**
     * Sends a message if the peer grants credit for it now.
     *
     * @param message what to send
     * @return follows the message to its outcome; null if there is no credit, and the message is not sent
     * @throws Amqp10Exception if the link or connection is closed, by whatever it was closed
     */
    @Nullable
    Tracker trySend(Message message);

    /**
     * Sends a message and tells its outcome, without ever waiting.
     *
     * @param message what to send
     * @return completes with the outcome, on a thread that handlers run on; with {@link NoCreditException} if there is no
     *     room; with another {@link Amqp10Exception} if the link is closed before there is an outcome
     */
    CompletableFuture<SendOutcome> sendAsync(Message message);

    /**
     * Sends a message in a transaction: the peer makes it available if and when the transaction is committed. Otherwise as
     * {@link #send(Message)}, with these differences: the {@linkplain Tracker outcome} is the one that the message has if
     * the transaction is committed; a message that was not sent when the transaction ends, or was being sent when the
     * connection broke, is not sent again, and its tracker fails with {@link TransactionRolledBackException}.
     *
     * @param message what to send
     * @param transaction a transaction of this link's session, or, if the peer allows it, of another one of the connection
     * @return follows the message to its outcome
     * @throws TransactionRolledBackException if the transaction was rolled back; the message is not sent
     * @throws IllegalStateException if commit or rollback was called before; the message is not sent
     * @throws IllegalArgumentException if the transaction is of another connection, or of another session and the peer does
     *     not allow that
     * @throws TimedOutException if there was no room within the send time-out; the message is not sent
     * @throws Amqp10Exception as {@link #send(Message)} does
     * @see "AMQP 1.0 §4.4.1"
     */
    Tracker send(Message message, Transaction transaction);

    /**
     * Returns the guarantee that the link was opened with.
     *
     * @return the guarantee
     */
    DeliveryGuarantee guarantee();

    /**
     * Returns how many messages wait for credit.
     *
     * @return the number as last seen
     */
    int queued();

    /**
     * Tells the peer how many messages are ready to be sent; it may use that to grant credit.
     *
     * @param available the number, not negative
     * @see "AMQP 1.0 §2.6.7"
     */
    void offered(int available);

    /**
     * Gives unused credit back, if the receiver drains the link.
     *
     * @see "AMQP 1.0 §2.6.7"
     */
    void drained();

    /**
     * Returns a future of the first opening.
     *
     * @return completes with this, or with the {@link Amqp10Exception} that ended the link before it was open
     */
    CompletableFuture<Sender> opened();

    @Override
    Sender awaitOpen();

    @Override
    Sender awaitOpen(Duration timeout);
}
