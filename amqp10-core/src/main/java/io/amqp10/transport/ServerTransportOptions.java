package io.amqp10.transport;

import io.amqp10.engine.sasl.CredentialsVerifier;
import io.amqp10.engine.sasl.SaslServerSettings;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens, and whom it lets in.
 *
 * @param host the local address to bind, {@code 0.0.0.0} for all
 * @param port from 0 to 65535; 0 takes a free one
 * @param tls how TLS works, null for plain TCP
 * @param sasl how clients authenticate
 * @param verifierOf gives each connection a verifier of its own in place of that of {@code sasl}, which can decide the same
 *     mechanisms; null for none
 * @param webSocket how a WebSocket carries it all, null for none
 * @param saslRequired whether clients must use the SASL layer; if not, one that leaves it out is anonymous
 * @param handshakeTimeout how long a client may take from connecting to its first frame; more than zero
 * @param maxConnections how many connections there may be at a time
 * @param maxHandshakes how many of them may be without a first frame, so that those who never say who they are cannot keep
 *     others out
 * @param backlog how many connections the operating system holds until they are accepted
 * @param io how octets are moved
 */
public record ServerTransportOptions(
        String host,
        int port,
        @Nullable TlsSettings tls,
        SaslServerSettings sasl,
        @Nullable Function<TransportInfo, CredentialsVerifier> verifierOf,
        @Nullable WebSocketSettings webSocket,
        boolean saslRequired,
        Duration handshakeTimeout,
        int maxConnections,
        int maxHandshakes,
        int backlog,
        IoSettings io) {

    /** The default of {@link #handshakeTimeout()}. */
    public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    /** The default of {@link #maxConnections()}. */
    public static final int DEFAULT_MAX_CONNECTIONS = 10_000;

    /** The default of {@link #maxHandshakes()}. */
    public static final int DEFAULT_MAX_HANDSHAKES = 1_000;

    /** The default of {@link #backlog()}. */
    public static final int DEFAULT_BACKLOG = 1_024;

    /**
     * Checks the ranges.
     *
     * @param host the address
     * @param port the port
     * @param tls the TLS settings, or null
     * @param sasl the SASL settings
     * @param verifierOf what gives a connection its verifier, or null
     * @param webSocket the WebSocket settings, or null
     * @param saslRequired whether SASL is a must
     * @param handshakeTimeout the time
     * @param maxConnections the connections
     * @param maxHandshakes the connections without a first frame
     * @param backlog the connections not accepted yet
     * @param io how octets are moved
     * @throws IllegalArgumentException if one is out of range, SASL is no must though anonymous clients are not allowed, or
     *     TLS has no keys
     */
    public ServerTransportOptions {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port must be from 0 to 65535, not " + port);
        }
        if (handshakeTimeout.isZero() || handshakeTimeout.isNegative()) {
            throw new IllegalArgumentException("handshakeTimeout must be more than zero, not " + handshakeTimeout);
        }
        if (maxConnections < 1 || maxHandshakes < 1 || backlog < 1) {
            throw new IllegalArgumentException("maxConnections, maxHandshakes and backlog must be at least 1");
        }
        if (!saslRequired && !sasl.allowAnonymous()) {
            throw new IllegalArgumentException(
                    "clients without SASL are anonymous, so leave saslRequired on or allow that");
        }
        if (tls != null && tls.context() == null && tls.nettyContext() == null) {
            throw new IllegalArgumentException("a server needs a key and a certificate for TLS: set the SSL context");
        }
    }

    /**
     * Starts with plain TCP, anonymous clients, SASL required, and every other option at its default.
     *
     * @param host the local address to bind
     * @param port the port, 0 for a free one
     * @return a builder
     */
    public static Builder builder(String host, int port) {
        return new Builder(host, port);
    }

    /** Collects the options. */
    public static final class Builder {

        private final String host;
        private final int port;
        private @Nullable TlsSettings tls;
        private SaslServerSettings sasl = SaslServerSettings.ANONYMOUS;
        private @Nullable Function<TransportInfo, CredentialsVerifier> verifierOf;
        private @Nullable WebSocketSettings webSocket;
        private boolean saslRequired = true;
        private Duration handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT;
        private int maxConnections = DEFAULT_MAX_CONNECTIONS;
        private int maxHandshakes = DEFAULT_MAX_HANDSHAKES;
        private int backlog = DEFAULT_BACKLOG;
        private IoSettings io = IoSettings.DEFAULT;

        private Builder(String host, int port) {
            this.host = host;
            this.port = port;
        }

        /**
         * Sets how TLS works.
         *
         * @param value the settings, null for plain TCP
         * @return this
         */
        public Builder tls(@Nullable TlsSettings value) {
            tls = value;
            return this;
        }

        /**
         * Sets how clients authenticate.
         *
         * @param value the settings
         * @return this
         */
        public Builder sasl(SaslServerSettings value) {
            sasl = value;
            return this;
        }

        /**
         * Sets what gives each connection a verifier of its own in place of that of the SASL settings.
         *
         * @param value makes a verifier of what is known of the connection, null for none
         * @return this
         */
        public Builder verifierOf(@Nullable Function<TransportInfo, CredentialsVerifier> value) {
            verifierOf = value;
            return this;
        }

        /**
         * Sets how a WebSocket carries it all.
         *
         * @param value the settings, null for none
         * @return this
         */
        public Builder webSocket(@Nullable WebSocketSettings value) {
            webSocket = value;
            return this;
        }

        /**
         * Sets whether clients must use the SASL layer.
         *
         * @param value whether they must
         * @return this
         */
        public Builder saslRequired(boolean value) {
            saslRequired = value;
            return this;
        }

        /**
         * Sets how long a client may take to its first frame.
         *
         * @param value more than zero
         * @return this
         */
        public Builder handshakeTimeout(Duration value) {
            handshakeTimeout = value;
            return this;
        }

        /**
         * Sets how many connections there may be.
         *
         * @param value at least 1
         * @return this
         */
        public Builder maxConnections(int value) {
            maxConnections = value;
            return this;
        }

        /**
         * Sets how many connections may be without a first frame.
         *
         * @param value at least 1
         * @return this
         */
        public Builder maxHandshakes(int value) {
            maxHandshakes = value;
            return this;
        }

        /**
         * Sets how many connections the operating system holds.
         *
         * @param value at least 1
         * @return this
         */
        public Builder backlog(int value) {
            backlog = value;
            return this;
        }

        /**
         * Sets how octets are moved.
         *
         * @param value the settings
         * @return this
         */
        public Builder io(IoSettings value) {
            io = value;
            return this;
        }

        /**
         * Makes the options.
         *
         * @return the options
         * @throws IllegalArgumentException if one is out of range
         */
        public ServerTransportOptions build() {
            return new ServerTransportOptions(
                    host,
                    port,
                    tls,
                    sasl,
                    verifierOf,
                    webSocket,
                    saslRequired,
                    handshakeTimeout,
                    maxConnections,
                    maxHandshakes,
                    backlog,
                    io);
        }
    }
}
