package io.amqp10;

import io.amqp10.types.Symbol;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A connection to another container. It outlives the network connection under it: when that breaks and reconnecting is
 * on, the state is {@link LifecycleState#RECOVERING}, links that were opened here are attached again under their names, and
 * unsettled messages are sent again.
 *
 * @see "AMQP 1.0 §2.4"
 */
public interface Connection extends AutoCloseable {

    /**
     * Returns the container that this belongs to.
     *
     * @return the container
     */
    Container container();

    /**
     * Returns a name for logs and meters, unique in its container.
     *
     * @return the name
     */
    String name();

    /**
     * Returns where it stands.
     *
     * @return the state, which another thread may change at any time
     */
    LifecycleState state();

    /**
     * Returns the last error: why it is closed, or why it is being recovered.
     *
     * @return the error, or null if there was none since it was last open
     */
    @Nullable
    Amqp10Exception error();

    /**
     * Returns the host and port that it is or was last connected to.
     *
     * @return {@code host:port}
     */
    String remoteAddress();

    /**
     * Returns the peer's container-id.
     *
     * @return the id, null before the connection was open
     */
    @Nullable
    String remoteContainerId();

    /**
     * Returns the capabilities that the peer offers.
     *
     * @return the capabilities, empty before the connection was open
     */
    List<Symbol> remoteOfferedCapabilities();

    /**
     * Returns the capabilities that the peer desires.
     *
     * @return the capabilities, empty before the connection was open
     */
    List<Symbol> remoteDesiredCapabilities();

    /**
     * Returns the peer's connection properties, such as {@code product} and {@code version}.
     *
     * @return the properties, empty before the connection was open
     */
    Map<Symbol, @Nullable Object> remoteProperties();

    /**
     * Returns what the peer said about itself when the connection was last opened.
     *
     * @return the peer, null before the connection was open
     */
    @Nullable
    PeerInfo peer();

    /**
     * Returns who the peer has authenticated as, if it connected to us.
     *
     * @return the peer's identity, as a {@link PasswordVerifier} returned it, otherwise one with the user's name; null if the
     *     peer is anonymous or if we connected to it
     */
    @Nullable
    Principal remotePrincipal();

    /**
     * Opens a sender; see {@link #openSender(SenderOptions)}.
     *
     * @param address the target's address as the peer spells it
     * @return the sender, opening
     */
    default Sender openSender(String address) {
        return openSender(SenderOptions.of(address));
    }

    /**
     * Opens a sender with a handler of its own; see {@link #openSender(SenderOptions)}.
     *
     * @param address the target's address as the peer spells it
     * @param handler the handler
     * @return the sender, opening
     */
    default Sender openSender(String address, MessagingHandler handler) {
        return openSender(SenderOptions.of(address).handler(handler));
    }

    /**
     * Starts to open a sender on this connection's own session and returns at once.
     *
     * @param options which and how
     * @return the sender, opening
     * @throws ClosedException if the connection is closed
     * @throws IllegalArgumentException if a map of the options holds a value without AMQP type
     */
    Sender openSender(SenderOptions options);

    /**
     * Opens a receiver without a handler of its own; see {@link #openReceiver(ReceiverOptions)}. Its messages go to the
     * connection's handler, or if there is none to the container's; if that has none either, they are for
     * {@link Receiver#receive}.
     *
     * @param address the source's address as the peer spells it
     * @return the receiver, opening
     */
    default Receiver openReceiver(String address) {
        return openReceiver(ReceiverOptions.of(address));
    }

    /**
     * Opens a receiver whose handler is called for each message; see {@link #openReceiver(ReceiverOptions)}.
     *
     * @param address the source's address as the peer spells it
     * @param handler the handler
     * @return the receiver, opening
     */
    default Receiver openReceiver(String address, MessagingHandler handler) {
        return openReceiver(ReceiverOptions.of(address).handler(handler));
    }

    /**
     * Starts to open a receiver on this connection's own session and returns at once. Its messages go to the handler of the
     * options, else to that of the connection's session options, the connection or the container; if there is none at all,
     * they are for {@link Receiver#receive}.
     *
     * @param options which and how
     * @return the receiver, opening
     * @throws ClosedException if the connection is closed
     * @throws IllegalArgumentException if a map of the options holds a value without AMQP type
     */
    Receiver openReceiver(ReceiverOptions options);

    /**
     * Starts to open a session of its own, for links that shall not share windows and errors with others.
     *
     * @return the session, opening
     * @throws ClosedException if the connection is closed
     */
    default Session openSession() {
        return openSession(SessionOptions.DEFAULT);
    }

    /**
     * Starts to open a session of its own.
     *
     * @param options how
     * @return the session, opening
     * @throws ClosedException if the connection is closed
     */
    Session openSession(SessionOptions options);

    /**
     * Declares a transaction on the session that {@link #openSender(SenderOptions)} and
     * {@link #openReceiver(ReceiverOptions)} of this connection use; see {@link Session#transaction()}.
     *
     * @return the transaction, active
     */
    Transaction transaction();

    /**
     * Declares a transaction on the session that {@link #openSender(SenderOptions)} and
     * {@link #openReceiver(ReceiverOptions)} of this connection use; see {@link Session#transactionAsync()}.
     *
     * @return completes with the transaction
     */
    CompletableFuture<Transaction> transactionAsync();

    /**
     * Returns the links that are not closed, those that the peer opened included.
     *
     * @return a snapshot
     */
    List<Link> links();

    /**
     * Returns a future of the first opening.
     *
     * @return completes with this, or with the {@link Amqp10Exception} that ended the connection before it was open
     */
    CompletableFuture<Connection> opened();

    /**
     * Waits until the connection is open, as long as the connection's open time-out.
     *
     * @return this
     * @throws AuthenticationException if the credentials were refused
     * @throws ConnectionLostException if it could not be made and is not tried again
     * @throws TimedOutException if the time is over; the connection goes on trying, and the message names the last error
     */
    Connection awaitOpen();

    /**
     * Waits until the connection is open.
     *
     * @param timeout at most how long
     * @return this
     * @throws AuthenticationException if the credentials were refused
     * @throws ConnectionLostException if it could not be made and is not tried again
     * @throws TimedOutException if the time is over; the connection goes on trying, and the message names the last error
     */
    Connection awaitOpen(Duration timeout);

    /**
     * Starts to close.
     *
     * @return completes with null when it is closed, however it ended. A handler that calls this must not wait for it:
     *     it begins when the handler has returned, and waiting throws {@link IllegalStateException}
     */
    CompletableFuture<Void> closeAsync();

    /**
     * Closes, and waits for the peer's answer for at most the close time-out. Before, for at most as long, what senders have
     * taken is sent and gets its outcome; a connection that is not open then, or breaks, is made for that. Called by one of this connection's own
     * handlers it does not wait, and closing begins when the handler returns, so that what the handler did before still
     * goes out. Called again, does nothing.
     */
    @Override
    void close();
}
