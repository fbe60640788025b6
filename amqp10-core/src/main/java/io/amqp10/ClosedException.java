package io.amqp10;

import io.amqp10.types.ErrorCondition;
import org.jspecify.annotations.Nullable;

/** The container, connection, session or link was closed by the application, or by the peer without an error. */
public class ClosedException extends Amqp10Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message what happened and what can be done
     * @param condition what the peer said, or null
     * @param cause the cause, or null
     */
    public ClosedException(String message, @Nullable ErrorCondition condition, @Nullable Throwable cause) {
        super(message, condition, cause);
    }
}
