package io.amqp10;

import io.amqp10.types.ErrorCondition;
import org.jspecify.annotations.Nullable;

/**
 * A message is not what it should be: its octets break the rules of the format, or its body is of another type than the one
 * asked for.
 *
 * @see "AMQP 1.0 §3.2"
 */
public class MessageFormatException extends Amqp10Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message what happened and what can be done
     * @param condition what the peer said, or null
     * @param cause the cause, or null
     */
    public MessageFormatException(String message, @Nullable ErrorCondition condition, @Nullable Throwable cause) {
        super(message, condition, cause);
    }
}
