package io.amqp10;

import io.amqp10.types.ErrorCondition;
import org.jspecify.annotations.Nullable;

/**
 * Decides about a session that a peer begins at a listening container.
 *
 * @see ListenOptions#sessionAcceptor(SessionAcceptor)
 */
@FunctionalInterface
public interface SessionAcceptor {

    /**
     * Decides. Called on a thread that handlers run on, after the {@link ConnectionAcceptor}, and before
     * {@link MessagingHandler#onSessionOpened} and any {@link LinkAcceptor} hear of the session; they do not if it is
     * refused. If this throws, the session is ended with {@code amqp:internal-error}.
     *
     * @param session what the peer begins: {@link Session#connection()}, {@link Session#remoteProperties()}, and the
     *     capabilities that it offers and desires
     * @return null to accept it, or what it is ended with, such as {@code amqp:unauthorized-access}
     */
    @Nullable
    ErrorCondition onSession(Session session);
}
