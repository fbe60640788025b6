package io.amqp10.spring.listener;

import io.amqp10.Message;
import io.amqp10.SendOutcome;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends what listeners reply. */
public interface ReplySender {

    /**
     * Makes a message of what a listener returned.
     *
     * @param payload what it returned
     * @return the message
     */
    Message toMessage(@Nullable Object payload);

    /**
     * Sends a reply without waiting.
     *
     * @param address where to
     * @param reply the reply
     * @return completes with its outcome
     */
    CompletableFuture<SendOutcome> send(String address, Message reply);
}
