package io.amqp10.transport;

import io.amqp10.engine.sasl.SaslClientSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a client connects to, and how.
 *
 * @param host the name or address
 * @param port from 1 to 65535
 * @param tls how TLS works, null for plain TCP
 * @param sasl how the client authenticates, null to leave the SASL layer out
 * @param webSocket how a WebSocket carries it all, null for none
 * @param proxy what to connect through, null for nothing
 * @param virtualHost the host to name in the SASL init, null for {@code host}
 * @param connectTimeout how long all of it may take, from resolving the name to the exchange of AMQP protocol headers; more
 *     than zero
 * @param io how octets are moved
 */
public record ClientTransportOptions(
        String host,
        int port,
        @Nullable TlsSettings tls,
        @Nullable SaslClientSettings sasl,
        @Nullable WebSocketSettings webSocket,
        @Nullable ProxySettings proxy,
        @Nullable String virtualHost,
        Duration connectTimeout,
        IoSettings io) {

    /** The default of {@link #connectTimeout()}. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /**
     * Checks the ranges.
     *
     * @param host the name or address
     * @param port the port
     * @param tls the TLS settings, or null
     * @param sasl the SASL settings, or null
     * @param webSocket the WebSocket settings, or null
     * @param proxy the proxy, or null
     * @param virtualHost the host, or null
     * @param connectTimeout the time
     * @param io how octets are moved
     * @throws IllegalArgumentException if one is out of range
     */
    public ClientTransportOptions {
        if (port < 1 || port > 0xffff) {
            throw new IllegalArgumentException("port must be from 1 to 65535, not " + port);
        }
        if (connectTimeout.isZero() || connectTimeout.isNegative()) {
            throw new IllegalArgumentException("connectTimeout must be more than zero, not " + connectTimeout);
        }
    }

    /** Returns host and port as they stand in a URI. */
    String hostAndPort() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /**
     * Starts with plain TCP, anonymous, and every other option at its default.
     *
     * @param host the name or address
     * @param port the port
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
        private @Nullable SaslClientSettings sasl = SaslClientSettings.ANONYMOUS;
        private @Nullable WebSocketSettings webSocket;
        private @Nullable ProxySettings proxy;
        private @Nullable String virtualHost;
        private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
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
         * Sets how the client authenticates.
         *
         * @param value the settings, null to leave the SASL layer out
         * @return this
         */
        public Builder sasl(@Nullable SaslClientSettings value) {
            sasl = value;
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
         * Sets what to connect through.
         *
         * @param value the proxy, null for none
         * @return this
         */
        public Builder proxy(@Nullable ProxySettings value) {
            proxy = value;
            return this;
        }

        /**
         * Sets the host to name in the SASL init.
         *
         * @param value the host, null for the one that is connected to
         * @return this
         */
        public Builder virtualHost(@Nullable String value) {
            virtualHost = value;
            return this;
        }

        /**
         * Sets how long all of it may take.
         *
         * @param value more than zero
         * @return this
         */
        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
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
        public ClientTransportOptions build() {
            return new ClientTransportOptions(host, port, tls, sasl, webSocket, proxy, virtualHost, connectTimeout, io);
        }
    }
}
