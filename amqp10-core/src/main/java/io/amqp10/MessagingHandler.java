package io.amqp10;

/**
 * Is told of events. A handler can be given to a container, a connection or a link; an event goes to the nearest that there
 * is: the link's, else the connection's, else the container's (for a connection that a peer made: the listener's, else the
 * container's).
 *
 * <p>The events of one connection come one after another, never two at a time, on a thread that may wait: every method of
 * this API may be called, and futures that it returned may be waited for, also those derived by their own methods. While a
 * handler waits, its thread completes futures, and runs what hangs onto them. Not to be waited for are the futures of
 * {@link Receiver#receiveAsync}, which gives what comes after the handler, and those of {@code closeAsync} and
 * {@code detachAsync}, since closing begins when the handler has returned: these throw {@link IllegalStateException}. What
 * cannot be told blocks the handler: to wait for one that was made by {@code CompletableFuture.allOf} or {@code anyOf}
 * (wait for its parts instead), or for a chain that a closing or a {@link Receiver#drain} is a later link of.
 *
 * <p>A link whose options name an executor gets its events on that, again one after another. An exception that a method throws is logged; thrown by {@link #onMessage}, it also gives the message back as modified with
 * a failed delivery.
 */
public interface MessagingHandler {

    /**
     * The container was created with this handler.
     *
     * @param container the container
     */
    default void onStart(Container container) {}

    /**
     * A timer of {@link Container#schedule(java.time.Duration, MessagingHandler)} is due.
     *
     * @param container the container
     */
    default void onTimer(Container container) {}

    /**
     * A connection is open, or open again.
     *
     * @param connection the connection
     */
    default void onConnectionOpened(Connection connection) {}

    /**
     * The network connection broke, or could not be made, or the peer closed it for a reason that passes, or for none if
     * the connection {@linkplain ReconnectOptions#afterCleanClose outlives} that. Comes before each series of tries to
     * connect again, or before {@link #onConnectionError} if there are none.
     *
     * @param connection the connection, recovering
     * @param cause why
     */
    default void onDisconnected(Connection connection, Amqp10Exception cause) {}

    /**
     * A connection is closed because of an error; {@link #onConnectionClosed} follows.
     *
     * @param connection the connection, closed
     * @param error why
     */
    default void onConnectionError(Connection connection, Amqp10Exception error) {}

    /**
     * A connection is closed, by whatever.
     *
     * @param connection the connection, closed
     */
    default void onConnectionClosed(Connection connection) {}

    /**
     * A session is open.
     *
     * @param session the session
     */
    default void onSessionOpened(Session session) {}

    /**
     * A session ended because of an error; {@link #onSessionClosed} follows.
     *
     * @param session the session, closed
     * @param error why
     */
    default void onSessionError(Session session, Amqp10Exception error) {}

    /**
     * A session is over, by whatever.
     *
     * @param session the session, closed
     */
    default void onSessionClosed(Session session) {}

    /**
     * A sender is open, or open again: one of ours, or one that sends to a peer that opened a receiver to us.
     *
     * @param sender the sender
     */
    default void onSenderOpened(Sender sender) {}

    /**
     * A receiver is open, or open again: one of ours, or one that receives from a peer that opened a sender to us.
     *
     * @param receiver the receiver
     */
    default void onReceiverOpened(Receiver receiver) {}

    /**
     * A link is closed because of an error; {@link #onLinkClosed} follows.
     *
     * @param link the link, closed
     * @param error why
     */
    default void onLinkError(Link link, Amqp10Exception error) {}

    /**
     * A link is closed, by whatever.
     *
     * @param link the link, closed
     */
    default void onLinkClosed(Link link) {}

    /**
     * A sender has credit and no message waits for it. Comes when that begins and after each grant of credit.
     *
     * @param sender the sender
     */
    default void onSendable(Sender sender) {}

    /**
     * The peer asked for what there is and for the rest of the credit back; a handler that sends no more calls
     * {@link Sender#drained}, which by default is done.
     *
     * @param sender the sender
     */
    default void onDrain(Sender sender) {
        sender.drained();
    }

    /**
     * A message came. With auto-accept it is accepted when this returns, unless the handler gave it another outcome.
     *
     * @param delivery the message and the means to settle it
     */
    default void onMessage(Delivery delivery) {}

    /**
     * The peer accepted a message.
     *
     * @param tracker whose
     */
    default void onAccepted(Tracker tracker) {}

    /**
     * The peer rejected a message.
     *
     * @param tracker whose
     */
    default void onRejected(Tracker tracker) {}

    /**
     * The peer released a message, or modified it; {@link #onModified} tells that apart.
     *
     * @param tracker whose
     */
    default void onReleased(Tracker tracker) {}

    /**
     * The peer gave a message back as modified. By default the same as released.
     *
     * @param tracker whose
     */
    default void onModified(Tracker tracker) {
        onReleased(tracker);
    }

    /**
     * A message that was sent is settled; comes after the event of its outcome.
     *
     * @param tracker whose
     */
    default void onSettled(Tracker tracker) {}
}
