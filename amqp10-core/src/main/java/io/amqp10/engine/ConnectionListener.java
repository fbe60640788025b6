package io.amqp10.engine;

import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Open;

/**
 * Hears what happens to a connection. Called on the engine's thread, inside the call that made it happen; it may call any
 * method of the engine.
 */
public interface ConnectionListener {

    /**
     * The peer's open arrived. Where ours was not sent yet, refuse the peer with {@link ConnectionEngine#close} before this
     * returns; otherwise the engine sends our open then.
     *
     * @param open what the peer says of itself
     */
    void onRemoteOpen(Open open);

    /**
     * The peer begins a session. Accept it with {@link SessionEngine#accept} or refuse it with {@link SessionEngine#end}
     * before this returns; if neither is done, it is refused with {@code amqp:not-allowed}.
     *
     * @param session the new session
     * @param begin what the peer says of it
     */
    void onRemoteBegin(SessionEngine session, Begin begin);

    /**
     * The connection is over, and this is the last event. All its links and sessions have been told before. The owner
     * writes what is still to be written, and closes the transport.
     *
     * @param reason why
     */
    void onClosed(StopReason reason);
}
