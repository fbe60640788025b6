package io.amqp10;

import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.WritableByteChannel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message that came, and the means to say what became of it. The first outcome counts; later ones are ignored, as is an
 * outcome after the connection broke: the peer then delivers the message again.
 *
 * @see "AMQP 1.0 §2.6.12"
 */
public interface Delivery {

    /**
     * Returns the receiver.
     *
     * @return the link that the message came on
     */
    Receiver receiver();

    /**
     * Returns the connection.
     *
     * @return the connection that the message came on
     */
    default Connection connection() {
        return receiver().connection();
    }

    /**
     * Returns the message, whose sections are decoded when they are first read. Of a receiver that
     * {@linkplain ReceiverOptions#streaming streams} it has all sections before the body, for which it waits, and, once the
     * {@linkplain #bodyStream body} was read to its end, the footer.
     *
     * @return the message
     * @throws MessageFormatException if it is malformed
     * @throws Amqp10Exception while streaming: if the sender aborted the message or the link was lost before the body began;
     *     if its {@linkplain BodyConsumer consumer} failed
     */
    Message message();

    /**
     * Returns the octets of the body. Of a receiver that {@linkplain ReceiverOptions#streaming streams} they are read as they
     * arrive: the stream waits for octets that are not there yet, and an application that reads slowly stops the peer.
     * Otherwise they are in memory already.
     *
     * <p>Reading throws an {@link IOException} if the sender aborts the message or the link is lost before its end;
     * then the delivery is over, and an outcome for it is ignored. While streaming it does too if the octets are no message
     * with a body of octets, with a {@link MessageFormatException} as cause. After an outcome nothing more can be read.
     *
     * <p>Closing the stream drops what was not read and lets the rest pass by; it says nothing about the message, whose
     * outcome is still to be given. Use the stream from one thread at a time, and not from one that does the library's I/O.
     *
     * @return the same stream for each call while streaming, a new one otherwise; empty if there is no body
     * @throws MessageFormatException if not streaming: if the message is malformed, or its body is of other sections than data
     *     and not a binary
     */
    InputStream bodyStream();

    /**
     * Writes the octets of the body to a channel. Of a receiver that {@linkplain ReceiverOptions#streaming streams} they are
     * written as they arrive, those that {@link #bodyStream} has not read yet: the quickest way to take a large body, as the
     * channel is given large parts in the buffers that the network filled. Otherwise they are in memory already, and all are
     * written, each time. What the channel is given is read-only, and valid only until its {@code write} returns. Use this
     * from one thread at a time, and not from one that does the library's I/O.
     *
     * <p>If the channel fails while streaming, the octets behind what it took are dropped, and reading throws an
     * {@link IOException} from then on; the outcome is still to be given. A thread that is interrupted while it waits for
     * octets can go on: {@link java.io.InterruptedIOException#bytesTransferred} tells how many were written by then,
     * at most 2^31 - 1.
     *
     * @param target takes the octets; one that can be non-blocking must be blocking
     * @return how many octets were written, 0 if there is no body
     * @throws IOException as {@link #bodyStream} says; if the channel throws it; or if the channel takes nothing and does not
     *     wait
     * @throws IllegalBlockingModeException if the channel is non-blocking
     * @throws MessageFormatException as {@link #bodyStream}
     */
    long transferBodyTo(WritableByteChannel target) throws IOException;

    /**
     * Returns who took the octets of the body.
     *
     * @return what {@link ReceiverOptions#bodyConsumer} gave for this delivery; null if the receiver has none, if the body is
     *     not of data, or if it came in a transaction, so that it is in the {@linkplain #message message}
     */
    @Nullable
    BodyConsumer bodyConsumer();

    /**
     * Returns the delivery-tag.
     *
     * @return the tag
     */
    Binary deliveryTag();

    /**
     * Returns the message format.
     *
     * @return a {@code uint}, 0 for AMQP messages
     */
    long messageFormat();

    /**
     * Tells whether the delivery is settled on this side, or was sent settled.
     *
     * @return whether nothing more can be said about it
     */
    boolean isSettled();

    /**
     * Accepts the message and settles the delivery.
     *
     * @throws Amqp10Exception if its {@linkplain BodyConsumer consumer} failed, or was given a malformed message; it can still
     *     have another outcome
     * @throws IllegalStateException if it goes to a {@linkplain BodyConsumer consumer} and was not handed over yet
     */
    void accept();

    /**
     * Accepts the message if and when the transaction is committed, and settles the delivery. If it is rolled back, or ended
     * in this moment, the message is given back as modified with a failed delivery. If the message is lost to the peer, with
     * the connection that it came on for example, it is delivered again, and the transaction can only be rolled back.
     *
     * @param transaction a transaction of the link's session, or, if the peer allows it, of another one of the connection;
     *     if the message was {@linkplain Receiver#addCredit(int, Transaction) acquired} in a transaction, that one
     * @throws TransactionRolledBackException if the transaction was rolled back; the delivery has no outcome yet
     * @throws IllegalStateException if commit or rollback was called before, or the delivery was sent settled
     * @throws IllegalArgumentException if the transaction cannot have work of this link
     * @see "AMQP 1.0 §4.4.2"
     */
    void accept(Transaction transaction);

    /**
     * Rejects the message as invalid and settles the delivery.
     *
     * @param error why, or null
     * @throws IllegalArgumentException if its info holds a value without AMQP type
     */
    void reject(@Nullable ErrorCondition error);

    /**
     * Rejects the message as invalid and settles the delivery.
     *
     * @param condition the kind of error
     * @param description text for people, or null
     */
    default void reject(Symbol condition, @Nullable String description) {
        reject(ErrorCondition.of(condition, description));
    }

    /**
     * Rejects the message as invalid if and when the transaction is committed; otherwise as
     * {@link #accept(Transaction)}.
     *
     * @param error why, or null
     * @param transaction the transaction
     */
    void reject(@Nullable ErrorCondition error, Transaction transaction);

    /** Gives the message back unprocessed and settles the delivery. */
    void release();

    /**
     * Gives the message back unprocessed if and when the transaction is committed; otherwise as
     * {@link #accept(Transaction)}.
     *
     * @param transaction the transaction
     */
    void release(Transaction transaction);

    /**
     * Gives the message back and settles the delivery.
     *
     * @param deliveryFailed whether this counts as a failed delivery
     * @param undeliverableHere whether the message must not come to this link again
     */
    default void modify(boolean deliveryFailed, boolean undeliverableHere) {
        modify(deliveryFailed, undeliverableHere, Map.of());
    }

    /**
     * Gives the message back with changed annotations and settles the delivery.
     *
     * @param deliveryFailed whether this counts as a failed delivery
     * @param undeliverableHere whether the message must not come to this link again
     * @param annotations what to merge into the message's annotations; left out if they do not fit into a frame of the peer's
     * @throws IllegalArgumentException if they hold a value without AMQP type
     */
    void modify(boolean deliveryFailed, boolean undeliverableHere, Map<Symbol, @Nullable Object> annotations);

    /**
     * Gives the message back with changed annotations if and when the transaction is committed; otherwise as
     * {@link #accept(Transaction)}.
     *
     * @param deliveryFailed whether this counts as a failed delivery
     * @param undeliverableHere whether the message must not come to this link again
     * @param annotations what to merge into the message's annotations
     * @param transaction the transaction
     */
    void modify(
            boolean deliveryFailed,
            boolean undeliverableHere,
            Map<Symbol, @Nullable Object> annotations,
            Transaction transaction);
}
