package io.amqp10;

import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Released;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a message that was sent.
 *
 * @param status which outcome
 * @param error the peer's words if it rejected the message, or null
 * @param undeliverableHere whether a modified message must not come to this link again
 * @param annotations what the peer of a modified message wants merged into its annotations
 * @see "AMQP 1.0 §3.4"
 */
public record SendOutcome(
        Status status,
        @Nullable ErrorCondition error,
        boolean undeliverableHere,
        Map<Symbol, @Nullable Object> annotations) {

    /** The peer accepted the message. */
    public static final SendOutcome ACCEPTED = new SendOutcome(Status.ACCEPTED, null, false, Map.of());

    /** The peer released the message. */
    public static final SendOutcome RELEASED = new SendOutcome(Status.RELEASED, null, false, Map.of());

    /** The message was sent settled, so nobody tells. */
    public static final SendOutcome UNCONFIRMED = new SendOutcome(Status.UNCONFIRMED, null, false, Map.of());

    /** The kinds of outcome. */
    public enum Status {
        /** The peer has taken responsibility for the message. */
        ACCEPTED,
        /** The message is invalid in the peer's eyes; it is not to be sent again as it is. */
        REJECTED,
        /** The peer did not take the message, which may be sent again or elsewhere. */
        RELEASED,
        /** The peer failed with the message, which may be sent again with changes or elsewhere. */
        MODIFIED,
        /** The message was sent at most once, without confirmation: it was written to the network. */
        UNCONFIRMED
    }

    /**
     * Returns the outcome of a state that ends a delivery.
     *
     * @param outcome the peer's outcome
     * @return the same for applications
     * @throws IllegalArgumentException if it is none of the four outcomes of messages
     */
    public static SendOutcome of(Outcome outcome) {
        if (outcome instanceof Accepted) {
            return ACCEPTED;
        }
        if (outcome instanceof Released) {
            return RELEASED;
        }
        if (outcome instanceof Rejected rejected) {
            return new SendOutcome(Status.REJECTED, rejected.error(), false, Map.of());
        }
        if (outcome instanceof Modified modified) {
            return new SendOutcome(Status.MODIFIED, null, modified.undeliverableHere(), modified.messageAnnotations());
        }
        throw new IllegalArgumentException("no outcome of a message: " + outcome);
    }

    /**
     * Tells whether the peer accepted the message.
     *
     * @return whether the status is {@link Status#ACCEPTED}
     */
    public boolean isAccepted() {
        return status == Status.ACCEPTED;
    }

    /**
     * Insists that the message was not refused.
     *
     * @return this, accepted or unconfirmed
     * @throws DeliveryFailedException if the message was rejected, released or modified, with the peer's words
     */
    public SendOutcome orThrow() {
        return switch (status) {
            case ACCEPTED, UNCONFIRMED -> this;
            case REJECTED, RELEASED, MODIFIED ->
                throw new DeliveryFailedException("the peer did not accept the message: " + this, error, null);
        };
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(status.name().toLowerCase(java.util.Locale.ROOT));
        if (error != null) {
            text.append(' ').append(error.condition());
            if (error.description() != null) {
                text.append(": ").append(error.description());
            }
        }
        return text.toString();
    }
}
