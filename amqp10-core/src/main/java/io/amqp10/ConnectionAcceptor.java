package io.amqp10;

import io.amqp10.types.ErrorCondition;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a connection that a peer made to a listening container, after the peer has authenticated and both opens were
 * exchanged: by user, container-id, hostname, properties.
 *
 * @see ListenOptions#connectionAcceptor(ConnectionAcceptor)
 */
@FunctionalInterface
public interface ConnectionAcceptor {

    /**
     * Decides. Called on a thread that handlers run on, before {@link MessagingHandler#onConnectionOpened} and before any
     * {@link SessionAcceptor} or {@link LinkAcceptor} hears of the connection; they do not if it is refused. What the peer
     * begins meanwhile waits. If this throws, the connection is closed with {@code amqp:internal-error}.
     *
     * @param connection who came: {@link Connection#peer()}, {@link Connection#remotePrincipal()}; nothing can be opened on
     *     it yet
     * @return null to accept it, or what it is closed with, such as {@code amqp:not-allowed} or
     *     {@link io.amqp10.types.Redirect#toConnectionError a redirect}
     */
    @Nullable
    ErrorCondition onConnection(Connection connection);
}
