package io.amqp10;

import io.amqp10.types.ErrorCondition;
import org.jspecify.annotations.Nullable;

/**
 * The root of what this library throws while it runs. Its subclasses tell errors apart by what the caller can do; a wrong
 * argument is an {@link IllegalArgumentException} instead.
 */
public class Amqp10Exception extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable ErrorCondition condition;

    /**
     * Makes an exception.
     *
     * @param message what happened and what can be done
     * @param condition what the peer said, or null
     * @param cause the cause, or null
     */
    public Amqp10Exception(String message, @Nullable ErrorCondition condition, @Nullable Throwable cause) {
        super(message, cause);
        this.condition = condition;
    }

    /**
     * Makes an exception that no peer's words belong to.
     *
     * @param message what happened and what can be done
     * @param cause the cause, or null
     */
    public Amqp10Exception(String message, @Nullable Throwable cause) {
        this(message, null, cause);
    }

    /**
     * Returns the error condition that the peer sent or that was sent to it.
     *
     * @return the condition, null if none belongs to this error or the exception was serialized
     */
    public @Nullable ErrorCondition condition() {
        return condition;
    }
}
