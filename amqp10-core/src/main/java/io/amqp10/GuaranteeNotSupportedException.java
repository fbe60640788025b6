package io.amqp10;

import io.amqp10.types.ErrorCondition;
import org.jspecify.annotations.Nullable;

/** The peer did not grant the delivery guarantee that was asked for. */
public class GuaranteeNotSupportedException extends Amqp10Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message what happened and what can be done
     * @param condition what the peer said, or null
     * @param cause the cause, or null
     */
    public GuaranteeNotSupportedException(
            String message, @Nullable ErrorCondition condition, @Nullable Throwable cause) {
        super(message, condition, cause);
    }
}
