package io.amqp10;

import io.amqp10.types.ErrorCondition;
import org.jspecify.annotations.Nullable;

/**
 * It is not known whether a transaction was committed: the connection broke, or the time was over, after commit was sent and
 * before its outcome came. Doing its work again may do it twice, so that only the application can decide.
 */
public class TransactionInDoubtException extends Amqp10Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message what happened and what can be done
     * @param condition what the peer said, or null
     * @param cause the cause, or null
     */
    public TransactionInDoubtException(String message, @Nullable ErrorCondition condition, @Nullable Throwable cause) {
        super(message, condition, cause);
    }
}
