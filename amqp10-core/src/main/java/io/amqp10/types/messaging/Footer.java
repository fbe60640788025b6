package io.amqp10.types.messaging;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Details that can only be computed after the whole message, such as a hash.
 *
 * @param value the entries, by {@code Symbol} or {@code UnsignedLong}, in order
 * @see "AMQP 1.0 §3.2.9"
 */
public record Footer(Map<Object, @Nullable Object> value) implements Section {

    /**
     * Copies the collections.
     *
     * @param value the entries, by {@code Symbol} or {@code UnsignedLong}, in order
     */
    public Footer {
        value = value.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(value));
    }
}
