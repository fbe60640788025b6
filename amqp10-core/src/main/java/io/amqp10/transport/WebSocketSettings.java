package io.amqp10.transport;

/**
 * How AMQP is carried by a WebSocket.
 *
 * @param path what a client asks for, percent-encoded and with a query if there is one; a server takes clients that ask for
 *     this, and with an empty path those that ask for any
 * @param maxFrameBytes the largest WebSocket frame that is taken, in octets of its payload; one frame is held in memory until
 *     it is whole
 * @see "AMQP WebSocket Binding 1.0"
 */
public record WebSocketSettings(String path, int maxFrameBytes) {

    /** The default of {@link #maxFrameBytes()}: 4 MiB. A peer may put many AMQP frames into one of these. */
    public static final int DEFAULT_MAX_FRAME_BYTES = 4 * 1024 * 1024;

    /**
     * Checks the values.
     *
     * @param path the path
     * @param maxFrameBytes the size
     * @throws IllegalArgumentException if the path is neither empty nor begins with a slash, or the size is below 1
     */
    public WebSocketSettings {
        if (!path.isEmpty() && path.charAt(0) != '/') {
            throw new IllegalArgumentException("a path begins with a slash, unlike '" + path + "'");
        }
        if (maxFrameBytes < 1) {
            throw new IllegalArgumentException("maxFrameBytes must be at least 1, not " + maxFrameBytes);
        }
    }

    /** Returns the path of the request. */
    String requested() {
        return path.isEmpty() ? "/" : path;
    }

    /** Tells whether a server takes a request for this path, whose query does not matter. */
    boolean takes(String target) {
        int query = target.indexOf('?');
        return path.isEmpty() || path.equals(query < 0 ? target : target.substring(0, query));
    }
}
