package io.amqp10.transport;

import io.amqp10.transport.TransportException.Kind;
import io.amqp10.transport.TransportException.Stage;

/** Parts of Netty that only some connections need, and that an application may have left out. */
enum OptionalParts {
    WEB_SOCKET("io.netty.handler.codec.http.websocketx.WebSocketFrame", "AMQP over WebSocket", "netty-codec-http"),
    PROXY("io.netty.handler.proxy.ProxyHandler", "a proxy", "netty-handler-proxy");

    private final String type;
    private final String use;
    private final String artifact;

    OptionalParts(String type, String use, String artifact) {
        this.type = type;
        this.use = use;
        this.artifact = artifact;
    }

    /** Checks that the part is there. */
    void require() throws TransportException {
        try {
            Class.forName(type, false, OptionalParts.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new TransportException(
                    Kind.MISSING_LIBRARY,
                    Stage.RESOLVE,
                    use + " needs io.netty:" + artifact + ", which is not among the libraries of this application",
                    e);
        }
    }
}
