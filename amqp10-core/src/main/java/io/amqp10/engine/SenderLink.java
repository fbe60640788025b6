package io.amqp10.engine;

import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.transport.Attach;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of a link that sends. Confined to the thread of its connection.
 *
 * @see "AMQP 1.0 §2.6"
 */
public final class SenderLink extends LinkEndpoint {

    SenderLink() {}

    /**
     * Accepts the link that the peer attached.
     *
     * @param answer our attach, with the source as it is; its name, role and handle are the engine's
     * @param listener hears of the link
     * @throws IllegalStateException if it is not the peer's to be accepted
     */
    public void accept(Attach answer, SenderLinkListener listener) {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells whether a delivery can be sent now: the link is attached, has credit, no earlier delivery is incomplete, the
     * session's window and the transport are open, and not too many deliveries are unsettled.
     *
     * @return whether {@link #send} may be called
     */
    public boolean canSend() {
        throw new UnsupportedOperationException();
    }

    /**
     * Sends a delivery, in as many frames as the peer's max-frame-size asks for; those that the session's window or the
     * transport do not let out now follow when they do.
     *
     * @param delivery the delivery; see {@link OutgoingDelivery} for who owns its payload
     * @throws IllegalStateException if {@link #canSend()} is false
     * @throws IllegalArgumentException if the payload is larger than {@link #maxMessageSize()}, or the delivery is to be
     *     settled though the link's sender settles none; nothing was sent then
     */
    public void send(OutgoingDelivery delivery) {
        throw new UnsupportedOperationException();
    }

    /**
     * Gives the next part of a delivery that is not complete.
     *
     * @param delivery the delivery, all of whose former parts have gone out
     * @param payload the next octets, whose ownership goes to the delivery
     * @param last whether the delivery is complete with them
     * @throws IllegalStateException if the delivery is not the one in progress, or a former part has not gone out; the
     *     payload is not taken then
     * @throws IllegalArgumentException if it would be larger than {@link #maxMessageSize()}; the payload is not taken then
     */
    public void append(OutgoingDelivery delivery, ByteBuf payload, boolean last) {
        throw new UnsupportedOperationException();
    }

    /**
     * Gives up the delivery in progress, whose last frame has not gone out. It is settled on both sides without an outcome,
     * and has used up a credit.
     *
     * @param delivery the delivery
     * @return whether it could be given up; if not, it has been sent in full or is not on this link
     */
    public boolean abort(OutgoingDelivery delivery) {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells the receiver of a delivery's state, or that it is settled. Sent with the next {@link ConnectionEngine#flush}.
     *
     * @param delivery a delivery of this link
     * @param state its state, null to say nothing of it
     * @param settled whether to settle it
     * @return whether there is a peer to tell: false if the delivery is settled, or the link closed or its session over
     */
    public boolean disposition(OutgoingDelivery delivery, @Nullable DeliveryState state, boolean settled) {
        throw new UnsupportedOperationException();
    }

    /**
     * Settles a delivery with the state that the receiver gave it.
     *
     * @param delivery a delivery of this link
     * @return as {@link #disposition} does
     */
    public boolean settle(OutgoingDelivery delivery) {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns how many more deliveries the receiver allows.
     *
     * @return the credit, 0 or more
     */
    public long credit() {
        throw new UnsupportedOperationException();
    }

    /**
     * Tells whether the receiver waits for {@link #drained()}.
     *
     * @return whether it does
     */
    public boolean isDraining() {
        throw new UnsupportedOperationException();
    }

    /**
     * Says how many messages wait here for credit; told to the receiver with the next flow.
     *
     * @param available how many, 0 or more
     */
    public void offered(int available) {
        throw new UnsupportedOperationException();
    }

    /**
     * Says that there is nothing more to send, and gives the credit back. Does nothing unless the receiver asked to drain.
     */
    public void drained() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the largest message that the receiver takes.
     *
     * @return octets as an unsigned long, 0 for no limit
     */
    public long maxMessageSize() {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the deliveries that were sent and are not settled, in the order they were sent. Goes through all of the
     * session's.
     *
     * @return a new list
     */
    public List<OutgoingDelivery> unsettled() {
        throw new UnsupportedOperationException();
    }

    /**
     * Sets the number that the next made-up tag is made of, so that a link which takes the place of another one goes on
     * where that stopped.
     *
     * @param number a number that no unsettled tag was made of
     */
    public void nextTag(long number) {
        throw new UnsupportedOperationException();
    }

    /**
     * Returns the number that the next made-up tag is made of.
     *
     * @return the number, from 0
     */
    public long nextTag() {
        throw new UnsupportedOperationException();
    }

    @Nullable OutgoingDelivery current() {
        return null;
    }
}
