package io.amqp10.spring.listener;

/** The listener did its work, but its reply could not be sent. */
public class ReplyFailedException extends RuntimeException {

    /**
     * Makes an exception.
     *
     * @param message where the reply was to go, and why it did not
     * @param cause why it did not
     */
    public ReplyFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
