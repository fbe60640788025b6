package io.amqp10.spring.listener;

import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a listener to have the message rejected at once: it is invalid and another try would not help. What the broker
 * does with it, such as moving it to a dead-letter address, is the broker's configuration.
 */
public class AmqpRejectException extends RuntimeException {

    private final transient ErrorCondition error;

    /**
     * Rejects for a reason.
     *
     * @param reason text for people, which the peer is told
     */
    public AmqpRejectException(String reason) {
        this(AmqpError.PRECONDITION_FAILED, reason, null);
    }

    /**
     * Rejects for a reason.
     *
     * @param reason text for people, which the peer is told
     * @param cause the cause, or null
     */
    public AmqpRejectException(String reason, @Nullable Throwable cause) {
        this(AmqpError.PRECONDITION_FAILED, reason, cause);
    }

    /**
     * Rejects with an error condition.
     *
     * @param condition the kind of error, which the peer is told
     * @param reason text for people, which the peer is told
     * @param cause the cause, or null
     */
    public AmqpRejectException(Symbol condition, String reason, @Nullable Throwable cause) {
        super(reason, cause);
        this.error = ErrorCondition.of(condition, reason);
    }

    /**
     * Returns what the peer is told.
     *
     * @return the error
     */
    public ErrorCondition error() {
        return error;
    }
}
