package io.amqp10.transport;

import io.amqp10.engine.sasl.SaslFailure;
import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A connection could not be made, or it broke. The message names the peer, says what happened and, where it can be known,
 * what to do; it holds no secret.
 */
public final class TransportException extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** The host's name has no address. */
        UNKNOWN_HOST,
        /** Nothing listens there, or the network does not lead there. */
        REFUSED,
        /** Something took too long; {@link TransportException#stage()} says what. */
        TIMED_OUT,
        /** The proxy gave no connection to the peer, or let this client not use it. */
        PROXY_FAILED,
        /** TLS could not be established: a certificate was not accepted, or the ends have nothing in common. */
        TLS_FAILED,
        /** The peer speaks something else than the protocol that was asked for. */
        WRONG_PROTOCOL,
        /** The peers could not agree who the client is; {@link TransportException#saslFailure()} says why. */
        SASL_FAILED,
        /** The peer ended the stream. */
        CLOSED_BY_PEER,
        /** A part of Netty that the connection needs is not there, which no other try changes. */
        MISSING_LIBRARY,
        /** This end gave up: it was told to close, or to take no more connections. */
        CLOSED_HERE,
        /** The connection broke in another way, which the cause tells. */
        IO_ERROR
    }

    /** How far a connection has come. */
    public enum Stage {
        /** Asking for the host's addresses. */
        RESOLVE("resolving the host name"),
        /** Connecting by TCP. */
        CONNECT("connecting"),
        /** The TLS handshake. */
        TLS("the TLS handshake"),
        /** Turning the connection into a WebSocket. */
        WEB_SOCKET("the WebSocket handshake"),
        /** Exchanging protocol headers. */
        PROTOCOL_HEADER("the exchange of protocol headers"),
        /** The SASL dialogue. */
        SASL("the SASL dialogue"),
        /** Waiting for the first frame of the client, at a server. */
        FIRST_FRAME("waiting for the open"),
        /** The connection is the engine's. */
        ESTABLISHED("the connection");

        private final String text;

        Stage(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    private final Kind kind;
    private final Stage stage;
    private final transient @Nullable SaslFailure saslFailure;

    TransportException(Kind kind, Stage stage, String message, @Nullable Throwable cause) {
        this(kind, stage, message, cause, null);
    }

    TransportException(
            Kind kind, Stage stage, String message, @Nullable Throwable cause, @Nullable SaslFailure saslFailure) {
        super(message, cause);
        this.kind = kind;
        this.stage = stage;
        this.saslFailure = saslFailure;
    }

    /**
     * Returns what went wrong.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Returns how far the connection had come.
     *
     * @return the stage
     */
    public Stage stage() {
        return stage;
    }

    /**
     * Returns why SASL failed.
     *
     * @return the failure, null if the kind is not {@link Kind#SASL_FAILED} or the exception was serialized
     */
    public @Nullable SaslFailure saslFailure() {
        return saslFailure;
    }
}
