package io.amqp10.transport;

import org.jspecify.annotations.Nullable;

/**
 * A proxy that a client connects through. The proxy resolves the name of the host.
 *
 * @param kind what it speaks
 * @param host the proxy's name or address
 * @param port the proxy's port
 * @param user who may use it, null for everyone
 * @param password the user's password, null if there is no user
 */
public record ProxySettings(
        Kind kind,
        String host,
        int port,
        @Nullable String user,
        @Nullable String password) {

    /** What a proxy speaks. */
    public enum Kind {
        /**
         * SOCKS, version 5.
         *
         * @see "RFC 1928, RFC 1929"
         */
        SOCKS5,
        /**
         * The method CONNECT of HTTP, with basic authentication.
         *
         * @see "RFC 9110, section 9.3.6"
         */
        HTTP
    }

    /** Shows no password. */
    @Override
    public String toString() {
        return kind + " proxy " + host + ":" + port;
    }
}
