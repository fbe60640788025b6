package io.amqp10;

import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.LinkTarget;
import io.amqp10.types.messaging.Source;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Sender} and a {@link Receiver} have in common. Like its connection, a link outlives a break: it is attached
 * again under the same name. One that the peer opened does not: it is closed, and the peer's to open again.
 *
 * @see "AMQP 1.0 §2.6"
 */
public interface Link extends AutoCloseable {

    /**
     * Returns the link's name, the same for both ends.
     *
     * @return the name
     */
    String name();

    /**
     * Returns the address: that of a sender's target or a receiver's source, and for a link that the peer opened that of the
     * terminus it was accepted with, which is the one that it asked for unless the application provided another. For a
     * dynamic node it is the address that it was given.
     *
     * @return the address, null for the anonymous target and for a dynamic node before the link is open
     */
    @Nullable
    String address();

    /**
     * Returns the connection that this belongs to.
     *
     * @return the connection
     */
    Connection connection();

    /**
     * Returns the session that this belongs to.
     *
     * @return the session
     */
    Session session();

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
     * Returns the source as the peer sees it.
     *
     * @return the source, null before the link was open
     */
    @Nullable
    Source remoteSource();

    /**
     * Returns the target as the peer sees it.
     *
     * @return the target, null before the link was open
     */
    @Nullable
    LinkTarget remoteTarget();

    /**
     * Returns the peer's link properties.
     *
     * @return the properties, empty before the link was open
     */
    Map<Symbol, @Nullable Object> remoteProperties();

    /**
     * Returns the credit: how many messages the sending end may still send now.
     *
     * @return the credit as last seen, not negative
     * @see "AMQP 1.0 §2.6.7"
     */
    int credit();

    /**
     * Returns how many deliveries are unsettled on this side.
     *
     * @return the number as last seen
     */
    int unsettled();

    /**
     * Starts to close the link for good.
     *
     * @return completes with null when it is closed, however it ended. A handler that calls this must not wait for it:
     *     it begins when the handler has returned, and waiting throws {@link IllegalStateException}
     */
    CompletableFuture<Void> closeAsync();

    /**
     * Starts to close the link for good with an error, which the peer is told: for what a peer must not do on it, such as
     * {@code amqp:not-implemented} for an annotation that has to be understood and is not, or
     * {@code amqp:precondition-failed} for a durable message that cannot be kept. Outcomes that were given before go out before
     * it. Nothing is waited for: messages that a sender has taken and whose outcome is unknown fail, and of a receiver the peer
     * has those back that have no outcome yet, among them the one that a handler is at unless it gave one or accepts by itself.
     *
     * @param error what the peer is told, and what {@link #error()} says; {@link MessagingHandler#onLinkError} tells it here
     * @return completes with null when it is closed; for handlers as {@link #closeAsync()}
     * @throws IllegalArgumentException if the error's info has a value that AMQP does not have
     * @see "AMQP 1.0 §2.6.5"
     */
    CompletableFuture<Void> closeAsync(ErrorCondition error);

    /**
     * Starts to detach the link and keeps its terminus, such as a durable subscription, at the peer.
     *
     * @return completes with null when it is detached, however it ended; the link is closed then. For handlers as
     *     {@link #closeAsync}
     * @see "AMQP 1.0 §2.6.4"
     */
    CompletableFuture<Void> detachAsync();

    /**
     * Waits until the link is open, as long as the connection's open time-out.
     *
     * @return this
     * @throws LinkRefusedException if the peer refused it, with the peer's words
     * @throws GuaranteeNotSupportedException if the peer did not grant the guarantee
     * @throws TimedOutException if the time is over; the link goes on trying
     */
    Link awaitOpen();

    /**
     * Waits until the link is open.
     *
     * @param timeout at most how long
     * @return this
     * @throws LinkRefusedException if the peer refused it, with the peer's words
     * @throws GuaranteeNotSupportedException if the peer did not grant the guarantee
     * @throws TimedOutException if the time is over; the link goes on trying
     */
    Link awaitOpen(Duration timeout);

    /**
     * Closes the link for good, and waits like {@link Connection#close}. A sender first waits for the outcomes of all
     * messages that it has taken; if it is not open then, or breaks, it is attached for them as long as the connection's close
     * time-out lasts.
     */
    @Override
    void close();
}
