package io.amqp10;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The sending end of a link.
 *
 * <p>{@link #send} takes a message at once while fewer than {@link SenderOptions#maxQueued} messages wait for credit; then
 * the sender's {@link BackPressure} decides. It does so too while a {@link MessagingHandler} that is told of outcomes is
 * {@link SenderOptions#maxOutcomesQueued} of them behind, unless a handler of the connection is sending. Messages go out in
 * the order in which they were taken.
 */
public interface Sender extends Link {

    /**
     * Sends a message. It is encoded by the calling thread, but for octets from 4 KiB on: they go to the network from where
     * they are, perhaps again after a break, so that an array in the message must stay as it is until the outcome is known.
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
     * Sends a message if the peer grants credit for it now. After it has refused,
     * {@link MessagingHandler#onSendable} tells when there is credit that no message taken before needs.
     *
     * @param message what to send
     * @return follows the message to its outcome; null if there is no credit, or the handler is
     *     {@link SenderOptions#maxOutcomesQueued()} outcomes behind, and the message is not sent
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
     * Sends a message whose body is read from a stream while it is sent, so that little of it is in memory. The calling
     * thread reads the body and waits whenever the peer, by credit and session window, or the network takes no more; then it
     * waits for the outcome. The message goes out behind those taken before, and holds up those taken after it.
     *
     * <p>The body becomes data sections, a new one for every 64 KiB at most. Some receivers understand only one section:
     * say the {@linkplain #stream(Message, InputStream, long) length} if you know it.
     *
     * <p>If the body cannot be read to its end, or the thread is interrupted, the delivery is aborted: the peer drops what
     * it has of it. (RabbitMQ, as of 4.3, keeps it and takes the next message for its rest: close the sender there, and open
     * another.) If the link is lost before the outcome, the message fails, because the stream cannot be read again: see
     * {@link #stream(Message, StreamSource)}. A peer that refuses the message before all of it was sent gets no more of it.
     *
     * @param head all sections but the body, which it must not have; the footer follows the body
     * @param body what to send; the caller closes it
     * @return the outcome, whichever it is; {@link SendOutcome#orThrow} insists on accepted
     * @throws IOException what the body threw
     * @throws DeliveryFailedException if the message is larger than the peer takes, which its
     *     {@linkplain Amqp10Exception#condition() condition} {@code amqp:link:message-size-exceeded} says; it was not sent,
     *     or was aborted
     * @throws ConnectionLostException if the link was lost before the outcome; if all octets had been sent, it is not known
     *     whether the peer has the message
     * @throws TimedOutException if there was no progress, or no outcome after the last octet, within the send time-out; in
     *     the first case the message was aborted
     * @throws Amqp10Exception if the link or connection is closed, or the thread was interrupted
     * @throws IllegalArgumentException if the head has a body
     * @throws IllegalStateException on a thread that does the library's I/O
     * @see "AMQP 1.0 §2.6.14, §2.7.5"
     */
    SendOutcome stream(Message head, InputStream body) throws IOException;

    /**
     * Sends a message whose body, of known length, is read from a stream; otherwise as
     * {@link #stream(Message, InputStream)}. If the peer takes no message of that size, none of it is sent.
     *
     * @param head all sections but the body
     * @param body what to send; the caller closes it
     * @param length how many octets to send of it
     * @return the outcome, whichever it is; {@link SendOutcome#orThrow} insists on accepted
     * @throws IOException what the body threw; an {@link java.io.EOFException} if it ends early: the message was aborted
     * @throws Amqp10Exception as {@link #stream(Message, InputStream)} does
     */
    SendOutcome stream(Message head, InputStream body, long length) throws IOException;

    /**
     * Sends a message whose body is read from a stream that can be opened again: if the link is lost and recovers, the
     * message is sent again from its beginning, unless the guarantee is at-most-once. Otherwise as
     * {@link #stream(Message, InputStream)}.
     *
     * @param head all sections but the body
     * @param body opens a stream for each attempt, which is closed here
     * @return the outcome, whichever it is; {@link SendOutcome#orThrow} insists on accepted
     * @throws IOException what the body threw
     * @throws Amqp10Exception as {@link #stream(Message, InputStream)} does
     */
    SendOutcome stream(Message head, StreamSource body) throws IOException;

    /**
     * Sends a message whose body is read from a stream, in a transaction: to {@link #stream(Message, StreamSource)} what
     * {@link #send(Message, Transaction)} is to {@link #send(Message)}. The outcome is the one that the message has if the
     * transaction is committed. It is sent once only: if the link is lost, or the transaction ends before all of it was sent,
     * it fails with {@link TransactionRolledBackException}, and what the peer has of it is aborted. A body that cannot be
     * read to its end makes the transaction roll back. Commit waits for the end of the stream, as long as it waits for
     * outcomes.
     *
     * @param head all sections but the body
     * @param body opens the stream, which is closed here
     * @param transaction a transaction as {@link #send(Message, Transaction)} takes it
     * @return the outcome, whichever it is; {@link SendOutcome#orThrow} insists on accepted
     * @throws IOException what the body threw
     * @throws TransactionRolledBackException if the transaction was, or is being, rolled back
     * @throws IllegalStateException if commit or rollback was called before
     * @throws IllegalArgumentException if the transaction is of another connection, or of another session and the peer does
     *     not allow that
     * @throws Amqp10Exception as {@link #stream(Message, InputStream)} does
     * @see "AMQP 1.0 §4.4.1"
     */
    SendOutcome stream(Message head, StreamSource body, Transaction transaction) throws IOException;

    /**
     * Sends a message whose body comes from a publisher, in a transaction: as {@link #streamAsync(Message, Flow.Publisher)}
     * and {@link #stream(Message, StreamSource, Transaction)}.
     *
     * @param head all sections but the body, which it must not have; the footer follows the body
     * @param body what to send
     * @param transaction a transaction as {@link #send(Message, Transaction)} takes it
     * @return completes with the outcome that the message has if the transaction is committed, or with what
     *     {@link #stream(Message, StreamSource, Transaction)} throws
     * @throws TransactionRolledBackException if the transaction was rolled back before
     * @throws IllegalStateException if commit or rollback was called before
     * @throws IllegalArgumentException if the head has a body, or the transaction cannot be used on this link
     * @see "AMQP 1.0 §4.4.1"
     */
    CompletableFuture<SendOutcome> streamAsync(Message head, Flow.Publisher<ByteBuffer> body, Transaction transaction);

    /**
     * Sends a message whose body comes from a publisher, without ever waiting: only a few buffers are asked for ahead of
     * what the network has taken. Each becomes a data section; its memory belongs to this sender from then on.
     *
     * @param head all sections but the body, which it must not have; the footer follows the body
     * @param body what to send; subscribed to once, asked for more on a thread that handlers run on, cancelled when the
     *     message fails or the peer refuses it early
     * @return completes with the outcome, on a thread that handlers run on; with an {@link Amqp10Exception}, whose cause is
     *     the publisher's error if it failed, as {@link #stream(Message, InputStream)} throws them; with
     *     {@link NoCreditException} if there is no room for another message. Cancelled or given a time-out before the publisher
     *     has given all, it aborts the message
     * @throws IllegalArgumentException if the head has a body
     * @see "AMQP 1.0 §2.6.14, §2.7.5"
     */
    CompletableFuture<SendOutcome> streamAsync(Message head, Flow.Publisher<ByteBuffer> body);

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
