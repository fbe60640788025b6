package io.amqp10.engine;

import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.SessionError;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.LinkTarget;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.Flow;
import org.jspecify.annotations.Nullable;

/**
 * One end of a link. Confined to the thread of its connection.
 *
 * <p>A link lives from its first attach to the exchange of detaches; one that is attached again is another object.
 *
 * @see "AMQP 1.0 §2.6"
 */
public abstract sealed class LinkEndpoint permits SenderLink, ReceiverLink {

    /** Frames other than transfers that a peer may have sent before it heard of our detach with an error. */
    private static final int FRAMES_IN_FLIGHT = 64;

    /** The property of a flow that names the transaction to acquire messages in. */
    static final Symbol TXN_ID = Symbol.of("txn-id");

    final SessionEngine session;
    final String name;

    /** A flow of this link is to go out with the next flush. */
    boolean flowDue;

    private final Role role;
    private LinkState state;
    private @Nullable Attach localAttach;
    private @Nullable Attach remoteAttach;
    private int localHandle;
    private int remoteHandle;

    private @Nullable StopReason stopReason;

    /** The listener was told that the link stopped. */
    private boolean told;

    /** Whether the link stopped for good, as far as is known. */
    private boolean closed;

    /** Neither end speaks of our deliveries any more: the link is closed or in error, or its session is over. */
    private boolean forgotten;

    /** How many more frames are dropped after our detach with an error; negative if there was none. */
    private int framesForgiven = -1;

    LinkEndpoint(SessionEngine session, Role role, @Nullable Attach local, @Nullable Attach remote) {
        this.session = session;
        this.role = role;
        localAttach = local;
        remoteAttach = remote;
        name = known(local, remote).name();
        state = remote == null ? LinkState.WAITING : LinkState.ATTACH_RCVD;
    }

    /**
     * Refuses a link that the peer attached: answers without a terminus, and detaches for good. Does nothing if the link has
     * stopped meanwhile.
     *
     * @param error why
     * @throws IllegalStateException if it is not the peer's to be refused
     * @see "AMQP 1.0 §2.6.3"
     */
    public final void refuse(ErrorCondition error) {
        if (stopReason != null) {
            return;
        }
        if (state != LinkState.ATTACH_RCVD) {
            throw new IllegalStateException(this + " does not wait to be accepted or refused");
        }
        detach(true, error);
    }

    /**
     * Detaches the link. Does nothing if it is detaching or detached.
     *
     * @param closing whether for good, which ends the termini and makes the peer forget the link's deliveries
     * @param error why, null for an orderly detach
     */
    public final void detach(boolean closing, @Nullable ErrorCondition error) {
        if (stopReason != null) {
            return;
        }
        stopReason = new StopReason.Local(error);
        closed = closing;
        if (state == LinkState.WAITING) {
            state = LinkState.DETACHED;
            session.links().forgetWaiting(this);
            stopped();
            return;
        }
        sendDetach(error);
        if (state == LinkState.DETACHED) {
            return; // with its session
        }
        state = LinkState.DETACH_SENT;
        if (error != null) {
            framesForgiven = Math.max(0, session.incomingWindow.remaining()) + FRAMES_IN_FLIGHT;
            stopped();
        }
    }

    /**
     * Forgets the deliveries of a link that has stopped, and what either end says of them from now on: for who sends them again
     * on another link, or lets the peer do so. Otherwise those of a link that is detached and not closed are kept until they
     * are settled or the session ends.
     *
     * @throws IllegalStateException if the link has not stopped
     */
    public final void forgetUnsettled() {
        if (stopReason == null) {
            throw new IllegalStateException(this + " has not stopped");
        }
        if (!forgotten) {
            forgotten = true;
            dropUnsettled();
        }
    }

    /**
     * Returns the link's name.
     *
     * @return the name
     */
    public final String name() {
        return name;
    }

    /**
     * Returns which end of the link we are.
     *
     * @return our role
     */
    public final Role role() {
        return role;
    }

    /**
     * Returns the session.
     *
     * @return the session
     */
    public final SessionEngine session() {
        return session;
    }

    /**
     * Returns our attach.
     *
     * @return the attach, null if the peer attached the link and it is not answered yet
     */
    public final @Nullable Attach localAttach() {
        return localAttach;
    }

    /**
     * Returns the peer's attach.
     *
     * @return the attach, null before it came
     */
    public final @Nullable Attach remoteAttach() {
        return remoteAttach;
    }

    /**
     * Tells whether both attaches were exchanged, no refusal is in progress, and no detach was sent or received.
     *
     * @return whether the link can be used
     */
    public final boolean isAttached() {
        return state == LinkState.ATTACHED;
    }

    /**
     * Returns how the link's sender settles: what the sender's attach says.
     *
     * @return the mode; what the other end asked for before the sender's attach is there
     */
    public final SenderSettleMode sndSettleMode() {
        return authority(role == Role.SENDER).sndSettleMode();
    }

    /**
     * Returns how the link's receiver settles: what the receiver's attach says.
     *
     * @return the mode; what the other end asked for before the receiver's attach is there
     */
    public final ReceiverSettleMode rcvSettleMode() {
        return authority(role == Role.RECEIVER).rcvSettleMode();
    }

    /**
     * Returns why the link stops or stopped.
     *
     * @return the first reason, null while it does not
     */
    public final @Nullable StopReason stopReason() {
        return stopReason;
    }

    @Override
    public final String toString() {
        return role + " link " + name;
    }

    // what the two ends do differently

    /** Tells whether someone is there to be told; not before a link of the peer's is accepted. */
    abstract boolean hasListener();

    /** Takes what is in our attach, which is about to go out. */
    abstract void attaching(Attach attach);

    abstract void tellAttached(Attach attach);

    abstract void tellDetached(StopReason reason, boolean wasClosed);

    /** Takes the peer's flow state. */
    abstract void onFlow(Flow flow);

    /** Puts the link's own fields into a flow. */
    abstract void fillFlow(Flow flow);

    /** Tells whether the peer waits for us to go on. */
    abstract boolean owesAnswer();

    /** Drops what is half sent or half received. */
    abstract void dropPartial();

    /** Takes the deliveries of the link out of the session's table. */
    abstract void dropUnsettled();

    // attaching

    final LinkState state() {
        return state;
    }

    final int localHandle() {
        return localHandle;
    }

    final void localHandle(int handle) {
        localHandle = handle;
    }

    final void remoteHandle(int handle) {
        remoteHandle = handle;
    }

    /** Sends our attach, with the handle that the session gave us. */
    final void sendAttach() {
        Attach attach = completed(known(localAttach, null));
        localAttach = attach;
        attaching(attach);
        boolean first = state == LinkState.WAITING;
        if (state == LinkState.ATTACH_RCVD) {
            state = LinkState.ATTACHED;
        } else if (first) {
            state = LinkState.ATTACH_SENT;
        }
        try {
            session.output().onAttach(session.localChannel(), attach);
        } catch (FrameTooLargeException e) {
            if (first) {
                notSent(e);
            } else {
                session.endForSmallFrames(e);
            }
        }
    }

    /** Our attach is too large for the peer, which has not heard of the link. */
    private void notSent(FrameTooLargeException e) {
        stopReason = new StopReason.Local(ErrorCondition.of(AmqpError.FRAME_SIZE_TOO_SMALL, e.getMessage()));
        session.links().forgetUnsent(this);
        detached();
        stopped();
    }

    /**
     * Accepts a link of the peer's.
     *
     * @return false if it has stopped meanwhile
     */
    final boolean answer(Attach answer) {
        if (stopReason != null && remoteAttach != null && !told) {
            localAttach = answer;
            tell();
            return false;
        }
        if (state != LinkState.ATTACH_RCVD) {
            throw new IllegalStateException(this + " does not wait to be accepted or refused");
        }
        localAttach = answer;
        session.links().giveHandle(this);
        sendAttach();
        return true;
    }

    /** Takes the peer's answer to our attach. */
    final void onAnswer(Attach attach) {
        remoteAttach = attach;
        if (state != LinkState.ATTACH_SENT) {
            return;
        }
        if (role == Role.SENDER ? attach.target() == null : attach.source() == null) {
            state = LinkState.REFUSED;
            return;
        }
        if (role == Role.RECEIVER && attach.initialDeliveryCount() == UnsignedInteger.ABSENT) {
            throw ProtocolException.linkError(
                    this, AmqpError.INVALID_FIELD, "a sender's attach needs initial-delivery-count");
        }
        if (attach.unsettled() != null
                && attach.unsettled().size() > session.connection().options().maxUnsettledEntries()) {
            throw ProtocolException.linkError(this, AmqpError.RESOURCE_LIMIT_EXCEEDED, SessionLinks.TOO_MANY_UNSETTLED);
        }
        state = LinkState.ATTACHED;
        tellAttached(attach);
    }

    // detaching

    final void onDetach(Detach detach) {
        session.links().unmapRemote(remoteHandle);
        if (state != LinkState.DETACH_SENT) {
            stopReason = new StopReason.Remote(detach.error());
            closed = detach.closed();
            sendDetach(null);
            detached();
        } else if (detach.closed() && !closed) {
            reattachToClose();
        } else {
            if (framesForgiven >= 0 && !detach.closed()) {
                session.links().expectNoReattach(this);
            }
            detached();
        }
        stopped();
    }

    private void detached() {
        state = LinkState.DETACHED;
        session.links().freeHandle(this);
    }

    /**
     * The peer closed while we only detached. It learns that we know from an attach and a closing detach; its answer to them
     * ends the link.
     *
     * @see "AMQP 1.0 §2.6.6"
     */
    private void reattachToClose() {
        closed = true;
        remoteAttach = null;
        localAttach = withoutUnsettled(known(localAttach, null));
        session.links().awaitAnswer(this);
        sendAttach();
        if (session.isMapped()) {
            session.output().onDetach(session.localChannel(), new Detach(localHandle, true, null));
        }
    }

    private void sendDetach(@Nullable ErrorCondition error) {
        if (state == LinkState.ATTACH_RCVD) {
            // A refusal is an attach without a terminus of ours before the detach (§2.6.3).
            localAttach = refusal(known(remoteAttach, null));
            session.links().giveHandle(this);
            sendAttach();
        }
        session.flushDispositions();
        dropPartial();
        session.links().deactivate(this);
        if (!session.isMapped()) {
            return; // it ended, because our attach did not fit into a frame
        }
        try {
            session.output().onDetach(session.localChannel(), new Detach(localHandle, closed, error));
        } catch (FrameTooLargeException e) {
            ErrorCondition shortened = ConnectionEngine.shortened(error);
            session.output().onDetach(session.localChannel(), new Detach(localHandle, closed, shortened));
        }
    }

    /** The session or connection stopped. */
    final void parentStopped(StopReason reason) {
        if (stopReason == null) {
            stopReason = new StopReason.ParentStopped(reason);
        }
        closed = false;
        state = LinkState.DETACHED;
        dropPartial();
        tell();
        forgotten = true;
    }

    /** Tells the listener that the link stopped, unless it knows, and forgets the deliveries if nobody will speak of them. */
    private void stopped() {
        tell();
        if (!forgotten && (closed || stopReason != null && stopReason.error() != null)) {
            forgotten = true;
            dropUnsettled();
        }
    }

    private void tell() {
        StopReason reason = stopReason;
        if (!told && reason != null && hasListener()) {
            told = true;
            tellDetached(reason, closed);
        }
    }

    /**
     * Tells whether a frame came for a link that we have detached. It is dropped then, as long as it can have been in flight.
     *
     * @see "AMQP 1.0 §2.6.5"
     */
    final boolean drops() {
        if (state != LinkState.DETACH_SENT) {
            return false;
        }
        if (framesForgiven >= 0 && framesForgiven-- == 0) {
            throw ProtocolException.sessionError(
                    session, SessionError.ERRANT_LINK, "input for " + this + ", which was detached with an error");
        }
        return true;
    }

    /** Tells whether what we say of the link's deliveries still reaches the peer. */
    final boolean canTellOfDeliveries() {
        return !forgotten && !(closed && stopReason != null) && session.isMapped();
    }

    final void flowNeeded() {
        if (!flowDue && state == LinkState.ATTACHED) {
            flowDue = true;
            session.flowNeeded(this);
        }
    }

    private Attach authority(boolean local) {
        return local ? known(localAttach, remoteAttach) : known(remoteAttach, localAttach);
    }

    private static Attach known(@Nullable Attach preferred, @Nullable Attach other) {
        Attach attach = preferred != null ? preferred : other;
        if (attach == null) {
            throw new IllegalStateException("a link has an attach of at least one side");
        }
        return attach;
    }

    private Attach refusal(Attach remote) {
        return role == Role.SENDER ? attach(remote, null, remote.target()) : attach(remote, remote.source(), null);
    }

    /** A reattach has no unsettled map (§2.7.3). */
    private static Attach withoutUnsettled(Attach attach) {
        return Attach.builder(attach.name(), attach.handle(), attach.role())
                .sndSettleMode(attach.sndSettleMode())
                .rcvSettleMode(attach.rcvSettleMode())
                .source(attach.source())
                .target(attach.target())
                .initialDeliveryCount(attach.initialDeliveryCount())
                .maxMessageSize(attach.maxMessageSize())
                .build();
    }

    /** Puts in what is ours to choose. */
    private Attach completed(Attach attach) {
        return attach(attach, attach.source(), attach.target());
    }

    private Attach attach(Attach like, @Nullable Source source, @Nullable LinkTarget target) {
        long count = like.initialDeliveryCount();
        if (role == Role.RECEIVER) {
            count = UnsignedInteger.ABSENT;
        } else if (count == UnsignedInteger.ABSENT || like.role() != role) {
            count = 0;
        }
        return new Attach(
                name,
                localHandle,
                role,
                like.sndSettleMode(),
                like.rcvSettleMode(),
                source,
                target,
                like.role() == role ? like.unsettled() : null,
                like.role() == role && like.incompleteUnsettled(),
                count,
                like.maxMessageSize(),
                like.offeredCapabilities(),
                like.desiredCapabilities(),
                like.properties());
    }
}
