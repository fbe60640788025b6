package io.amqp10.types.messaging;

/**
 * The receiver did not take the message and did not process it; it may go elsewhere.
 *
 * @see "AMQP 1.0 §3.4.4"
 */
public record Released() implements Outcome {

    /** The only value that is needed. */
    public static final Released INSTANCE = new Released();
}
