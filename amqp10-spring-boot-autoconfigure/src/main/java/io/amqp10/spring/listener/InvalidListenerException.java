package io.amqp10.spring.listener;

import org.jspecify.annotations.Nullable;

/** A listener method or its annotation is wrong. */
public class InvalidListenerException extends RuntimeException {

    /**
     * Makes an exception.
     *
     * @param message which listener, what is wrong with it, and what is right
     * @param cause the cause, or null
     */
    public InvalidListenerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
