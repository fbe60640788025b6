package io.amqp10;

/**
 * The kinds of body that a message can have.
 *
 * @see "AMQP 1.0 §3.2"
 */
public enum BodyType {
    /** Octets, in one or more sections. */
    DATA,
    /** Lists, in one or more sections. */
    SEQUENCE,
    /** A single value of any type. */
    VALUE,
    /** No body, which the specification does not allow but peers do. */
    NONE
}
