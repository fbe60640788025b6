package io.amqp10.engine;

import io.amqp10.types.AmqpError;
import io.amqp10.types.ConnectionError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Open;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a connection by channel, and what happens to them until they are mapped.
 *
 * @see "AMQP 1.0 §2.5.1, §2.5.2"
 */
final class ConnectionSessions {

    private final ConnectionEngine connection;
    private final EngineOptions options;
    private final HandleTable<SessionEngine> byLocalChannel = new HandleTable<>();
    private final HandleTable<SessionEngine> byRemoteChannel = new HandleTable<>();

    /** Sessions whose begin waits for the peer's open. */
    private final List<SessionEngine> waiting = new ArrayList<>();

    private final List<SessionEngine> toFlush = new ArrayList<>();

    ConnectionSessions(ConnectionEngine connection) {
        this.connection = connection;
        options = connection.options();
    }

    /** Begins a session of ours. */
    SessionEngine begin(SessionListener listener, SessionSettings settings) {
        if (isFull()) {
            throw new IllegalStateException("the connection has all the sessions that both ends allow");
        }
        int channel = byLocalChannel.lowestFree();
        SessionEngine session = new SessionEngine(connection, channel, listener, settings);
        byLocalChannel.put(channel, session);
        if (connection.state() == ConnectionState.OPENED) {
            session.sendBegin();
        } else {
            waiting.add(session);
        }
        return session;
    }

    /** Sends the begins that waited for the peer's open. */
    void beginWaiting() {
        List<SessionEngine> ready = new ArrayList<>(waiting);
        waiting.clear();
        for (SessionEngine session : ready) {
            if (session.stopReason() != null || connection.state() != ConnectionState.OPENED) {
                continue;
            }
            if (session.localChannel() > localChannelMax()) {
                session.end(ErrorCondition.of(
                        AmqpError.RESOURCE_LIMIT_EXCEEDED, "the peer allows no more sessions on this connection"));
            } else {
                session.sendBegin();
            }
        }
    }

    void onBegin(int channel, Begin begin, ConnectionListener listener) {
        if (byRemoteChannel.get(channel) != null) {
            throw ProtocolException.connectionError(AmqpError.NOT_ALLOWED, "channel " + channel + " is in use");
        }
        if (begin.remoteChannel() == Begin.NO_CHANNEL) {
            onRemoteBegin(channel, begin, listener);
        } else {
            onAnswer(channel, begin);
        }
    }

    private void onRemoteBegin(int channel, Begin begin, ConnectionListener listener) {
        connection.limitChurn();
        if (isFull()) {
            throw ProtocolException.connectionError(
                    AmqpError.RESOURCE_LIMIT_EXCEEDED,
                    "no more than " + byLocalChannel.size()
                            + " sessions at once, as maxSessions and channel-max allow");
        }
        int localChannel = byLocalChannel.lowestFree();
        SessionEngine session = new SessionEngine(connection, localChannel, channel, begin);
        byLocalChannel.put(localChannel, session);
        byRemoteChannel.put(channel, session);
        listener.onRemoteBegin(session, begin);
        if (session.state() == SessionState.BEGIN_RCVD) {
            session.end(ErrorCondition.of(AmqpError.NOT_ALLOWED, "this container takes no sessions from its peer"));
        }
    }

    private void onAnswer(int channel, Begin begin) {
        SessionEngine session = byLocalChannel.get(begin.remoteChannel());
        if (session == null || session.remoteBegin() != null || session.state() == SessionState.UNMAPPED) {
            throw ProtocolException.connectionError(
                    AmqpError.NOT_ALLOWED, "remote-channel " + begin.remoteChannel() + " does not wait for an answer");
        }
        byRemoteChannel.put(channel, session);
        session.onAnswer(channel, begin);
    }

    /** Returns the session that the peer's channel belongs to, null if there is none. */
    @Nullable
    SessionEngine find(int remoteChannel) {
        return byRemoteChannel.get(remoteChannel);
    }

    /** Returns the session that the peer's channel belongs to. */
    SessionEngine require(int remoteChannel) {
        SessionEngine session = find(remoteChannel);
        if (session == null) {
            throw ProtocolException.connectionError(
                    ConnectionError.FRAMING_ERROR, "channel " + remoteChannel + " has no session");
        }
        return session;
    }

    /** A session stopped before its begin was sent. */
    void forgetWaiting(SessionEngine session) {
        waiting.remove(session);
        byLocalChannel.remove(session.localChannel());
    }

    /** Frees the channels of a session that is over. */
    void release(int localChannel, int remoteChannel) {
        byLocalChannel.remove(localChannel);
        byRemoteChannel.remove(remoteChannel);
    }

    void flushNeeded(SessionEngine session) {
        toFlush.add(session);
    }

    void flush() {
        for (int i = 0; i < toFlush.size(); i++) {
            toFlush.get(i).flush();
        }
        toFlush.clear();
    }

    void flushDispositions() {
        for (int channel = 0; channel < byLocalChannel.bound(); channel++) {
            SessionEngine session = byLocalChannel.get(channel);
            if (session != null && session.isMapped()) {
                session.flushDispositions();
            }
        }
    }

    boolean oweAnswer() {
        for (int channel = 0; channel < byLocalChannel.bound(); channel++) {
            SessionEngine session = byLocalChannel.get(channel);
            if (session != null && session.isMapped() && session.owesAnswer()) {
                return true;
            }
        }
        return false;
    }

    /** The transport takes more. */
    void resume() {
        for (int channel = 0; channel < byLocalChannel.bound() && connection.isWritable(); channel++) {
            SessionEngine session = byLocalChannel.get(channel);
            if (session != null) {
                session.resume();
            }
        }
    }

    /** The connection stopped. */
    void stopAll(StopReason reason) {
        List<SessionEngine> all = new ArrayList<>();
        for (int channel = 0; channel < byLocalChannel.bound(); channel++) {
            SessionEngine session = byLocalChannel.get(channel);
            if (session != null) {
                all.add(session);
                byLocalChannel.remove(channel);
            }
        }
        for (int channel = 0; channel < byRemoteChannel.bound(); channel++) {
            byRemoteChannel.remove(channel);
        }
        waiting.clear();
        toFlush.clear();
        for (SessionEngine session : all) {
            session.parentStopped(reason);
        }
    }

    private boolean isFull() {
        return byLocalChannel.size() >= options.maxSessions() || byLocalChannel.lowestFree() > localChannelMax();
    }

    private int localChannelMax() {
        int ours = options.open().channelMax();
        Open remote = connection.remoteOpen();
        return remote == null ? ours : Math.min(remote.channelMax(), ours);
    }
}
