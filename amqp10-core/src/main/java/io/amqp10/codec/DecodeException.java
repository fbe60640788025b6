package io.amqp10.codec;

import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;

/**
 * The octets are not what the specification allows, or exceed a limit of {@link DecodeLimits}. It is the only exception
 * that octets can cause. It has no stack trace: hostile input must stay cheap, and the message names the place.
 *
 * @see "AMQP 1.0 §2.8.15"
 */
public final class DecodeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Symbol condition;

    /**
     * Makes an exception with the condition {@code amqp:decode-error}.
     *
     * @param message what is wrong, with the type and the field
     */
    public DecodeException(String message) {
        this(AmqpError.DECODE_ERROR, message);
    }

    /**
     * Makes an exception.
     *
     * @param condition the condition to tell the peer
     * @param message what is wrong, with the type and the field
     */
    public DecodeException(Symbol condition, String message) {
        super(message, null, false, false);
        this.condition = condition;
    }

    static DecodeException invalidField(String message) {
        return new DecodeException(AmqpError.INVALID_FIELD, message);
    }

    /**
     * Returns the condition to tell the peer.
     *
     * @return {@code amqp:decode-error}, {@code amqp:invalid-field} or {@code amqp:resource-limit-exceeded}
     */
    public Symbol condition() {
        return condition;
    }

    /**
     * Returns the error to send to the peer.
     *
     * @return the condition, with this exception's message as the description
     */
    public ErrorCondition toErrorCondition() {
        return ErrorCondition.of(condition, getMessage());
    }
}
