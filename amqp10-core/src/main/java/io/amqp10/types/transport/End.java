package io.amqp10.types.transport;

import io.amqp10.types.ErrorCondition;
import org.jspecify.annotations.Nullable;

/**
 * Ends a session.
 *
 * @param error why, if because of an error
 * @see "AMQP 1.0 §2.7.8"
 */
public record End(@Nullable ErrorCondition error) implements Performative {

    @Override
    public <P> void dispatch(PerformativeHandler<P> handler, int channel, P payload) {
        handler.onEnd(channel, this);
    }
}
