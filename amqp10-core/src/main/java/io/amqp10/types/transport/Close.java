package io.amqp10.types.transport;

import io.amqp10.types.ErrorCondition;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection; the last performative that a peer sends on it.
 *
 * @param error why, if because of an error
 * @see "AMQP 1.0 §2.7.9"
 */
public record Close(@Nullable ErrorCondition error) implements Performative {

    @Override
    public <P> void dispatch(PerformativeHandler<P> handler, int channel, P payload) {
        handler.onClose(channel, this);
    }
}
