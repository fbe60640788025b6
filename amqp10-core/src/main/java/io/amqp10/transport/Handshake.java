package io.amqp10.transport;

import io.amqp10.engine.sasl.SaslFailure;
import io.amqp10.engine.sasl.SaslIdentity;
import io.amqp10.transport.TransportException.Kind;
import io.amqp10.transport.TransportException.Stage;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What the steps of one connection have in common until its engine has it: how far they are, by when they must be done, and
 * what to do at the first failure. Confined to the event loop.
 */
final class Handshake {

    private final Channel channel;
    private final String peer;
    private final boolean client;
    private final Duration limit;
    private final IoSettings io;
    private final Consumer<TransportException> onFailure;
    private final Runnable onDone;

    private @Nullable TransportException failure;
    private Stage stage;
    private @Nullable Future<?> deadline;
    private @Nullable SaslIdentity identity;
    private List<String> offeredMechanisms = List.of();
    private @Nullable String proxy;
    private boolean tunnelled;
    private boolean over;

    /**
     * Makes the handshake of a channel and starts its clock.
     *
     * @param limit what to name in the message if the time runs out
     * @param remainingNanos when it runs out, from now
     * @param onFailure told once, at the first failure
     * @param onDone told once, if it ends well
     */
    Handshake(
            Channel channel,
            String peer,
            boolean client,
            Duration limit,
            long remainingNanos,
            IoSettings io,
            Consumer<TransportException> onFailure,
            Runnable onDone) {
        this.channel = channel;
        this.peer = peer;
        this.client = client;
        this.limit = limit;
        this.io = io;
        this.onFailure = onFailure;
        this.onDone = onDone;
        this.stage = Stage.CONNECT;
        this.deadline = channel.eventLoop().schedule(this::timedOut, remainingNanos, TimeUnit.NANOSECONDS);
    }

    String peer() {
        return peer;
    }

    boolean isClient() {
        return client;
    }

    IoSettings io() {
        return io;
    }

    Stage stage() {
        return stage;
    }

    void stage(Stage next) {
        stage = next;
    }

    /** Notes that a proxy stands between the ends. */
    void proxy(String name) {
        proxy = name;
    }

    /** Notes that the proxy has given a connection to the peer. */
    void tunnelled() {
        tunnelled = true;
    }

    /**
     * Tells whether the peer has no part in this yet: the steps behind a proxy begin when the connection to the proxy is there,
     * and what they say waits for the one to the peer.
     */
    private boolean waitsForProxy() {
        return proxy != null && !tunnelled;
    }

    void identity(SaslIdentity value, List<String> offered) {
        identity = value;
        offeredMechanisms = offered;
    }

    boolean isOver() {
        return over;
    }

    /** Ends well. */
    void done() {
        if (over) {
            return;
        }
        over = true;
        stage = Stage.ESTABLISHED;
        stopClock();
        onDone.run();
    }

    /** Ends without anyone being told, because the channel never came to be. */
    void cancel() {
        over = true;
        stopClock();
    }

    /** Returns why it failed, null if it did not. */
    @Nullable
    TransportException failure() {
        return failure;
    }

    TransportInfo info() {
        return new TransportInfo(
                peer,
                client,
                channel.localAddress(),
                channel.remoteAddress(),
                identity,
                offeredMechanisms,
                tlsSession());
    }

    @Nullable
    SSLSession tlsSession() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        return tls == null ? null : tls.engine().getSession();
    }

    /** Returns whose certificate the peer has shown, null without TLS or without a certificate. */
    @Nullable
    Principal certificateOwner() {
        SSLSession session = tlsSession();
        if (session == null) {
            return null;
        }
        try {
            return session.getPeerPrincipal();
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    boolean isLoopback() {
        if (proxy != null) {
            return false; // what is behind the proxy is not known
        }
        SocketAddress remote = channel.remoteAddress();
        if (remote instanceof InetSocketAddress inet) {
            return inet.getAddress() != null && inet.getAddress().isLoopbackAddress();
        }
        // Other kinds of addresses, of files for example, do not leave the machine; a lost connection has none.
        return remote != null;
    }

    private void timedOut() {
        if (waitsForProxy()) {
            String message = "the " + proxy + " gave no connection to " + peer + " in time: it was not there after "
                    + limit.toMillis() + " ms, as connectTimeout says";
            fail(new TransportException(Kind.TIMED_OUT, Stage.CONNECT, message, null), false);
            return;
        }
        String message = "the connection with " + peer + " was not ready after " + limit.toMillis() + " ms, as "
                + (client ? "connectTimeout" : "handshakeTimeout") + " says: " + stage.text() + " did not end" + hint();
        fail(new TransportException(Kind.TIMED_OUT, stage, message, null), false);
    }

    void failSasl(SaslFailure failure) {
        // The peer may have chosen some of the words.
        String message = "SASL with " + peer + " failed: " + FrameTrace.escape(failure.message());
        fail(new TransportException(Kind.SASL_FAILED, Stage.SASL, message, null, failure), true);
    }

    void failProtocol(String message) {
        fail(new TransportException(Kind.WRONG_PROTOCOL, stage, message, null), true);
    }

    /** Fails because the peer does not speak TLS. */
    void failPlaintext(String said) {
        String message = "TLS with " + peer + " failed: the " + (client ? "server" : "client") + " sent " + said
                + " without TLS"
                + (client ? "; use amqp in place of amqps, or the port for TLS" : " to a port for TLS");
        fail(new TransportException(Kind.TLS_FAILED, Stage.TLS, message, null), false);
    }

    /** Fails because of what a handler or the socket threw. */
    void failCause(Throwable cause) {
        if (cause instanceof ClosedChannelException) {
            closedByPeer();
            return;
        }
        // TLS tells the proxy's refusal as the cause of its own failure.
        ConnectException refused = waitsForProxy() ? Failures.find(cause, ConnectException.class) : null;
        fail(refused == null ? Failures.of(cause, peer, client, stage) : proxyRefused(refused), false);
    }

    private TransportException proxyRefused(Throwable cause) {
        String why = cause.getMessage() == null ? "" : ": " + FrameTrace.escape(cause.getMessage());
        String message = "the " + proxy + " gave no connection to " + peer + why;
        return new TransportException(Kind.PROXY_FAILED, Stage.CONNECT, message, cause);
    }

    /** Returns what it means that no connection came to be, to the peer or to the proxy. */
    TransportException connectFailure(Throwable cause) {
        return Failures.of(cause, proxy == null ? peer : "the " + proxy, client, Stage.CONNECT);
    }

    /** Fails because the peer ended the stream. */
    void closedByPeer() {
        String message = peer + " closed the connection during " + stage.text() + hint();
        fail(new TransportException(Kind.CLOSED_BY_PEER, stage, message, null), false);
    }

    /** Says to a client what may be wrong where a peer just says nothing more. */
    private String hint() {
        if (!client) {
            return "";
        }
        if (stage == Stage.TLS) {
            return "; if the port is not for TLS, use amqp";
        }
        if (stage == Stage.WEB_SOCKET) {
            return "; if the port is for AMQP without WebSocket, use amqp or amqps";
        }
        if (stage != Stage.PROTOCOL_HEADER) {
            return "";
        }
        return isEncrypted()
                ? "; it may want another client certificate, or one at all"
                : "; if the port is for TLS, use amqps";
    }

    private void fail(TransportException first, boolean linger) {
        if (over) {
            return;
        }
        over = true;
        failure = first;
        stopClock();
        if (linger) {
            LingeringClose.close(channel);
        } else {
            // Not at once: a handler that is just reporting the failure may have an alert to write.
            channel.eventLoop().execute(channel::close);
        }
        onFailure.accept(first);
    }

    private void stopClock() {
        Future<?> running = deadline;
        deadline = null;
        if (running != null) {
            running.cancel(false);
        }
    }

    /** Tells whether TLS protects the channel. */
    boolean isEncrypted() {
        return tlsSession() != null;
    }

    /** Tells whether this end has shown its certificate. */
    boolean certificateShown() {
        SSLSession session = tlsSession();
        return session != null && session.getLocalCertificates() != null;
    }
}
