package io.amqp10;

/**
 * What a link promises about its messages.
 *
 * @see "AMQP 1.0 §2.6.12"
 */
public enum DeliveryGuarantee {
    /** Messages are sent settled: a message may get lost, none arrives twice. */
    AT_MOST_ONCE,
    /**
     * A message is settled by its outcome, and sent again if the connection breaks before: none gets lost, one may arrive
     * twice. The default.
     */
    AT_LEAST_ONCE
}
