package io.amqp10.types;

/**
 * Error conditions that any part of the protocol can raise.
 *
 * @see "AMQP 1.0 §2.8.15"
 */
public final class AmqpError {

    /** The peer failed internally. */
    public static final Symbol INTERNAL_ERROR = Symbol.of("amqp:internal-error");

    /** The peer asked for something that does not exist. */
    public static final Symbol NOT_FOUND = Symbol.of("amqp:not-found");

    /** The peer asked for something that it has no right to. */
    public static final Symbol UNAUTHORIZED_ACCESS = Symbol.of("amqp:unauthorized-access");

    /** Data could not be decoded. */
    public static final Symbol DECODE_ERROR = Symbol.of("amqp:decode-error");

    /** The peer exceeded its allocation of a resource. */
    public static final Symbol RESOURCE_LIMIT_EXCEEDED = Symbol.of("amqp:resource-limit-exceeded");

    /** The frame is inconsistent with the state or semantically not allowed. */
    public static final Symbol NOT_ALLOWED = Symbol.of("amqp:not-allowed");

    /** A field holds an invalid value. */
    public static final Symbol INVALID_FIELD = Symbol.of("amqp:invalid-field");

    /** The peer asked for a feature of the protocol that its partner does not have. */
    public static final Symbol NOT_IMPLEMENTED = Symbol.of("amqp:not-implemented");

    /** The peer tried to work with a resource that another one holds. */
    public static final Symbol RESOURCE_LOCKED = Symbol.of("amqp:resource-locked");

    /** A precondition was not met. */
    public static final Symbol PRECONDITION_FAILED = Symbol.of("amqp:precondition-failed");

    /** The resource was deleted. */
    public static final Symbol RESOURCE_DELETED = Symbol.of("amqp:resource-deleted");

    /** The frame is not permitted in the current state. */
    public static final Symbol ILLEGAL_STATE = Symbol.of("amqp:illegal-state");

    /** The peer's limit of the frame size is too small to say what must be said. */
    public static final Symbol FRAME_SIZE_TOO_SMALL = Symbol.of("amqp:frame-size-too-small");

    private AmqpError() {}
}
