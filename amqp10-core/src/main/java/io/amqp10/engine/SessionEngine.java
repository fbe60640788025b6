package io.amqp10.engine;

import io.amqp10.types.ErrorCondition;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import org.jspecify.annotations.Nullable;

/**
 * One end of a session. Confined to the thread of its connection.
 *
 * @see "AMQP 1.0 §2.5"
 */
public final class SessionEngine {

    SessionEngine() {}

    /**
     * Accepts a session that the peer began; called in {@link ConnectionListener#onRemoteBegin}.
     *
     * @param listener hears of the session
     * @param settings what the session says of itself
     * @throws IllegalStateException if it is not the peer's to be accepted
     */
    public void accept(SessionListener listener, SessionSettings settings) {
        throw new UnsupportedOperationException();
    }

    /**
     * Ends the session and tells all its links that they stopped. Does nothing if it is ending or ended.
     *
     * @param error why, null for an orderly end
     */
    public void end(@Nullable ErrorCondition error) {
        throw new UnsupportedOperationException();
    }

    /**
     * Attaches a link on which we send. The attach goes out when the peer has answered our begin.
     *
     * @param attach what to ask for, with our role; the engine chooses the handle and, if absent, the delivery-count
     * @param listener hears of the link
     * @return the link
     * @throws IllegalArgumentException if its role is not {@code SENDER}
     * @throws IllegalStateException if the session is ending or ended, it has a link of this name and role, or no handle is
     *     left
     */
    public SenderLink attachSender(Attach attach, SenderLinkListener listener) {
        throw new UnsupportedOperationException();
    }

    /**
     * Attaches a link on which we receive. The attach goes out when the peer has answered our begin.
     *
     * @param attach what to ask for, with our role; the engine chooses the handle. Its max-message-size is enforced
     * @param listener hears of the link
     * @return the link
     * @throws IllegalArgumentException if its role is not {@code RECEIVER}
     * @throws IllegalStateException if the session is ending or ended, it has a link of this name and role, or no handle is
     *     left
     */
    public ReceiverLink attachReceiver(Attach attach, ReceiverLinkListener listener) {
        throw new UnsupportedOperationException();
    }

    /**
     * Opens the incoming window again for frames that {@link ReceiverLinkListener#onPayload} kept.
     *
     * @param frames how many
     */
    public void framesConsumed(int frames) {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the connection.
     *
     * @return the connection
     */
    public ConnectionEngine connection() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the peer's begin.
     *
     * @return the begin, null before it came
     */
    public @Nullable Begin remoteBegin() {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells whether both begins were exchanged and no end was sent or received.
     *
     * @return whether they were
     */
    public boolean isMapped() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns why the session stops or stopped.
     *
     * @return the first reason, null while it does not
     */
    public @Nullable StopReason stopReason() {
        throw new UnsupportedOperationException();
    }
}
