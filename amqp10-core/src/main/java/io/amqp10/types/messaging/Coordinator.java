package io.amqp10.types.messaging;

import io.amqp10.types.Symbol;
import java.util.List;

/**
 * The target of a control link of transactions.
 *
 * @param capabilities what the coordinator supports or the controller wants
 * @see "AMQP 1.0 §4.5.1"
 */
public record Coordinator(List<Symbol> capabilities) implements LinkTarget {

    /**
     * Copies the collections.
     *
     * @param capabilities what the coordinator supports or the controller wants
     */
    public Coordinator {
        capabilities = List.copyOf(capabilities);
    }
}
