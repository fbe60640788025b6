package io.amqp10;

/**
 * What becomes of two connections with the same container-id, where there shall be one only.
 *
 * @see "AMQP Enforcing Connection Uniqueness 1.0"
 */
public enum SoleConnection {
    /** The peer refuses the new connection. */
    REFUSE_NEW,
    /** The peer closes the one that there is, which does not come back by itself. */
    CLOSE_EXISTING
}
