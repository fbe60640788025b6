package io.amqp10.engine;

import io.amqp10.types.AmqpError;
import io.amqp10.types.ConnectionError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Close;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.PerformativeHandler;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One end of one physical connection, from the exchange of protocol headers to the last close: the decoder's performatives
 * go in through {@link PerformativeHandler}, ours go out through another one, and a {@link ConnectionListener} hears what
 * happens. A reconnection makes a new engine.
 *
 * <p>Not safe for more than one thread; all calls come from the thread of the owner. Listeners are called inside the call
 * that made the event happen and may call any method. An exception that a listener throws comes out of that call; the owner
 * then closes the connection with {@code amqp:internal-error}.
 *
 * @see "AMQP 1.0 §2.4"
 */
public final class ConnectionEngine implements PerformativeHandler<ByteBuf> {

    /** A peer says by this in its open that a close follows at once. */
    private static final Symbol ESTABLISHMENT_FAILED = Symbol.of("amqp:connection-establishment-failed");

    /** What {@link #tick} returns if it need not be called again by time. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /** A condition of more characters is not repeated where there is little room. */
    private static final int LONGEST_CONDITION = 255;

    private final EngineOptions options;
    private final PerformativeHandler<ByteBuf> output;
    private final ConnectionListener listener;
    private final IdleTimeouts idle;
    private final LentOctets lentOctets = new LentOctets();
    private final RateLimit churn;
    private final RateLimit flows;
    private final RateLimit emptyFrames;

    private final ConnectionSessions sessions;
    private final LinkNames linkNames = new LinkNames();

    private ConnectionState state = ConnectionState.HDR_EXCH;
    private @Nullable Open remoteOpen;
    private @Nullable StopReason stopReason;
    private int maxFrameSize = Open.MIN_MAX_FRAME_SIZE;
    private boolean writable = true;
    private long bufferedBytes;
    private long nowNanos;

    /** Something went out since the last flush. */
    private boolean sent;

    private boolean closeDeadlineSet;
    private long closeDeadlineNanos;

    /**
     * Makes an engine in state {@link ConnectionState#HDR_EXCH}. Nothing is sent before {@link #open()}.
     *
     * @param options our open and the limits
     * @param output takes what we send, one call for each frame and in their order. It takes the payload of a transfer
     *     without its ownership: it copies it or retains a slice of it, and may move its reader index. It must not call the engine, but for
     *     {@link #setWritable}. Instead of writing a frame larger than {@link #peerMaxFrameSize()}, it throws
     *     {@link FrameTooLargeException}; our open, which is sent before that is known, and transfers, which are cut to
     *     fit, need not be judged
     * @param listener hears of the connection
     * @param nowNanos the time, as {@link System#nanoTime()} gives it
     */
    public ConnectionEngine(
            EngineOptions options, PerformativeHandler<ByteBuf> output, ConnectionListener listener, long nowNanos) {
        this.options = options;
        this.output = output;
        this.listener = listener;
        this.nowNanos = nowNanos;
        sessions = new ConnectionSessions(this);
        idle = new IdleTimeouts(options.open().idleTimeOutMillis(), nowNanos);
        churn = new RateLimit(options.endpointBurst(), options.endpointsPerSecond(), nowNanos);
        flows = new RateLimit(options.flowsPerSecond(), options.flowsPerSecond(), nowNanos);
        emptyFrames = new RateLimit(options.emptyFramesPerSecond(), options.emptyFramesPerSecond(), nowNanos);
    }

    /**
     * Sends our open. Does nothing if it was sent before or the connection is closed.
     */
    public void open() {
        if (state == ConnectionState.HDR_EXCH) {
            state = ConnectionState.OPEN_SENT;
            output().onOpen(0, options.open());
        } else if (state == ConnectionState.OPEN_RCVD) {
            state = ConnectionState.OPENED;
            output().onOpen(0, options.open());
            sessions.beginWaiting();
        }
    }

    /**
     * Refuses a connection whose open has just come: our open says that none is established, and a close with the reason
     * follows at once. Only to be called in {@link ConnectionListener#onRemoteOpen}, before {@link #open()}.
     *
     * @param error why
     */
    public void refuse(ErrorCondition error) {
        if (state == ConnectionState.OPEN_RCVD) {
            Open ours = options.open();
            Map<Symbol, @Nullable Object> properties = new LinkedHashMap<>(ours.properties());
            properties.put(ESTABLISHMENT_FAILED, true);
            state = ConnectionState.OPENED;
            output().onOpen(
                            0,
                            Open.builder(ours.containerId())
                                    .hostname(ours.hostname())
                                    .maxFrameSize(ours.maxFrameSize())
                                    .channelMax(ours.channelMax())
                                    .idleTimeOutMillis(ours.idleTimeOutMillis())
                                    .offeredCapabilities(ours.offeredCapabilities())
                                    .desiredCapabilities(ours.desiredCapabilities())
                                    .properties(properties)
                                    .build());
        }
        close(error);
    }

    /**
     * Begins a session. Its begin goes out when the peer's open is there.
     *
     * @param listener hears of the session
     * @param settings what the session says of itself
     * @return the session
     * @throws IllegalStateException if the connection is closing or closed, or has all the sessions that both ends allow
     */
    public SessionEngine begin(SessionListener listener, SessionSettings settings) {
        if (stopReason != null) {
            throw new IllegalStateException("the connection is closing or closed");
        }
        return sessions.begin(listener, settings);
    }

    /**
     * Closes the connection: tells all sessions and links that they stopped, sends a close (after our open, if that was not
     * sent yet), and waits for the peer's, at most for the close time-out. Does nothing if it is closing or closed.
     *
     * @param error why, null for an orderly close
     */
    public void close(@Nullable ErrorCondition error) {
        if (stopReason != null) {
            return;
        }
        stopReason = new StopReason.Local(error);
        if (state == ConnectionState.HDR_EXCH && error == null) {
            finish();
            return;
        }
        sessions.flushDispositions();
        boolean opened = remoteOpen != null;
        sendOpenIfNeeded();
        if (!opened) {
            state = ConnectionState.CLOSE_PIPE;
        } else {
            state = error == null ? ConnectionState.CLOSE_SENT : ConnectionState.DISCARDING;
        }
        sendClose(error);
        stopSessions();
    }

    /**
     * Says that no more octets can come or go. Everything that is not closed yet stops with
     * {@link StopReason.TransportLost}.
     *
     * @param cause what went wrong, null if the peer ended the stream
     */
    public void transportClosed(@Nullable Throwable cause) {
        if (state == ConnectionState.END) {
            return;
        }
        if (stopReason == null) {
            stopReason = new StopReason.TransportLost(cause);
        }
        finish();
    }

    /**
     * Says what was wrong with octets that could not be decoded; the connection is closed with it.
     *
     * @param error the error condition
     */
    public void onDecodeError(ErrorCondition error) {
        close(error);
    }

    /**
     * Says what was wrong with a performative. If only a field of it has a value that it cannot have
     * ({@code amqp:invalid-field}), its session is ended with it; otherwise the connection is closed.
     *
     * @param channel the channel of the frame
     * @param error the error condition
     */
    public void onDecodeError(int channel, ErrorCondition error) {
        if (!error.condition().equals(AmqpError.INVALID_FIELD)) {
            close(error);
            return;
        }
        try {
            SessionEngine session = isReceiving(channel) ? sessions.find(channel) : null;
            if (session == null) {
                close(error);
            } else if (session.isMapped()) {
                session.end(error);
            }
        } catch (ProtocolException e) {
            fail(e);
        }
    }

    /**
     * Does what is due: a heartbeat, the end of an idle connection, the end of the wait for a close. Call it after
     * {@link #flush} whenever that may have changed, for example when a close went out, and after the returned time.
     *
     * @param nowNanos the time
     * @return in how many nanoseconds at the latest to call this again, more than 0, or {@link #NO_DEADLINE}
     */
    public long tick(long nowNanos) {
        this.nowNanos = nowNanos;
        noteSent();
        if (state == ConnectionState.END) {
            return NO_DEADLINE;
        }
        if (stopReason != null) {
            return awaitClose();
        }
        if (state != ConnectionState.OPENED) {
            return NO_DEADLINE;
        }
        if (idle.isPeerLost(nowNanos)) {
            close(ErrorCondition.of(
                    AmqpError.RESOURCE_LIMIT_EXCEEDED,
                    "local-idle-timeout expired: nothing came for longer than idleTimeout allows"));
            finish();
            return NO_DEADLINE;
        }
        if (idle.isHeartbeatDue(nowNanos)) {
            output().onEmptyFrame(0);
            noteSent();
        }
        return idle.delay(nowNanos);
    }

    /**
     * Notes that frames arrived. Called once for each read that completed a frame, before they are handed in.
     *
     * @param nowNanos the time
     */
    public void frameReceived(long nowNanos) {
        this.nowNanos = nowNanos;
        idle.received(nowNanos);
    }

    /**
     * Sends the dispositions and flows that have been collected. Called once after a batch of frames was handed in or a batch
     * of commands was carried out, before the transport writes its buffer to the socket. While the connection is not
     * {@linkplain #setWritable writable}, they are kept.
     *
     * @param nowNanos the time
     */
    public void flush(long nowNanos) {
        this.nowNanos = nowNanos;
        if (writable) {
            sessions.flush();
        }
        noteSent();
    }

    /**
     * Says whether the transport takes more. While it does not, no transfer, disposition or flow goes out; when it does
     * again, deliveries that were begun go on, and {@link SenderLinkListener#onSendable} is called. Writable at first. The
     * output may say {@code false} in the middle of a call, {@code true} only outside of one.
     *
     * @param writable whether it does
     */
    public void setWritable(boolean writable) {
        boolean opens = writable && !this.writable;
        this.writable = writable;
        if (opens && state == ConnectionState.OPENED) {
            sessions.resume();
        }
    }

    /**
     * Tells whether the connection is over: {@link ConnectionListener#onClosed} was called.
     *
     * @return whether it is
     */
    public boolean isClosed() {
        return state == ConnectionState.END;
    }

    /**
     * Tells whether the peer waits for something that we have to say: an answer to a link, the state of a delivery, the rest
     * of a delivery that was begun, or the end of a drain. Looks at all links.
     *
     * @return whether it does; false when the connection is over
     */
    public boolean owesAnswer() {
        return state == ConnectionState.OPENED && sessions.oweAnswer();
    }

    /**
     * Returns the state.
     *
     * @return the state
     */
    public ConnectionState state() {
        return state;
    }

    /**
     * Returns why the connection stops or stopped.
     *
     * @return the first reason, null while it does not
     */
    public @Nullable StopReason stopReason() {
        return stopReason;
    }

    /**
     * Returns our open.
     *
     * @return the open
     */
    public Open localOpen() {
        return options.open();
    }

    /**
     * Returns the peer's open.
     *
     * @return the open, null before it came
     */
    public @Nullable Open remoteOpen() {
        return remoteOpen;
    }

    /**
     * Returns the largest frame that the peer takes.
     *
     * @return octets, 512 until its open has come
     */
    public int peerMaxFrameSize() {
        return maxFrameSize;
    }

    // what comes in

    @Override
    public void onOpen(int channel, Open open) {
        try {
            switch (state) {
                case HDR_EXCH, OPEN_SENT, CLOSE_PIPE -> onFirstOpen(channel, open);
                case OPEN_RCVD, OPENED ->
                    throw ProtocolException.connectionError(AmqpError.ILLEGAL_STATE, "a second open");
                case CLOSE_RCVD, CLOSE_SENT, DISCARDING, END -> {}
            }
        } catch (ProtocolException e) {
            fail(e);
        }
    }

    private void onFirstOpen(int channel, Open open) {
        remoteOpen = open;
        maxFrameSize = (int) Math.min(Integer.MAX_VALUE, open.maxFrameSize());
        idle.remote(open.idleTimeOutMillis());
        if (state == ConnectionState.CLOSE_PIPE) {
            boolean orderly = stopReason == null || stopReason.error() == null;
            state = orderly ? ConnectionState.CLOSE_SENT : ConnectionState.DISCARDING;
            return;
        }
        boolean first = state == ConnectionState.HDR_EXCH;
        state = first ? ConnectionState.OPEN_RCVD : ConnectionState.OPENED;
        checkOpen(channel, open);
        listener.onRemoteOpen(open);
        if (state == ConnectionState.OPEN_RCVD) {
            open();
        } else if (!first && state == ConnectionState.OPENED) {
            sessions.beginWaiting();
        }
    }

    private void checkOpen(int channel, Open open) {
        if (channel != 0) {
            throw ProtocolException.connectionError(ConnectionError.FRAMING_ERROR, "an open on channel " + channel);
        }
        if (open.maxFrameSize() < Open.MIN_MAX_FRAME_SIZE) {
            maxFrameSize = Open.MIN_MAX_FRAME_SIZE;
            if (Boolean.TRUE.equals(open.properties().get(ESTABLISHMENT_FAILED))) {
                return; // Broker-J says 0 where it refuses a connection; the close that follows says why
            }
            throw ProtocolException.connectionError(
                    ConnectionError.FRAMING_ERROR, "max-frame-size is at least 512, not " + open.maxFrameSize());
        }
        if (open.idleTimeOutMillis() > 0 && open.idleTimeOutMillis() < options.minIdleTimeOutMillis()) {
            throw ProtocolException.connectionError(
                    AmqpError.NOT_ALLOWED,
                    "an idle-time-out of " + open.idleTimeOutMillis() + " ms is shorter than the "
                            + options.minIdleTimeOutMillis() + " ms that minIdleTimeout allows");
        }
        checkName("container-id", open.containerId());
        checkName("hostname", open.hostname());
    }

    private void checkName(String field, @Nullable String name) {
        if (name != null && name.length() > options.maxNameLength()) {
            throw ProtocolException.connectionError(
                    AmqpError.INVALID_FIELD, "the " + field + " is longer than maxNameLength allows");
        }
    }

    @Override
    public void onBegin(int channel, Begin begin) {
        try {
            if (isReceiving(channel)) {
                sessions.onBegin(channel, begin, listener);
            }
        } catch (ProtocolException e) {
            fail(e);
        }
    }

    @Override
    public void onAttach(int channel, Attach attach) {
        try {
            SessionEngine session = mappedSession(channel);
            if (session != null) {
                session.onAttach(attach);
            }
        } catch (ProtocolException e) {
            fail(e);
        }
    }

    @Override
    public void onFlow(int channel, Flow flow) {
        try {
            SessionEngine session = mappedSession(channel);
            if (session != null) {
                if (!flows.allows(nowNanos)) {
                    throw ProtocolException.connectionError(
                            AmqpError.RESOURCE_LIMIT_EXCEEDED, "more flows than flowsPerSecond allows");
                }
                session.onFlow(flow);
            }
        } catch (ProtocolException e) {
            fail(e);
        }
    }

    @Override
    public void onTransfer(int channel, Transfer transfer, ByteBuf payload) {
        try {
            SessionEngine session = mappedSession(channel);
            if (session != null) {
                session.onTransfer(transfer, payload);
            }
        } catch (ProtocolException e) {
            fail(e);
        }
    }

    @Override
    public void onDisposition(int channel, Disposition disposition) {
        try {
            SessionEngine session = mappedSession(channel);
            if (session != null) {
                session.onDisposition(disposition);
            }
        } catch (ProtocolException e) {
            fail(e);
        }
    }

    @Override
    public void onDetach(int channel, Detach detach) {
        try {
            SessionEngine session = mappedSession(channel);
            if (session != null) {
                session.onDetach(detach);
            }
        } catch (ProtocolException e) {
            fail(e);
        }
    }

    @Override
    public void onEnd(int channel, End end) {
        try {
            if (isReceiving(channel)) {
                sessions.require(channel).onEnd(end);
            }
        } catch (ProtocolException e) {
            fail(e);
        }
    }

    @Override
    public void onClose(int channel, Close close) {
        switch (state) {
            case HDR_EXCH, OPEN_SENT -> {
                close(ErrorCondition.of(AmqpError.ILLEGAL_STATE, "a close before an open"));
                finish();
            }
            case OPEN_RCVD, OPENED -> {
                stopReason = new StopReason.Remote(close.error());
                boolean opened = state == ConnectionState.OPENED;
                state = ConnectionState.CLOSE_RCVD;
                if (!opened) {
                    output().onOpen(0, options.open());
                }
                output().onClose(0, new Close(null));
                finish();
            }
            case CLOSE_PIPE, CLOSE_SENT, DISCARDING -> finish();
            case CLOSE_RCVD, END -> {}
        }
    }

    @Override
    public void onEmptyFrame(int channel) {
        try {
            if (isReceiving(channel) && !emptyFrames.allows(nowNanos)) {
                throw ProtocolException.connectionError(
                        AmqpError.RESOURCE_LIMIT_EXCEEDED, "more empty frames than emptyFramesPerSecond allows");
            }
        } catch (ProtocolException e) {
            fail(e);
        }
    }

    /** The one place where a broken rule becomes a close, an end or a detach. */
    private void fail(ProtocolException e) {
        SessionEngine session = e.session();
        LinkEndpoint link = e.link();
        if (link != null) {
            link.detach(true, e.condition());
        } else if (session != null) {
            session.end(e.condition());
        } else {
            close(e.condition());
        }
    }

    /** Tells whether frames are taken at all; they are dropped while we wait for the peer's close. */
    private boolean isReceiving(int channel) {
        switch (state) {
            case HDR_EXCH, OPEN_SENT ->
                throw ProtocolException.connectionError(AmqpError.ILLEGAL_STATE, "a frame before the open");
            case OPEN_RCVD, OPENED -> {
                if (channel > options.open().channelMax()) {
                    throw ProtocolException.connectionError(
                            ConnectionError.FRAMING_ERROR,
                            "channel " + channel + " is above channel-max "
                                    + options.open().channelMax() + ", as channelMax allows");
                }
                return true;
            }
            case CLOSE_PIPE, CLOSE_RCVD, CLOSE_SENT, DISCARDING, END -> {
                return false;
            }
        }
        return false;
    }

    /** Returns the session of a channel, null if what comes on it is dropped. */
    private @Nullable SessionEngine mappedSession(int channel) {
        if (!isReceiving(channel)) {
            return null;
        }
        SessionEngine session = sessions.require(channel);
        return session.isMapped() ? session : null;
    }

    // what the parts of the engine need

    EngineOptions options() {
        return options;
    }

    /** Returns where to send something now. */
    PerformativeHandler<ByteBuf> output() {
        sent = true;
        return output;
    }

    boolean isWritable() {
        return writable;
    }

    ConnectionSessions sessions() {
        return sessions;
    }

    /** Returns the links that are in use, of all sessions. */
    LinkNames linkNames() {
        return linkNames;
    }

    /** Returns what shows small payloads to the output. */
    LentOctets lentOctets() {
        return lentOctets;
    }

    /** Counts something that costs us more than it costs the peer. */
    void limitChurn() {
        if (!churn.allows(nowNanos)) {
            throw ProtocolException.connectionError(
                    AmqpError.RESOURCE_LIMIT_EXCEEDED,
                    "more sessions, links and aborted deliveries than endpointBurst and endpointsPerSecond allow");
        }
    }

    /** Counts octets of an incomplete delivery that are about to be held. */
    void buffered(int bytes) {
        if (bufferedBytes + bytes > options.maxBufferedBytes()) {
            throw ProtocolException.connectionError(
                    AmqpError.RESOURCE_LIMIT_EXCEEDED,
                    "more octets of incomplete deliveries than maxBufferedBytes allows");
        }
        bufferedBytes += bytes;
    }

    void released(long bytes) {
        bufferedBytes -= bytes;
    }

    private void sendClose(@Nullable ErrorCondition error) {
        try {
            output().onClose(0, new Close(error));
        } catch (FrameTooLargeException e) {
            output().onClose(0, new Close(shortened(error)));
        }
    }

    /** Returns what fits into any frame of an error. */
    static @Nullable ErrorCondition shortened(@Nullable ErrorCondition error) {
        if (error == null) {
            return null;
        }
        boolean known = error.condition().length() <= LONGEST_CONDITION;
        return ErrorCondition.of(known ? error.condition() : AmqpError.INTERNAL_ERROR, null);
    }

    private void sendOpenIfNeeded() {
        if (state == ConnectionState.HDR_EXCH || state == ConnectionState.OPEN_RCVD) {
            output().onOpen(0, options.open());
        }
    }

    private void stopSessions() {
        StopReason reason = stopReason;
        if (reason != null) {
            sessions.stopAll(reason);
        }
    }

    private void finish() {
        if (state == ConnectionState.END) {
            return;
        }
        state = ConnectionState.END;
        stopSessions();
        StopReason reason = stopReason;
        if (reason != null) {
            listener.onClosed(reason);
        }
    }

    private long awaitClose() {
        if (!closeDeadlineSet) {
            closeDeadlineSet = true;
            closeDeadlineNanos = nowNanos + options.closeTimeoutNanos();
        }
        long delay = closeDeadlineNanos - nowNanos;
        if (delay <= 0) {
            finish();
            return NO_DEADLINE;
        }
        return delay;
    }

    private void noteSent() {
        if (sent) {
            sent = false;
            idle.sent(nowNanos);
        }
    }
}
