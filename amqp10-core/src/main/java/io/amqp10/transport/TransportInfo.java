package io.amqp10.transport;

import io.amqp10.engine.sasl.SaslIdentity;
import java.net.SocketAddress;
import java.util.List;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end, and how.
 *
 * @param peer the peer's name for people: host and port as configured, at a server the client's address
 * @param client whether this end is the client, the one that connected
 * @param localAddress this end's address
 * @param remoteAddress the peer's address
 * @param identity who the client is to the server, null without SASL
 * @param offeredMechanisms the SASL mechanisms that the peer offered; empty at a server and without SASL
 * @param tlsSession what TLS agreed on, null without TLS
 */
public record TransportInfo(
        String peer,
        boolean client,
        SocketAddress localAddress,
        SocketAddress remoteAddress,
        @Nullable SaslIdentity identity,
        List<String> offeredMechanisms,
        @Nullable SSLSession tlsSession) {}
