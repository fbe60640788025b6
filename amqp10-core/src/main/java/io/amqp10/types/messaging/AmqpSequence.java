package io.amqp10.types.messaging;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list of values of a body.
 *
 * @param value the elements
 * @see "AMQP 1.0 §3.2.7"
 */
public record AmqpSequence(List<@Nullable Object> value) implements Section {

    /**
     * Copies the collections.
     *
     * @param value the elements
     */
    public AmqpSequence {
        value = Collections.unmodifiableList(new ArrayList<>(value));
    }
}
