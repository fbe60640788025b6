package io.amqp10.types.messaging;

import io.amqp10.types.UnsignedInteger;

/**
 * Delivery details that an intermediary may change.
 *
 * @param durable whether an intermediary must not lose the message in a restart
 * @param priority from 0 to 255; the default is 4
 * @param ttlMillis how long the message lives, in milliseconds, a {@code uint}, or {@link UnsignedInteger#ABSENT}
 * @param firstAcquirer whether nobody else has acquired the message
 * @param deliveryCount how many deliveries failed before, a {@code uint}
 * @see "AMQP 1.0 §3.2.1"
 */
public record Header(boolean durable, int priority, long ttlMillis, boolean firstAcquirer, long deliveryCount)
        implements Section {

    /** The default of {@link #priority()}. */
    public static final int DEFAULT_PRIORITY = 4;

    /** A header with every field at its default. */
    public static final Header DEFAULT = new Header(false, DEFAULT_PRIORITY, UnsignedInteger.ABSENT, false, 0);
}
