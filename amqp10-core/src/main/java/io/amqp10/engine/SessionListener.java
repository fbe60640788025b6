package io.amqp10.engine;

import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;

/** Hears what happens to a session. Called on the engine's thread; it may call any method of the engine. */
public interface SessionListener {

    /**
     * The peer answered our begin. Not called for a session that the peer began.
     *
     * @param session the session
     * @param begin the peer's answer
     */
    default void onBegun(SessionEngine session, Begin begin) {}

    /**
     * The peer attaches a link on which it receives. Answer with {@link SenderLink#accept} or {@link LinkEndpoint#refuse},
     * now or later. Refused with {@code amqp:not-allowed} by default.
     *
     * @param link the new link, on which we send
     * @param attach what the peer asks for
     */
    default void onRemoteAttach(SenderLink link, Attach attach) {
        link.refuse(ErrorCondition.of(AmqpError.NOT_ALLOWED, "this container takes no links from its peer"));
    }

    /**
     * The peer attaches a link on which it sends. Answer with {@link ReceiverLink#accept} or {@link LinkEndpoint#refuse},
     * now or later. Refused with {@code amqp:not-allowed} by default.
     *
     * @param link the new link, on which we receive
     * @param attach what the peer asks for
     */
    default void onRemoteAttach(ReceiverLink link, Attach attach) {
        link.refuse(ErrorCondition.of(AmqpError.NOT_ALLOWED, "this container takes no links from its peer"));
    }

    /**
     * The session is over, and this is its last event. All its links have been told before. An end of ours is reported
     * when the peer has answered it, one with an error or of the peer's at once.
     *
     * @param session the session
     * @param reason why
     */
    void onEnded(SessionEngine session, StopReason reason);
}
