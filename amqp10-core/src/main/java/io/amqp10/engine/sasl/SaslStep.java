package io.amqp10.engine.sasl;

import io.amqp10.types.sasl.SaslFrame;
import org.jspecify.annotations.Nullable;

/**
 * What follows from a frame.
 *
 * @param reply the frame to send before anything else, null for none
 * @param identity not null when the dialogue succeeded: after the reply the layer is done
 * @param failure not null when it failed: after the reply the connection is to be closed
 */
public record SaslStep(
        @Nullable SaslFrame reply,
        @Nullable SaslIdentity identity,
        @Nullable SaslFailure failure) {

    static SaslStep reply(SaslFrame reply) {
        return new SaslStep(reply, null, null);
    }

    static SaslStep nothing() {
        return new SaslStep(null, null, null);
    }

    static SaslStep failed(SaslFailure failure) {
        return new SaslStep(null, null, failure);
    }
}
