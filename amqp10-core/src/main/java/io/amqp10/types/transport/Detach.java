package io.amqp10.types.transport;

import io.amqp10.types.ErrorCondition;
import org.jspecify.annotations.Nullable;

/**
 * Detaches a link from its session.
 *
 * @param handle the sender's handle of the link, a {@code uint}
 * @param closed whether the link is closed for good, its terminus gone
 * @param error why, if because of an error
 * @see "AMQP 1.0 §2.7.7"
 */
public record Detach(long handle, boolean closed, @Nullable ErrorCondition error) implements Performative {

    @Override
    public <P> void dispatch(PerformativeHandler<P> handler, int channel, P payload) {
        handler.onDetach(channel, this);
    }
}
