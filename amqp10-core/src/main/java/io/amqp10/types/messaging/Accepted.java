package io.amqp10.types.messaging;

/**
 * The receiver took the message.
 *
 * @see "AMQP 1.0 §3.4.2"
 */
public record Accepted() implements Outcome {

    /** The only value that is needed. */
    public static final Accepted INSTANCE = new Accepted();
}
