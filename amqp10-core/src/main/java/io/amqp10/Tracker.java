package io.amqp10;

import io.amqp10.types.Binary;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Follows a message that was sent to its outcome. It survives reconnecting: a message that is unsettled then is sent again,
 * unless it was sent in a {@link Transaction}: then the outcome is the one that a commit gives it.
 *
 * @see "AMQP 1.0 §2.6.12"
 */
public interface Tracker {

    /**
     * Returns the sender.
     *
     * @return the link that the message was sent on
     */
    Sender sender();

    /**
     * Returns the message.
     *
     * @return what was sent
     */
    Message message();

    /**
     * Returns the delivery-tag.
     *
     * @return the tag, null before the message was first written
     */
    @Nullable
    Binary deliveryTag();

    /**
     * Returns the outcome if it is known.
     *
     * @return the outcome or null
     */
    @Nullable
    SendOutcome outcome();

    /**
     * Returns a future of the outcome.
     *
     * @return completes on a thread that handlers run on, with the outcome, or with the {@link Amqp10Exception} that ended
     *     the link before there was one: then it is not known whether the peer has the message
     */
    CompletableFuture<SendOutcome> settlement();

    /**
     * Waits for the outcome, as long as the sender's send time-out.
     *
     * @return the outcome, whichever it is; {@link SendOutcome#orThrow} insists on accepted
     * @throws TimedOutException if there is none within the time; the message is still on its way
     * @throws Amqp10Exception if the link ended before; it is not known whether the peer has the message
     */
    SendOutcome await();

    /**
     * Waits for the outcome.
     *
     * @param timeout at most how long
     * @return the outcome, whichever it is; {@link SendOutcome#orThrow} insists on accepted
     * @throws TimedOutException if there is none within the time; the message is still on its way
     * @throws Amqp10Exception if the link ended before; it is not known whether the peer has the message
     */
    SendOutcome await(Duration timeout);
}
