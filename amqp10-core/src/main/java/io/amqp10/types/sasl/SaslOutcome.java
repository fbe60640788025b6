package io.amqp10.types.sasl;

import io.amqp10.types.Binary;
import org.jspecify.annotations.Nullable;

/**
 * The end of the dialogue.
 *
 * @param code how it ended
 * @param additionalData what the mechanism says last
 * @see "AMQP 1.0 §5.3.3.5"
 */
public record SaslOutcome(SaslCode code, @Nullable Binary additionalData) implements SaslFrame {

    /** Does not show the additional data. */
    @Override
    public String toString() {
        return "SaslOutcome[code=" + code + "]";
    }
}
