package io.amqp10.types;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, as one peer tells the other in close, end, detach, or a rejected outcome.
 *
 * @param condition a symbolic value for the kind of error; see {@link AmqpError} and its siblings
 * @param description text for people about this occurrence
 * @param info further facts, by the condition's definition; ordered, never null
 * @see "AMQP 1.0 §2.8.14"
 */
public record ErrorCondition(Symbol condition, @Nullable String description, Map<Symbol, @Nullable Object> info) {

    /**
     * Copies the map.
     *
     * @param condition the kind of error
     * @param description text for people
     * @param info further facts
     */
    public ErrorCondition {
        info = info.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(info));
    }

    /**
     * Makes an error condition without further facts.
     *
     * @param condition the kind of error
     * @param description text for people
     * @return the error condition
     */
    public static ErrorCondition of(Symbol condition, @Nullable String description) {
        return new ErrorCondition(condition, description, Map.of());
    }
}
