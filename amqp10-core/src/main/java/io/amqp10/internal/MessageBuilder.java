package io.amqp10.internal;

import io.amqp10.Message;

/** Builds messages. Public only for {@link Message}, which is in another package. */
public final class MessageBuilder {

    private MessageBuilder() {}

    /**
     * Starts a message.
     *
     * @return a builder
     */
    public static Message.Builder create() {
        throw new UnsupportedOperationException();
    }
}
