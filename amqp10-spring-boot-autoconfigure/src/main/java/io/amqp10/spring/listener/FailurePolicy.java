package io.amqp10.spring.listener;

import io.amqp10.Delivery;

/** Decides what becomes of a delivery that a listener failed with. Must be safe for any thread. */
@FunctionalInterface
public interface FailurePolicy {

    /**
     * Decides.
     *
     * @param delivery the delivery
     * @param failures how many deliveries of this message have failed, this one included: by the message's delivery-count,
     *     or, where the peer does not count, as far as this container remembers by message-id or, without one, by content
     * @param failure what the listener, or the conversion of its arguments, threw
     * @return the verdict; to try a message again whose sections are malformed is to reject it, as nobody can count it
     */
    Verdict decide(Delivery delivery, long failures, Throwable failure);
}
