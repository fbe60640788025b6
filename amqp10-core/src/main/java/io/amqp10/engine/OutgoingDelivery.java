package io.amqp10.engine;

import io.amqp10.types.Binary;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * A delivery that we send; extended by the layer above with what it needs to know of the message. Fill it, give it to
 * {@link SenderLink#send}, and do not change it while it is on a link.
 *
 * <p><b>Payload.</b> The delivery owns it. The engine moves its indexes while it reads and back afterwards, and releases it,
 * through {@link #releasePayload()}, as soon as it is no longer needed: when the delivery is settled by either side, or
 * aborted, or for one that is settled on our side when its last frame has gone out. If the link, session or connection stops
 * before, a delivery that is not settled on our side still has its payload and its tag, so that it can be sent again on another
 * link; its owner releases it otherwise.
 */
public abstract non-sealed class OutgoingDelivery extends LinkDelivery {

    @Nullable
    SenderLink link;

    /** The payload, or a part of it, unless it is in {@link #octets}. */
    ByteBuf payload = Unpooled.EMPTY_BUFFER;

    /** A payload that is small enough for an array: a buffer around it would be a third of its costs. */
    byte @Nullable [] octets;

    /** Octets of the payload or of this part of it that have gone out. */
    int sentBytes;

    int messageFormat;

    @Nullable
    ReceiverSettleMode rcvSettleMode;

    /** No further part of the payload will be appended. */
    boolean complete = true;

    /** It was begun with a part of its payload. */
    boolean inParts;

    /** A first frame has gone out on the present link. */
    boolean started;

    boolean aborted;

    /** The last frame has gone out on the present link. */
    boolean finished;

    /** Makes an empty, unsettled delivery of message format 0. */
    protected OutgoingDelivery() {}

    /**
     * Sets the payload, and with it that the delivery is complete.
     *
     * @param value the encoded message, whose ownership goes to this delivery; a former payload is released
     */
    public final void payload(ByteBuf value) {
        releasePayload();
        payload = value;
        complete = true;
    }

    /**
     * Sets the payload, and with it that the delivery is complete.
     *
     * @param value the encoded message, which must not be changed any more; a former payload is released
     */
    public final void payload(byte[] value) {
        releasePayload();
        octets = value;
        complete = true;
    }

    /**
     * Sets the first part of a payload of which more will be {@linkplain SenderLink#append appended}.
     *
     * @param value the first octets of the encoded message, whose ownership goes to this delivery
     */
    public final void firstPartOfPayload(ByteBuf value) {
        payload(value);
        complete = false;
        inParts = true;
    }

    /**
     * Returns the payload, or the part of it that was given last.
     *
     * @return the payload, still owned by this delivery; empty if it was released
     */
    public final ByteBuf payload() {
        byte[] array = octets;
        return array == null ? payload : Unpooled.wrappedBuffer(array);
    }

    /**
     * Returns the size of the payload, or of the part of it that was given last.
     *
     * @return octets, 0 if it was released
     */
    public final int payloadSize() {
        byte[] array = octets;
        return array == null ? payload.readableBytes() : array.length;
    }

    /** Releases the payload if there is one. */
    public final void releasePayload() {
        ByteBuf old = payload;
        payload = Unpooled.EMPTY_BUFFER;
        octets = null;
        sentBytes = 0;
        old.release();
    }

    /**
     * Sets the tag, which must be unique among those that either end of the link may still hold unsettled. Without one the
     * link makes one up when the delivery is sent; it stays with the delivery when it is sent again.
     *
     * @param value at most 32 octets, null to have one made up
     * @throws IllegalArgumentException if it is longer
     */
    public final void deliveryTag(@Nullable Binary value) {
        if (value == null) {
            tagLength = -1;
            longTag = null;
            return;
        }
        if (value.length() > Transfer.MAX_TAG_LENGTH) {
            throw new IllegalArgumentException("a delivery-tag is at most 32 octets long, not " + value.length());
        }
        tag(value.toByteArray(), value.length());
    }

    /**
     * Returns the tag.
     *
     * @return the tag, null if none was set or made up yet
     */
    public @Nullable Binary deliveryTag() {
        return tagOrNull();
    }

    /**
     * Sets the message format.
     *
     * @param value a {@code uint}; 0, the standard's format, by default
     */
    public final void messageFormat(long value) {
        messageFormat = (int) value;
    }

    /**
     * Returns the message format.
     *
     * @return a {@code uint}
     */
    public long messageFormat() {
        return Integer.toUnsignedLong(messageFormat);
    }

    /**
     * Sets whether the delivery is sent settled. On a link whose sender settles everything it always is.
     *
     * @param value whether it is
     */
    public final void settled(boolean value) {
        locallySettled = value;
    }

    /**
     * Sets the state to send the delivery with, a transactional one for example.
     *
     * @param value the state or null
     */
    public final void localState(@Nullable DeliveryState value) {
        localState = value;
    }

    /**
     * Sets how the receiver is to settle this delivery.
     *
     * @param value the mode; null, as by default, for the link's
     */
    public final void rcvSettleMode(@Nullable ReceiverSettleMode value) {
        rcvSettleMode = value;
    }

    /**
     * Returns the link that the delivery was last sent on.
     *
     * @return the link, null before it was sent
     */
    public final @Nullable SenderLink link() {
        return link;
    }

    /**
     * Tells whether all frames of the delivery have gone out on its present link.
     *
     * @return whether they have
     */
    public final boolean isSent() {
        return finished && !aborted;
    }

    final int unsentBytes() {
        return payloadSize() - sentBytes;
    }

    /** Replaces a part that has gone out. */
    final void nextPart(ByteBuf part, boolean last) {
        releasePayload();
        payload = part;
        complete = last;
    }

    /** Forgets what happened on an earlier link. */
    final void restart(SenderLink onLink) {
        link = onLink;
        remoteState = null;
        remotelySettled = false;
        sentBytes = 0;
        started = false;
        aborted = false;
        finished = false;
    }

    @Override
    final @Nullable LinkEndpoint endpoint() {
        return link;
    }
}
