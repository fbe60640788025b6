package io.amqp10.spring;

import io.amqp10.LifecycleState;
import io.amqp10.Session;

/**
 * A session with links for one transaction after another: there are peers that allow a session one transaction at a time.
 *
 * @param session the session
 * @param senders its senders
 * @param receivers its receivers
 */
record TransactedLinks(Session session, SenderCache senders, ReceiverPool receivers) {

    boolean isUsable() {
        LifecycleState state = session.state();
        return state != LifecycleState.CLOSED && state != LifecycleState.CLOSING;
    }

    void close() {
        receivers.close();
        senders.close();
        session.closeAsync();
    }
}
