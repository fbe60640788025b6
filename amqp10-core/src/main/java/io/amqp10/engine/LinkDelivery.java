package io.amqp10.engine;

import io.amqp10.types.Binary;
import io.amqp10.types.SequenceNumber;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.Outcome;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One delivery of a link, at either end. Only its two subclasses are for extension: the layer above extends them with what
 * it needs to know of a message, so that a message costs one object.
 *
 * @see "AMQP 1.0 §2.6.12"
 */
public abstract sealed class LinkDelivery permits OutgoingDelivery, IncomingDelivery {

    private static final int LONGEST_INLINE_TAG = Long.BYTES;

    /** The delivery's number in its session; of no meaning before it is sent or received. */
    int deliveryId;

    @Nullable
    DeliveryState localState;

    @Nullable
    DeliveryState remoteState;

    boolean locallySettled;
    boolean remotelySettled;

    /** Octets of the tag, -1 while there is none. Up to eight are in {@link #tagBits}, else all are in {@link #longTag}. */
    byte tagLength = -1;

    long tagBits;

    @Nullable
    Binary longTag;

    LinkDelivery() {}

    /**
     * Returns the delivery's number in its session. Of no meaning before it was sent or received.
     *
     * @return a {@code uint}
     */
    public final long deliveryId() {
        return SequenceNumber.toWire(deliveryId);
    }

    /**
     * Returns the state that we last gave to the delivery.
     *
     * @return the state, null if there is none
     */
    public final @Nullable DeliveryState localState() {
        return localState;
    }

    /**
     * Returns the state that the peer last gave to the delivery. A terminal one never changes.
     *
     * @return the state, null if there is none
     */
    public final @Nullable DeliveryState remoteState() {
        return remoteState;
    }

    /**
     * Tells whether the delivery is settled on our side: we will say nothing about it any more.
     *
     * @return whether it is
     */
    public final boolean locallySettled() {
        return locallySettled;
    }

    /**
     * Tells whether the peer has settled the delivery: it has forgotten it.
     *
     * @return whether it has
     */
    public final boolean remotelySettled() {
        return remotelySettled;
    }

    /** Returns the link that the delivery is or was on. */
    abstract @Nullable LinkEndpoint endpoint();

    /** Copies a tag of up to 32 octets. */
    final void tag(byte[] octets, int length) {
        tagLength = (byte) length;
        longTag = null;
        tagBits = 0;
        if (length > LONGEST_INLINE_TAG) {
            byte[] copy = new byte[length];
            System.arraycopy(octets, 0, copy, 0, length);
            longTag = Binary.wrap(copy);
            return;
        }
        for (int i = 0; i < length; i++) {
            tagBits = tagBits << 8 | octets[i] & 0xff;
        }
    }

    final void copyTagTo(byte[] octets) {
        if (longTag != null) {
            longTag.copyTo(octets, 0);
            return;
        }
        long bits = tagBits;
        for (int i = tagLength - 1; i >= 0; i--) {
            octets[i] = (byte) bits;
            bits >>>= 8;
        }
    }

    final boolean hasTag(byte[] octets, int length) {
        if (length != tagLength) {
            return false;
        }
        if (longTag != null) {
            for (int i = 0; i < length; i++) {
                if (longTag.get(i) != octets[i]) {
                    return false;
                }
            }
            return true;
        }
        long bits = 0;
        for (int i = 0; i < length; i++) {
            bits = bits << 8 | octets[i] & 0xff;
        }
        return bits == tagBits;
    }

    final boolean hasTagOf(LinkDelivery other) {
        return tagLength == other.tagLength && tagBits == other.tagBits && Objects.equals(longTag, other.longTag);
    }

    final int tagHash() {
        if (longTag != null) {
            return longTag.hashCode();
        }
        long mixed = (tagBits + tagLength) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (mixed >>> 32);
    }

    final @Nullable Binary tagOrNull() {
        if (tagLength < 0 || longTag != null) {
            return longTag;
        }
        byte[] octets = new byte[tagLength];
        copyTagTo(octets);
        return Binary.wrap(octets);
    }

    static boolean isTerminal(@Nullable DeliveryState state) {
        return state instanceof Outcome;
    }
}
