package io.amqp10.engine;

/**
 * The states of a connection after the exchange of protocol headers, which is the transport's part.
 *
 * @see "AMQP 1.0 §2.4.6"
 */
public enum ConnectionState {
    /** Headers are exchanged, no open was sent or received. */
    HDR_EXCH,
    /** An open was received, none sent. */
    OPEN_RCVD,
    /** An open was sent, none received. */
    OPEN_SENT,
    /** Open and close were sent, no open was received. */
    CLOSE_PIPE,
    /** Opens were sent and received. */
    OPENED,
    /** A close was received and is about to be answered. */
    CLOSE_RCVD,
    /** A close was sent; frames may still come. */
    CLOSE_SENT,
    /** A close with an error was sent; frames that still come are discarded. */
    DISCARDING,
    /** Nothing is sent or received any more. */
    END
}
