package io.amqp10;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A host and port, and how to speak there.
 *
 * @param host the name or address
 * @param port from 0 to 65535; 0 only to listen
 * @param tls whether TLS comes first
 * @param user the user that the URI names, or null
 * @param password the password that the URI names, or null
 * @param webSocketPath where a WebSocket carries the connection, its path, which is empty if the URI names none; null for
 *     a connection without WebSocket
 */
public record Endpoint(
        String host,
        int port,
        boolean tls,
        @Nullable String user,
        @Nullable String password,
        @Nullable String webSocketPath) {

    /** The default port of {@code amqpws}. */
    public static final int DEFAULT_WEB_SOCKET_PORT = 80;

    /** The default port of {@code amqpwss}. */
    public static final int DEFAULT_WEB_SOCKET_TLS_PORT = 443;

    /** The default port of {@code amqp}. */
    public static final int DEFAULT_PORT = 5672;

    /** The default port of {@code amqps}. */
    public static final int DEFAULT_TLS_PORT = 5671;

    private static final int MAX_PORT = 0xffff;

    private static final Pattern CREDENTIALS = Pattern.compile("^([^:/]*://)?.*@", Pattern.DOTALL);

    private static final Pattern NO_PORT =
            Pattern.compile("^((?:[^:/]*://)?(?:\\[[^\\]]*\\]|[^:/?#\\[]*):)(?!\\d*(?:[/?#]|$)).*", Pattern.DOTALL);

    /**
     * Makes an endpoint without WebSocket.
     *
     * @param host the name or address
     * @param port the port
     * @param tls whether TLS comes first
     * @param user the user, or null
     * @param password the password, or null
     */
    public Endpoint(String host, int port, boolean tls, @Nullable String user, @Nullable String password) {
        this(host, port, tls, user, password, null);
    }

    /**
     * Reads a URI.
     *
     * @param text {@code amqp://user:password@host:port}, {@code amqps://host}, {@code host:port} or {@code host}; or, for
     *     AMQP over WebSocket, {@code amqpws://host:port/path} or {@code amqpwss://host:port/path}, where the schemes
     *     {@code ws} and {@code wss} mean the same
     * @return the endpoint
     * @throws IllegalArgumentException if it is malformed; the message never shows a password
     */
    public static Endpoint parse(String text) {
        URI uri;
        try {
            uri = new URI(text.contains("://") ? text : "amqp://" + text);
        } catch (URISyntaxException e) {
            throw malformed(text, e.getReason());
        }
        String scheme = String.valueOf(uri.getScheme());
        boolean webSocket = scheme.endsWith("ws") || scheme.endsWith("wss");
        boolean tls =
                switch (scheme) {
                    case "amqp", "amqpws", "ws" -> false;
                    case "amqps", "amqpwss", "wss" -> true;
                    default ->
                        throw malformed(text, "the scheme must be amqp, amqps, amqpws or amqpwss, not " + scheme);
                };
        if (uri.getHost() == null) {
            throw malformed(text, "there is no valid host in it");
        }
        if (uri.getPort() > MAX_PORT) {
            throw malformed(text, "the port must be from 0 to 65535");
        }
        String path = uri.getRawPath();
        if (path != null && !path.isEmpty() && !path.equals("/") && !webSocket) {
            throw malformed(text, "it must end after the port; addresses are given to senders and receivers");
        }
        String webSocketPath = webSocket ? webSocketPath(uri) : null;
        String host = uri.getHost();
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : defaultPort(webSocket, tls);
        String userInfo = uri.getRawUserInfo();
        if (userInfo == null) {
            return new Endpoint(host, port, tls, null, null, webSocketPath);
        }
        int colon = userInfo.indexOf(':');
        String user = decode(colon < 0 ? userInfo : userInfo.substring(0, colon));
        String password = colon < 0 ? null : decode(userInfo.substring(colon + 1));
        return new Endpoint(host, port, tls, user, password, webSocketPath);
    }

    private static String webSocketPath(URI uri) {
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String query = uri.getRawQuery();
        return query == null ? path : (path.isEmpty() ? "/" : path) + "?" + query;
    }

    private static int defaultPort(boolean webSocket, boolean tls) {
        if (webSocket) {
            return tls ? DEFAULT_WEB_SOCKET_TLS_PORT : DEFAULT_WEB_SOCKET_PORT;
        }
        return tls ? DEFAULT_TLS_PORT : DEFAULT_PORT;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException malformed(String text, String why) {
        return new IllegalArgumentException("not an AMQP URI: '" + withoutPassword(text) + "': " + why
                + "; expected amqp://host:port or amqps://host:port, or for"
                + " WebSocket amqpws://host:port/path or amqpwss://host:port/path");
    }

    /**
     * Hides what may be a password that is not percent-encoded: all up to the last @, and what stands in place of a port,
     * since a list that is split at a password's comma leaves {@code amqp://user:pass}.
     */
    private static String withoutPassword(String text) {
        return NO_PORT.matcher(CREDENTIALS.matcher(text).replaceFirst("$1***@")).replaceFirst("$1***");
    }

    /**
     * Returns the endpoint without credentials.
     *
     * @return {@code host:port}
     */
    public String hostAndPort() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** Returns the URI without credentials. */
    @Override
    public String toString() {
        if (webSocketPath == null) {
            return (tls ? "amqps://" : "amqp://") + hostAndPort();
        }
        // A query may hold a secret.
        return (tls ? "amqpwss://" : "amqpws://") + hostAndPort() + webSocketPath.replaceAll("\\?.*", "");
    }
}
