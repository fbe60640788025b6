package io.amqp10.types;

/**
 * Error conditions of a connection.
 *
 * @see "AMQP 1.0 §2.8.16"
 */
public final class ConnectionError {

    /** An operator closed the connection. */
    public static final Symbol CONNECTION_FORCED = Symbol.of("amqp:connection:forced");

    /** A frame could not be parsed. */
    public static final Symbol FRAMING_ERROR = Symbol.of("amqp:connection:framing-error");

    /** The container moved elsewhere. */
    public static final Symbol REDIRECT = Symbol.of("amqp:connection:redirect");

    private ConnectionError() {}
}
