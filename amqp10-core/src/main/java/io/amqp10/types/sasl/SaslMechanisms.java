package io.amqp10.types.sasl;

import io.amqp10.types.Symbol;
import java.util.List;

/**
 * The mechanisms that the server offers.
 *
 * @param mechanisms their names, at least one
 * @see "AMQP 1.0 §5.3.3.1"
 */
public record SaslMechanisms(List<Symbol> mechanisms) implements SaslFrame {

    /**
     * Copies the collections.
     *
     * @param mechanisms their names, at least one
     */
    public SaslMechanisms {
        mechanisms = List.copyOf(mechanisms);
    }
}
