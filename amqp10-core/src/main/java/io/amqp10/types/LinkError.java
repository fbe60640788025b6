package io.amqp10.types;

/**
 * Error conditions of a link.
 *
 * @see "AMQP 1.0 §2.8.18"
 */
public final class LinkError {

    /** An operator detached the link. */
    public static final Symbol DETACH_FORCED = Symbol.of("amqp:link:detach-forced");

    /** More deliveries came than the credit allowed. */
    public static final Symbol TRANSFER_LIMIT_EXCEEDED = Symbol.of("amqp:link:transfer-limit-exceeded");

    /** A message is larger than the link's limit. */
    public static final Symbol MESSAGE_SIZE_EXCEEDED = Symbol.of("amqp:link:message-size-exceeded");

    /** The node is reached elsewhere. */
    public static final Symbol REDIRECT = Symbol.of("amqp:link:redirect");

    /** The link was attached elsewhere. */
    public static final Symbol STOLEN = Symbol.of("amqp:link:stolen");

    private LinkError() {}
}
