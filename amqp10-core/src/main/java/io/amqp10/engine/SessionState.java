package io.amqp10.engine;

/**
 * The states of a session.
 *
 * @see "AMQP 1.0 §2.5.5"
 */
enum SessionState {
    /** Neither begin was exchanged, or both ends were. */
    UNMAPPED,
    /** A begin was sent, none received. */
    BEGIN_SENT,
    /** A begin was received, none sent. */
    BEGIN_RCVD,
    /** Begins were exchanged. */
    MAPPED,
    /** An end was sent, none received. */
    END_SENT,
    /** An end was received and is about to be answered. */
    END_RCVD,
    /** An end with an error was sent; what still comes is discarded. */
    DISCARDING
}
