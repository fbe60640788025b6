package io.amqp10.engine;

import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.transport.Attach;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of a link that receives. Confined to the thread of its connection.
 *
 * @see "AMQP 1.0 §2.6"
 */
public final class ReceiverLink extends LinkEndpoint {

    ReceiverLink() {}

    /**
     * Accepts the link that the peer attached.
     *
     * @param answer our attach, with the target as it is; its name, role and handle are the engine's. Its max-message-size
     *     is enforced
     * @param listener hears of the link
     * @throws IllegalStateException if it is not the peer's to be accepted
     */
    public void accept(Attach answer, ReceiverLinkListener listener) {
        throw new UnsupportedOperationException();
    }

    /**
     * Lets the sender send more. Can be called before the link is attached; told with the next
     * {@link ConnectionEngine#flush}.
     *
     * @param deliveries how many more, 0 or more
     */
    public void addCredit(int deliveries) {
        throw new UnsupportedOperationException();
    }

    /**
     * Sets how many deliveries may come from now on. What the sender had sent before it heard of a lower number still
     * arrives.
     *
     * @param deliveries how many, from 0 to 2147483647
     */
    public void setCredit(int deliveries) {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns how many deliveries may still come.
     *
     * @return the credit, 0 or more
     */
    public int credit() {
        throw new UnsupportedOperationException();
    }

    /**
     * Asks the sender to send what it has at once and to give the rest of the credit back;
     * {@link ReceiverLinkListener#onDrained} tells when that is done.
     */
    public void drain() {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells whether a drain is under way.
     *
     * @return whether it is
     */
    public boolean isDraining() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns how many messages the sender said it had waiting, less those that came since.
     *
     * @return how many, 0 if it did not say
     */
    public long available() {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells the sender of a delivery's state, or settles it. Sent with the next {@link ConnectionEngine#flush}. A delivery
     * that is to be settled {@linkplain io.amqp10.types.ReceiverSettleMode#SECOND second} is settled when the sender has.
     *
     * @param delivery a delivery of this link
     * @param state its state, null to say nothing of it
     * @param settled whether to settle it
     * @return whether there is a peer to tell: false if either side has settled the delivery, or the link is closed or its
     *     session over
     */
    public boolean disposition(IncomingDelivery delivery, @Nullable DeliveryState state, boolean settled) {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the deliveries that arrived and are not settled, in the order they came. Goes through all of the session's.
     *
     * @return a new list
     */
    public List<IncomingDelivery> unsettled() {
        throw new UnsupportedOperationException();
    }
}
