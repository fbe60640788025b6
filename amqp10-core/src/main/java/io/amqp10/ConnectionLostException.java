package io.amqp10;

import io.amqp10.types.ErrorCondition;
import org.jspecify.annotations.Nullable;

/** There is no connection: it could not be made, or it broke and is not being restored, or not with what was on it. */
public class ConnectionLostException extends Amqp10Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message what happened and what can be done
     * @param condition what the peer said, or null
     * @param cause the cause, or null
     */
    public ConnectionLostException(String message, @Nullable ErrorCondition condition, @Nullable Throwable cause) {
        super(message, condition, cause);
    }
}
