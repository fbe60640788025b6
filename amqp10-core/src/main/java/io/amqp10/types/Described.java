package io.amqp10.types;

import org.jspecify.annotations.Nullable;

/**
 * A value with a descriptor that gives it a meaning. A described value of a type that the reader does not know keeps
 * both, so that it can be passed on unchanged.
 *
 * @param descriptor the descriptor, by the specification a {@link Symbol} or an {@link UnsignedLong}; others are
 *     reserved but not invalid
 * @param value the described value
 * @see "AMQP 1.0 §1.5"
 */
public record Described(
        @Nullable Object descriptor, @Nullable Object value) {}
