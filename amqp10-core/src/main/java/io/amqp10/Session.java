package io.amqp10;

import io.amqp10.types.Symbol;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session of a connection: a pair of flow-control windows that its links share. Only needed when links shall not share
 * them with others; a connection has a session of its own for the rest.
 *
 * @see "AMQP 1.0 §2.5"
 */
public interface Session extends AutoCloseable {

    /**
     * Returns the connection that this belongs to.
     *
     * @return the connection
     */
    Connection connection();

    /**
     * Returns where it stands.
     *
     * @return the state, which another thread may change at any time
     */
    LifecycleState state();

    /**
     * Returns why it is closed, if by an error.
     *
     * @return the error or null
     */
    @Nullable
    Amqp10Exception error();

    /**
     * Returns the session capabilities that the peer offers.
     *
     * @return the capabilities, empty before the session was open
     */
    List<Symbol> remoteOfferedCapabilities();

    /**
     * Returns the session capabilities that the peer desires.
     *
     * @return the capabilities, empty before the session was open
     */
    List<Symbol> remoteDesiredCapabilities();

    /**
     * Returns the peer's session properties.
     *
     * @return the properties, empty before the session was open
     */
    Map<Symbol, @Nullable Object> remoteProperties();

    /**
     * Starts to open a sender on this session and returns at once.
     *
     * @param options which and how
     * @return the sender, opening
     * @throws ClosedException if the session is closed
     * @throws IllegalArgumentException if a map of the options holds a value without AMQP type
     */
    Sender openSender(SenderOptions options);

    /**
     * Starts to open a receiver on this session and returns at once. Its messages go to the handler of the options, else to
     * that of the session's options, the connection or the container; if there is none at all, they are for
     * {@link Receiver#receive}.
     *
     * @param options which and how
     * @return the receiver, opening
     * @throws ClosedException if the session is closed
     * @throws IllegalArgumentException if a map of the options holds a value without AMQP type
     */
    Receiver openReceiver(ReceiverOptions options);

    /**
     * Declares a transaction at the peer, and waits for it as long as the connection's open time-out.
     *
     * @return the transaction, active
     * @throws LinkRefusedException if the peer coordinates no transactions, or refuses this one, with the peer's words
     * @throws GuaranteeNotSupportedException if the peer's coordinator allows only one transaction of a session at a time,
     *     and there is one
     * @throws TimedOutException if there is no answer in time
     * @throws Amqp10Exception if the session or connection is closed, by whatever it was closed
     * @see "AMQP 1.0 §4.2"
     */
    Transaction transaction();

    /**
     * Declares a transaction at the peer; see {@link #transaction()}.
     *
     * @return completes with the transaction, or with what {@link #transaction()} throws; then on a thread that handlers run
     *     on. While the connection recovers it waits for that
     */
    CompletableFuture<Transaction> transactionAsync();

    /**
     * Returns a future of the opening.
     *
     * @return completes with this, or with the {@link Amqp10Exception} that ended the session before it was open
     */
    CompletableFuture<Session> opened();

    /**
     * Starts to end the session and its links.
     *
     * @return completes with null when it is over, however it ended. A handler that calls this must not wait for it:
     *     it begins when the handler has returned, and waiting throws {@link IllegalStateException}
     */
    CompletableFuture<Void> closeAsync();

    /** Ends the session and its links, and waits like {@link Connection#close}. */
    @Override
    void close();
}
