package io.amqp10.engine;

import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.SessionError;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.PerformativeHandler;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One end of a session. Confined to the thread of its connection.
 *
 * @see "AMQP 1.0 §2.5"
 */
public final class SessionEngine {

    final Transfer transfer = new Transfer();
    IncomingWindow incomingWindow;
    OutgoingWindow outgoingWindow;

    private final ConnectionEngine connection;
    private final int localChannel;
    private final SessionLinks links = new SessionLinks(this);
    private final Flow flow = new Flow();
    private final List<LinkEndpoint> linksWithFlowDue = new ArrayList<>();

    private SessionSettings settings;
    private SessionDeliveries deliveries;
    private @Nullable SessionListener listener;
    private SessionState state = SessionState.UNMAPPED;
    private int remoteChannel = Begin.NO_CHANNEL;
    private @Nullable Begin remoteBegin;
    private @Nullable StopReason stopReason;
    private boolean told;

    private boolean sessionFlowDue;
    private boolean flushDue;

    /** Makes a session that we begin. */
    SessionEngine(ConnectionEngine connection, int localChannel, SessionListener listener, SessionSettings settings) {
        this(connection, localChannel, settings);
        this.listener = listener;
    }

    /** Makes a session that the peer began. */
    SessionEngine(ConnectionEngine connection, int localChannel, int remoteChannel, Begin begin) {
        this(connection, localChannel, SessionSettings.DEFAULT);
        this.remoteChannel = remoteChannel;
        remoteBegin = begin;
        state = SessionState.BEGIN_RCVD;
    }

    private SessionEngine(ConnectionEngine connection, int localChannel, SessionSettings settings) {
        this.connection = connection;
        this.localChannel = localChannel;
        this.settings = settings;
        incomingWindow = new IncomingWindow(settings.incomingWindow());
        outgoingWindow = new OutgoingWindow(settings.firstOutgoingId());
        deliveries = new SessionDeliveries(this, settings);
    }

    /**
     * Accepts a session that the peer began; called in {@link ConnectionListener#onRemoteBegin}.
     *
     * @param listener hears of the session
     * @param settings what the session says of itself
     * @throws IllegalStateException if it is not the peer's to be accepted
     */
    public void accept(SessionListener listener, SessionSettings settings) {
        if (state != SessionState.BEGIN_RCVD || stopReason != null) {
            throw new IllegalStateException("the session does not wait to be accepted");
        }
        this.listener = listener;
        this.settings = settings;
        incomingWindow = new IncomingWindow(settings.incomingWindow());
        outgoingWindow = new OutgoingWindow(settings.firstOutgoingId());
        deliveries = new SessionDeliveries(this, settings);
        answerBegin();
    }

    /**
     * Ends the session and tells all its links that they stopped. Does nothing if it is ending or ended.
     *
     * @param error why, null for an orderly end
     */
    public void end(@Nullable ErrorCondition error) {
        if (stopReason != null) {
            return;
        }
        stopReason = new StopReason.Local(error);
        if (state == SessionState.UNMAPPED) {
            connection.sessions().forgetWaiting(this);
            stopLinks();
            tell();
            return;
        }
        if (state == SessionState.BEGIN_RCVD) {
            answerBegin();
        }
        flushDispositions();
        state = error == null ? SessionState.END_SENT : SessionState.DISCARDING;
        sendEnd(error);
        stopLinks();
        if (error != null) {
            tell();
        }
    }

    /**
     * Attaches a link on which we send. The attach goes out when the peer has answered our begin.
     *
     * @param attach what to ask for, with our role; the engine chooses the handle and, if absent, the delivery-count
     * @param listener hears of the link; if the peer allows no more handles, only that it stopped, with
     *     {@code amqp:resource-limit-exceeded}
     * @return the link
     * @throws IllegalArgumentException if its role is not {@code SENDER}
     * @throws IllegalStateException if the session is ending or ended, or it has a link of this name and role
     */
    public SenderLink attachSender(Attach attach, SenderLinkListener listener) {
        checkAttach(attach, Role.SENDER);
        SenderLink link = new SenderLink(this, attach, listener);
        links.add(link);
        return link;
    }

    /**
     * Attaches a link on which we receive. The attach goes out when the peer has answered our begin.
     *
     * @param attach what to ask for, with our role; the engine chooses the handle. Its max-message-size is enforced
     * @param listener hears of the link; if the peer allows no more handles, only that it stopped, with
     *     {@code amqp:resource-limit-exceeded}
     * @return the link
     * @throws IllegalArgumentException if its role is not {@code RECEIVER}
     * @throws IllegalStateException if the session is ending or ended, or it has a link of this name and role
     */
    public ReceiverLink attachReceiver(Attach attach, ReceiverLinkListener listener) {
        checkAttach(attach, Role.RECEIVER);
        ReceiverLink link = new ReceiverLink(this, attach, listener);
        links.add(link);
        return link;
    }

    private void checkAttach(Attach attach, Role role) {
        if (attach.role() != role) {
            throw new IllegalArgumentException("the attach is of a " + attach.role() + ", not of a " + role);
        }
        if (stopReason != null) {
            throw new IllegalStateException("the session is ending or ended");
        }
    }

    /**
     * Opens the incoming window again for frames that {@link ReceiverLinkListener#onPayload} kept.
     *
     * @param frames how many
     */
    public void framesConsumed(int frames) {
        incomingWindow.release(frames);
        checkIncomingWindow();
    }

    /**
     * Makes the incoming window smaller for the rest of the session. The peer hears of it with the next flow, such as one
     * that gives credit to a link whose deliveries stream: so what it may send of them fits into the smaller window.
     *
     * @param frames how many frames the peer may send ahead, at least 1; without effect if the window is not larger
     */
    public void limitIncomingWindow(int frames) {
        if (frames < 1) {
            throw new IllegalArgumentException("an incoming window of " + frames + " frames");
        }
        incomingWindow.limit(frames);
    }

    /**
     * Returns the connection.
     *
     * @return the connection
     */
    public ConnectionEngine connection() {
        return connection;
    }

    /**
     * Returns the peer's begin.
     *
     * @return the begin, null before it came
     */
    public @Nullable Begin remoteBegin() {
        return remoteBegin;
    }

    /**
     * Tells whether both begins were exchanged and no end was sent or received.
     *
     * @return whether they were
     */
    public boolean isMapped() {
        return state == SessionState.MAPPED;
    }

    /**
     * Returns why the session stops or stopped.
     *
     * @return the first reason, null while it does not
     */
    public @Nullable StopReason stopReason() {
        return stopReason;
    }

    // begin and end

    int localChannel() {
        return localChannel;
    }

    SessionState state() {
        return state;
    }

    SessionSettings settings() {
        return settings;
    }

    @Nullable
    SessionListener listener() {
        return listener;
    }

    PerformativeHandler<ByteBuf> output() {
        return connection.output();
    }

    /** Sends our begin for a session that we begin. */
    void sendBegin() {
        state = SessionState.BEGIN_SENT;
        output().onBegin(localChannel, begin(Begin.NO_CHANNEL));
    }

    private void answerBegin() {
        Begin begin = remoteBegin;
        if (begin != null) {
            state = SessionState.MAPPED;
            output().onBegin(localChannel, begin(remoteChannel));
            opened(begin);
        }
    }

    private Begin begin(int answered) {
        return new Begin(
                answered,
                outgoingWindow.nextId(),
                incomingWindow.announce(),
                OutgoingWindow.ANNOUNCED,
                settings.handleMax(),
                settings.offeredCapabilities(),
                settings.desiredCapabilities(),
                settings.properties());
    }

    private void opened(Begin begin) {
        incomingWindow.begin(begin.nextOutgoingId());
        outgoingWindow.begin(begin.incomingWindow());
    }

    private void sendEnd(@Nullable ErrorCondition error) {
        try {
            output().onEnd(localChannel, new End(error));
        } catch (FrameTooLargeException e) {
            output().onEnd(localChannel, new End(ConnectionEngine.shortened(error)));
        }
    }

    /** Ends the session because something must be said in it that no frame can hold. */
    void endForSmallFrames(FrameTooLargeException e) {
        end(ErrorCondition.of(AmqpError.FRAME_SIZE_TOO_SMALL, e.getMessage()));
    }

    /** Takes the peer's answer to our begin. */
    void onAnswer(int channel, Begin begin) {
        remoteChannel = channel;
        remoteBegin = begin;
        if (state != SessionState.BEGIN_SENT) {
            return;
        }
        state = SessionState.MAPPED;
        opened(begin);
        SessionListener to = listener;
        if (to != null) {
            to.onBegun(this, begin);
        }
        links.attachWaiting();
    }

    /** Takes the peer's end. The channels are free afterwards. */
    void onEnd(End end) {
        if (stopReason == null) {
            stopReason = new StopReason.Remote(end.error());
            state = SessionState.END_RCVD;
            output().onEnd(localChannel, new End(null));
        }
        state = SessionState.UNMAPPED;
        connection.sessions().release(localChannel, remoteChannel);
        stopLinks();
        tell();
    }

    /** The connection stopped. */
    void parentStopped(StopReason reason) {
        if (stopReason == null) {
            stopReason = new StopReason.ParentStopped(reason);
        }
        state = SessionState.UNMAPPED;
        stopLinks();
        tell();
    }

    private void stopLinks() {
        StopReason reason = stopReason;
        if (reason != null) {
            links.stopAll(reason);
        }
        deliveries.clear();
        linksWithFlowDue.clear();
        sessionFlowDue = false;
    }

    private void tell() {
        StopReason reason = stopReason;
        SessionListener to = listener;
        if (!told && reason != null && to != null) {
            told = true;
            to.onEnded(this, reason);
        }
    }

    // links

    void onAttach(Attach attach) {
        links.onAttach(attach);
    }

    void onDetach(Detach detach) {
        requireLink(detach.handle()).onDetach(detach);
    }

    SessionLinks links() {
        return links;
    }

    private LinkEndpoint requireLink(long handle) {
        LinkEndpoint link = links.remote(handle);
        if (link == null) {
            throw ProtocolException.sessionError(
                    this, SessionError.UNATTACHED_HANDLE, "no link is attached with handle " + handle);
        }
        return link;
    }

    // transfers

    void onTransfer(Transfer frame, ByteBuf payload) {
        boolean inWindow = incomingWindow.frameReceived();
        LinkEndpoint link = requireLink(frame.handle());
        if (!(link instanceof ReceiverLink receiver)) {
            throw ProtocolException.sessionError(this, AmqpError.NOT_ALLOWED, "a transfer to a sender, " + link);
        }
        // Frames that go on with a delivery are bounded by its limits, and there are peers that send all of a delivery
        // once
        // they have begun it.
        if (!inWindow && !receiver.isInProgress()) {
            throw ProtocolException.sessionError(
                    this, SessionError.WINDOW_VIOLATION, "a delivery began beyond the incoming window");
        }
        if (receiver.drops()) {
            deliveries.skip(frame);
        } else {
            receiver.onTransfer(frame, payload);
        }
        checkIncomingWindow();
    }

    /** Tells whether a transfer frame can go out. */
    boolean canTransfer() {
        return state == SessionState.MAPPED && outgoingWindow.isOpen() && connection.isWritable();
    }

    /** Forgets a delivery that we settled, which may make room for others. */
    void outgoingSettled(OutgoingDelivery delivery) {
        boolean wasFull = deliveries.isFull();
        if (deliveries.forget(delivery) && wasFull) {
            resume();
        }
    }

    /** Lets the senders go on. */
    void resume() {
        if (canTransfer()) {
            links.resumeSenders();
        }
    }

    boolean owesAnswer() {
        return deliveries.owesAnswer() || links.oweAnswer();
    }

    // dispositions

    SessionDeliveries deliveries() {
        return deliveries;
    }

    void onDisposition(Disposition disposition) {
        boolean wasFull = deliveries.isFull();
        deliveries.onDisposition(disposition);
        if (wasFull && !deliveries.isFull()) {
            resume();
        }
    }

    /** Sends the dispositions that were collected. */
    void flushDispositions() {
        deliveries.flushDispositions();
    }

    // flows

    void onFlow(Flow received) {
        boolean wasOpen = outgoingWindow.isOpen();
        if (!outgoingWindow.update(received.nextIncomingId(), received.incomingWindow())) {
            throw ProtocolException.sessionError(
                    this,
                    SessionError.WINDOW_VIOLATION,
                    "next-incoming-id " + received.nextIncomingId() + " is ahead of what was sent");
        }
        if (!incomingWindow.update(received.nextOutgoingId())) {
            throw ProtocolException.sessionError(
                    this,
                    SessionError.WINDOW_VIOLATION,
                    "next-outgoing-id " + received.nextOutgoingId() + " is behind what was received");
        }
        if (received.handle() == UnsignedInteger.ABSENT) {
            onSessionFlow(received);
        } else {
            LinkEndpoint link = requireLink(received.handle());
            if (!link.drops()) {
                link.onFlow(received);
            }
        }
        if (!wasOpen) {
            resume();
        }
    }

    private void onSessionFlow(Flow received) {
        if (received.deliveryCount() != UnsignedInteger.ABSENT
                || received.linkCredit() != UnsignedInteger.ABSENT
                || received.available() != UnsignedInteger.ABSENT
                || received.drain()
                || !received.properties().isEmpty()) {
            throw ProtocolException.sessionError(
                    this, AmqpError.INVALID_FIELD, "a flow without handle has the fields of a link");
        }
        if (received.echo()) {
            sessionFlowNeeded();
        }
    }

    private void checkIncomingWindow() {
        if (!sessionFlowDue && incomingWindow.isDue()) {
            sessionFlowNeeded();
        }
    }

    private void sessionFlowNeeded() {
        sessionFlowDue = true;
        flushNeeded();
    }

    void flowNeeded(LinkEndpoint link) {
        linksWithFlowDue.add(link);
        flushNeeded();
    }

    void flushNeeded() {
        if (!flushDue && state == SessionState.MAPPED) {
            flushDue = true;
            connection.sessions().flushNeeded(this);
        }
    }

    /** Sends what was collected. */
    void flush() {
        flushDue = false;
        if (state != SessionState.MAPPED) {
            return;
        }
        flushDispositions();
        for (int i = 0; i < linksWithFlowDue.size(); i++) {
            LinkEndpoint link = linksWithFlowDue.get(i);
            link.flowDue = false;
            if (link.isAttached()) {
                prepareFlow().handle(link.localHandle());
                link.fillFlow(flow);
                output().onFlow(localChannel, flow);
                sessionFlowDue = false;
            }
        }
        linksWithFlowDue.clear();
        if (sessionFlowDue) {
            sessionFlowDue = false;
            output().onFlow(localChannel, prepareFlow());
        }
    }

    private Flow prepareFlow() {
        return flow.reset()
                .nextIncomingId(incomingWindow.nextId())
                .incomingWindow(incomingWindow.announce())
                .nextOutgoingId(outgoingWindow.nextId())
                .outgoingWindow(OutgoingWindow.ANNOUNCED);
    }
}
