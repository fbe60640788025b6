package io.amqp10.types.sasl;

import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import org.jspecify.annotations.Nullable;

/**
 * The client's choice of a mechanism.
 *
 * @param mechanism its name
 * @param initialResponse what the mechanism says first
 * @param hostname the host that the client wants to reach
 * @see "AMQP 1.0 §5.3.3.2"
 */
public record SaslInit(
        Symbol mechanism,
        @Nullable Binary initialResponse,
        @Nullable String hostname) implements SaslFrame {

    /** Does not show the response, which may hold a secret. */
    @Override
    public String toString() {
        return "SaslInit[mechanism=" + mechanism + ", hostname=" + hostname + "]";
    }
}
