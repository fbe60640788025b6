package io.amqp10.types.messaging;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The application's own properties of a message, of simple types.
 *
 * @param value the entries in order
 * @see "AMQP 1.0 §3.2.5"
 */
public record ApplicationProperties(Map<String, @Nullable Object> value) implements Section {

    /**
     * Copies the collections.
     *
     * @param value the entries in order
     */
    public ApplicationProperties {
        value = value.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(value));
    }
}
