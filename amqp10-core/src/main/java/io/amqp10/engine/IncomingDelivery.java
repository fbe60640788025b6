package io.amqp10.engine;

import io.amqp10.types.Binary;
import io.amqp10.types.ReceiverSettleMode;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A delivery that we receive; made by {@link ReceiverLinkListener#newDelivery} and extended there with what the layer above
 * needs to know of the message.
 */
public abstract non-sealed class IncomingDelivery extends LinkDelivery {

    private static final byte[] NO_PAYLOAD = {};
    private static final Binary NO_TAG = Binary.wrap(NO_PAYLOAD);

    @Nullable
    ReceiverLink link;

    /** The next one in the same bucket of the link's {@link TagTable}. */
    @Nullable
    IncomingDelivery nextByTag;

    private byte[] payload = NO_PAYLOAD;
    private byte[] payloadRest = NO_PAYLOAD;
    int messageFormat;

    /** We are to settle only after the sender has: the mode {@code second}. */
    boolean settledSecond;

    /** We want to settle as soon as the sender has. */
    boolean settleAfterSender;

    /** Makes an object that the engine fills. */
    protected IncomingDelivery() {}

    /**
     * Tells whether the payload goes to {@link ReceiverLinkListener#onPayload} frame by frame rather than into this object.
     * Asked once for each delivery, when it begins.
     *
     * @return false unless overridden
     */
    protected boolean streams() {
        return false;
    }

    /**
     * Tells how much of the payload goes into {@link #payload()}; the rest goes into an array of its own, which the layer above
     * may hand to the application. Asked once, when all of it is there.
     *
     * @param octets the payload, between its indices
     * @return how many octets, all of them unless overridden
     */
    protected int splitPayloadAt(ByteBuf octets) {
        return octets.readableBytes();
    }

    /** Copies the payload, all of which is there. */
    final void payload(ByteBuf octets) {
        int split = splitPayloadAt(octets);
        payload = copy(octets, 0, split);
        payloadRest = copy(octets, split, octets.readableBytes() - split);
    }

    private static byte[] copy(ByteBuf octets, int from, int length) {
        if (length == 0) {
            return NO_PAYLOAD;
        }
        int start = octets.readerIndex() + from;
        if (octets.hasArray()) {
            // Does not fill the array with zeros first.
            int index = octets.arrayOffset() + start;
            return Arrays.copyOfRange(octets.array(), index, index + length);
        }
        byte[] copy = new byte[length];
        octets.getBytes(start, copy);
        return copy;
    }

    /**
     * Returns the encoded message, or the octets before {@link #payloadRest()}: heap memory of exactly its size that belongs to
     * this delivery.
     *
     * @return the array itself; empty before all of it has arrived, and always for a streaming delivery
     */
    public final byte[] payload() {
        return payload;
    }

    /**
     * Returns the octets of the encoded message from {@linkplain #splitPayloadAt where it was split}.
     *
     * @return the array itself; empty if it was not split
     */
    public final byte[] payloadRest() {
        return payloadRest;
    }

    /**
     * Returns the size of the encoded message.
     *
     * @return octets; 0 before all of it has arrived
     */
    public final int payloadSize() {
        return payload.length + payloadRest.length;
    }

    /**
     * Returns the tag, which the sender chose.
     *
     * @return at most 32 octets
     */
    public Binary deliveryTag() {
        Binary tag = tagOrNull();
        return tag == null ? NO_TAG : tag;
    }

    /**
     * Returns the message format.
     *
     * @return a {@code uint}; 0 is the standard's
     */
    public long messageFormat() {
        return Integer.toUnsignedLong(messageFormat);
    }

    /**
     * Returns how we are to settle this delivery: the link's way unless the sender asked for {@code first}.
     *
     * @return the mode
     */
    public final ReceiverSettleMode rcvSettleMode() {
        return settledSecond ? ReceiverSettleMode.SECOND : ReceiverSettleMode.FIRST;
    }

    /**
     * Returns the link that the delivery came on.
     *
     * @return the link, null before the engine has filled this object
     */
    public final @Nullable ReceiverLink link() {
        return link;
    }

    @Override
    final @Nullable LinkEndpoint endpoint() {
        return link;
    }
}
