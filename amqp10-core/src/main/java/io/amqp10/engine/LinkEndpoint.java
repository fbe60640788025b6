package io.amqp10.engine;

import io.amqp10.types.ErrorCondition;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.transport.Attach;
import org.jspecify.annotations.Nullable;

/**
 * One end of a link. Confined to the thread of its connection.
 *
 * @see "AMQP 1.0 §2.6"
 */
public abstract sealed class LinkEndpoint permits SenderLink, ReceiverLink {

    LinkEndpoint() {}

    /**
     * Refuses a link that the peer attached: answers without a terminus, and detaches for good.
     *
     * @param error why
     * @throws IllegalStateException if it is not the peer's to be refused
     * @see "AMQP 1.0 §2.6.3"
     */
    public final void refuse(ErrorCondition error) {
        throw new UnsupportedOperationException();
    }

    /**
     * Detaches the link. Does nothing if it is detaching or detached.
     *
     * @param closed whether for good, which ends the termini and makes the peer forget the link's deliveries
     * @param error why, null for an orderly detach
     */
    public final void detach(boolean closed, @Nullable ErrorCondition error) {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the link's name.
     *
     * @return the name
     */
    public final String name() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns which end of the link we are.
     *
     * @return our role
     */
    public final Role role() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the session.
     *
     * @return the session
     */
    public final SessionEngine session() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns our attach.
     *
     * @return the attach, null if the peer attached the link and it is not answered yet
     */
    public final @Nullable Attach localAttach() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the peer's attach.
     *
     * @return the attach, null before it came
     */
    public final @Nullable Attach remoteAttach() {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells whether both attaches were exchanged, no refusal is in progress, and no detach was sent or received.
     *
     * @return whether the link can be used
     */
    public final boolean isAttached() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns how the link's sender settles: what the sender's attach says.
     *
     * @return the mode; what we asked for before the sender's attach came
     */
    public final SenderSettleMode sndSettleMode() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns how the link's receiver settles: what the receiver's attach says.
     *
     * @return the mode; what we asked for before the receiver's attach came
     */
    public final ReceiverSettleMode rcvSettleMode() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns why the link stops or stopped.
     *
     * @return the first reason, null while it does not
     */
    public final @Nullable StopReason stopReason() {
        throw new UnsupportedOperationException();
    }
}
