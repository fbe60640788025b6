package io.amqp10;

import java.util.concurrent.CompletionStage;

/**
 * Lets links wait for what a peer wants to be done first, such as to show it tokens. Asked each time when a connection is
 * open, or open again, before its sessions begin; those whose options say so do not wait.
 *
 * @see SessionOptions#beforeLinkGate(boolean)
 */
@FunctionalInterface
public interface LinkGate {

    /**
     * Does what has to be done. Called on a thread of the container's executor that may wait.
     *
     * @param connection the connection, open
     * @return the sessions begin when this completes; if it does so with an error, that is logged and they begin all the
     *     same, since it is the peer that decides about links
     */
    CompletionStage<?> onConnected(Connection connection);
}
