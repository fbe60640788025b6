package io.amqp10;

import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message that came, and the means to say what became of it. The first outcome counts; later ones are ignored, as is an
 * outcome after the connection broke: the peer then delivers the message again.
 *
 * @see "AMQP 1.0 §2.6.12"
 */
public interface Delivery {

    /**
     * Returns the receiver.
     *
     * @return the link that the message came on
     */
    Receiver receiver();

    /**
     * Returns the connection.
     *
     * @return the connection that the message came on
     */
    default Connection connection() {
        return receiver().connection();
    }

    /**
     * Returns the message, whose sections are decoded when they are first read.
     *
     * @return the message
     */
    Message message();

    /**
     * Returns the delivery-tag.
     *
     * @return the tag
     */
    Binary deliveryTag();

    /**
     * Returns the message format.
     *
     * @return a {@code uint}, 0 for AMQP messages
     */
    long messageFormat();

    /**
     * Tells whether the delivery is settled on this side, or was sent settled.
     *
     * @return whether nothing more can be said about it
     */
    boolean isSettled();

    /** Accepts the message and settles the delivery. */
    void accept();

    /**
     * Rejects the message as invalid and settles the delivery.
     *
     * @param error why, or null
     * @throws IllegalArgumentException if its info holds a value without AMQP type
     */
    void reject(@Nullable ErrorCondition error);

    /**
     * Rejects the message as invalid and settles the delivery.
     *
     * @param condition the kind of error
     * @param description text for people, or null
     */
    default void reject(Symbol condition, @Nullable String description) {
        reject(ErrorCondition.of(condition, description));
    }

    /** Gives the message back unprocessed and settles the delivery. */
    void release();

    /**
     * Gives the message back and settles the delivery.
     *
     * @param deliveryFailed whether this counts as a failed delivery
     * @param undeliverableHere whether the message must not come to this link again
     */
    default void modify(boolean deliveryFailed, boolean undeliverableHere) {
        modify(deliveryFailed, undeliverableHere, Map.of());
    }

    /**
     * Gives the message back with changed annotations and settles the delivery.
     *
     * @param deliveryFailed whether this counts as a failed delivery
     * @param undeliverableHere whether the message must not come to this link again
     * @param annotations what to merge into the message's annotations
     * @throws IllegalArgumentException if they hold a value without AMQP type
     */
    void modify(boolean deliveryFailed, boolean undeliverableHere, Map<Symbol, @Nullable Object> annotations);
}
