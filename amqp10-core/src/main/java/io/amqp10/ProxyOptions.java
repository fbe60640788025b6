package io.amqp10;

import org.jspecify.annotations.Nullable;

/**
 * A proxy that connections are made through. It is the proxy that resolves the names of hosts, so they are asked for nowhere
 * else. Needs {@code io.netty:netty-handler-proxy} among the application's libraries.
 *
 * <p>Since it is not known where a proxy leads to, a password is sent to no peer behind one without TLS unless
 * {@link ConnectionOptions#allowPlainWithoutTls(boolean)} says so. The credentials for the proxy itself go to it as its
 * protocol wants it, in the clear.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class ProxyOptions {

    /** What a proxy speaks. */
    public enum Protocol {
        /**
         * SOCKS, version 5.
         *
         * @see "RFC 1928, RFC 1929"
         */
        SOCKS5,
        /**
         * HTTP, by its method CONNECT and basic authentication.
         *
         * @see "RFC 9110, section 9.3.6"
         */
        HTTP
    }

    private final Protocol protocol;
    private final String host;
    private final int port;
    private final @Nullable String user;
    private final @Nullable String password;

    private ProxyOptions(Protocol protocol, String host, int port, @Nullable String user, @Nullable String password) {
        Checks.range("port", port, 1, 65535);
        this.protocol = protocol;
        this.host = host;
        this.port = port;
        this.user = user;
        this.password = password;
    }

    /**
     * Starts with a SOCKS 5 proxy that everyone may use.
     *
     * @param host its name or address
     * @param port its port, from 1 to 65535
     * @return the options
     */
    public static ProxyOptions socks5(String host, int port) {
        return new ProxyOptions(Protocol.SOCKS5, host, port, null, null);
    }

    /**
     * Starts with an HTTP proxy that everyone may use.
     *
     * @param host its name or address
     * @param port its port, from 1 to 65535
     * @return the options
     */
    public static ProxyOptions http(String host, int port) {
        return new ProxyOptions(Protocol.HTTP, host, port, null, null);
    }

    /**
     * Sets who uses the proxy.
     *
     * @param name the user
     * @param secret the user's password
     * @return a changed copy
     */
    public ProxyOptions credentials(String name, String secret) {
        return new ProxyOptions(protocol, host, port, name, secret);
    }

    /**
     * Returns what the proxy speaks.
     *
     * @return the protocol
     */
    public Protocol protocol() {
        return protocol;
    }

    /**
     * Returns where the proxy is.
     *
     * @return its name or address
     */
    public String host() {
        return host;
    }

    /**
     * Returns where the proxy is.
     *
     * @return its port
     */
    public int port() {
        return port;
    }

    /**
     * Returns who uses the proxy.
     *
     * @return the user, null if everyone may
     */
    public @Nullable String user() {
        return user;
    }

    /**
     * Returns the user's password.
     *
     * @return the password, null if there is no user
     */
    public @Nullable String password() {
        return password;
    }

    /** Does not show the password. */
    @Override
    public String toString() {
        return "ProxyOptions[" + protocol + " " + host + ":" + port + (user == null ? "" : ", user=" + user) + "]";
    }
}
