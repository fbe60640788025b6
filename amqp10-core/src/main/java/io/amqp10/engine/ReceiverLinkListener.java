package io.amqp10.engine;

import io.amqp10.types.transport.Attach;
import io.netty.buffer.ByteBuf;

/**
 * Hears what happens to a link on which we receive. Called on the engine's thread; it may call any method of the engine.
 */
public interface ReceiverLinkListener {

    /**
     * The peer answered our attach with a source of its own. An answer that is about to be refused (it has no source) is
     * not reported here; {@link #onDetached} follows. Not called for a link that the peer attached.
     *
     * @param link the link
     * @param attach the peer's answer
     */
    void onAttached(ReceiverLink link, Attach attach);

    /**
     * Makes the object for a delivery that begins to arrive.
     *
     * @param link the link
     * @return a new object
     */
    IncomingDelivery newDelivery(ReceiverLink link);

    /**
     * A delivery has arrived in full.
     *
     * @param link the link
     * @param delivery the delivery with its payload; of a {@linkplain IncomingDelivery#streams() streaming} one the payload
     *     went to {@link #onPayload} before
     */
    void onDelivery(ReceiverLink link, IncomingDelivery delivery);

    /**
     * A frame's payload of a streaming delivery arrived.
     *
     * @param link the link
     * @param delivery the delivery
     * @param payload the octets; the caller keeps its ownership, so who wants to keep it retains it
     * @return true if the frame is dealt with; false to count it against the session's incoming window until
     *     {@link SessionEngine#framesConsumed} is told
     */
    default boolean onPayload(ReceiverLink link, IncomingDelivery delivery, ByteBuf payload) {
        return true;
    }

    /**
     * The sender gave up a delivery that had not arrived in full. It is settled, needs no disposition, and has used up one
     * credit.
     *
     * @param link the link
     * @param delivery the delivery
     */
    default void onAborted(ReceiverLink link, IncomingDelivery delivery) {}

    /**
     * The sender resumes a delivery that we know nothing of: what comes of it is ignored, and it has used up one credit.
     *
     * @param link the link
     * @see "AMQP 1.0 §2.6.13"
     */
    default void onIgnored(ReceiverLink link) {}

    /**
     * The sender changed the state of a delivery, or settled it. If it settled the delivery, nothing more needs to be sent
     * for it.
     *
     * @param link the link
     * @param delivery what {@link IncomingDelivery#remoteState()} and {@link IncomingDelivery#remotelySettled()} are of
     */
    void onDisposition(ReceiverLink link, IncomingDelivery delivery);

    /**
     * The sender sent its flow state for the link: {@link ReceiverLink#credit()} and {@link ReceiverLink#available()} may
     * have changed.
     *
     * @param link the link
     */
    default void onFlow(ReceiverLink link) {}

    /**
     * A {@linkplain ReceiverLink#drain() drain} is complete: no credit is left, and nothing comes until there is new one.
     *
     * @param link the link
     */
    void onDrained(ReceiverLink link);

    /**
     * The link is over, and this is its last event but for dispositions: of a link that was detached and not closed,
     * deliveries still change state while the session lasts. A delivery that had not arrived in full is dropped. A detach
     * of ours is reported when the peer has answered it, one with an error or of the peer's at once.
     *
     * @param link the link
     * @param reason why
     * @param closed whether the link was closed for good rather than detached; false if its session or connection stopped
     */
    void onDetached(ReceiverLink link, StopReason reason, boolean closed);
}
