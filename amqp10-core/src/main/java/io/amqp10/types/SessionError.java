package io.amqp10.types;

/**
 * Error conditions of a session.
 *
 * @see "AMQP 1.0 §2.8.17"
 */
public final class SessionError {

    /** More transfers came than the incoming window allowed. */
    public static final Symbol WINDOW_VIOLATION = Symbol.of("amqp:session:window-violation");

    /** Input came for a link that was detached with an error. */
    public static final Symbol ERRANT_LINK = Symbol.of("amqp:session:errant-link");

    /** An attach used a handle that is in use. */
    public static final Symbol HANDLE_IN_USE = Symbol.of("amqp:session:handle-in-use");

    /** A frame used a handle that is not attached. */
    public static final Symbol UNATTACHED_HANDLE = Symbol.of("amqp:session:unattached-handle");

    private SessionError() {}
}
