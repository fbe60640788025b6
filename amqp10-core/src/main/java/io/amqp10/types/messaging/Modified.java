package io.amqp10.types.messaging;

import io.amqp10.types.Symbol;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The receiver did not take the message and asks the sender to change it before it goes elsewhere.
 *
 * @param deliveryFailed whether this counts as a failed delivery
 * @param undeliverableHere whether the message must not come to this link again
 * @param messageAnnotations annotations to merge into the message's
 * @see "AMQP 1.0 §3.4.5"
 */
public record Modified(
        boolean deliveryFailed, boolean undeliverableHere, Map<Symbol, @Nullable Object> messageAnnotations)
        implements Outcome {

    /**
     * Copies the collections.
     *
     * @param deliveryFailed whether this counts as a failed delivery
     * @param undeliverableHere whether the message must not come to this link again
     * @param messageAnnotations annotations to merge into the message's
     */
    public Modified {
        messageAnnotations = messageAnnotations.isEmpty()
                ? Map.of()
                : Collections.unmodifiableMap(new LinkedHashMap<>(messageAnnotations));
    }

    /**
     * Makes an outcome without annotations.
     *
     * @param deliveryFailed whether this counts as a failed delivery
     * @param undeliverableHere whether the message must not come to this link again
     */
    public Modified(boolean deliveryFailed, boolean undeliverableHere) {
        this(deliveryFailed, undeliverableHere, Map.of());
    }
}
