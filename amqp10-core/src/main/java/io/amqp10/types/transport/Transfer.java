package io.amqp10.types.transport;

import io.amqp10.types.Binary;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.DeliveryState;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Transfers a message, or a part of one, over a link.
 *
 * <p>Mutable, not safe for more than one thread, and reused: who wants to keep a value copies it.
 *
 * @see "AMQP 1.0 §2.7.5"
 */
public final class Transfer implements Performative {

    private long handle = 0;
    private long deliveryId = UnsignedInteger.ABSENT;
    private long messageFormat = UnsignedInteger.ABSENT;
    private @Nullable Boolean settled;
    private boolean more;
    private @Nullable ReceiverSettleMode rcvSettleMode;
    private @Nullable DeliveryState state;
    private boolean resume;
    private boolean aborted;
    private boolean batchable;

    /** Makes a transfer with every field absent or at its default. */
    public Transfer() {}

    /**
     * Puts every field back to absent or its default.
     *
     * @return this
     */
    public Transfer reset() {
        handle = 0;
        deliveryId = UnsignedInteger.ABSENT;
        messageFormat = UnsignedInteger.ABSENT;
        settled = null;
        more = false;
        tagLength = -1;
        return resetSeldomFields();
    }

    /**
     * Puts the fields behind {@code more}, which few transfers have, back to absent or their default.
     *
     * @return this
     */
    public Transfer resetSeldomFields() {
        rcvSettleMode = null;
        state = null;
        resume = false;
        aborted = false;
        batchable = false;
        return this;
    }

    /**
     * Returns the sender's handle of the link, a {@code uint}.
     *
     * @return the value
     */
    public long handle() {
        return handle;
    }

    /**
     * Sets the sender's handle of the link, a {@code uint}.
     *
     * @param value the value
     * @return this
     */
    public Transfer handle(long value) {
        handle = value;
        return this;
    }

    /**
     * Returns the delivery's number in its session, a {@code uint}, or {@link UnsignedInteger#ABSENT}.
     *
     * @return the value
     */
    public long deliveryId() {
        return deliveryId;
    }

    /**
     * Sets the delivery's number in its session, a {@code uint}, or {@link UnsignedInteger#ABSENT}.
     *
     * @param value the value
     * @return this
     */
    public Transfer deliveryId(long value) {
        deliveryId = value;
        return this;
    }

    /**
     * Returns the message format, a {@code uint}, or {@link UnsignedInteger#ABSENT}.
     *
     * @return the value
     */
    public long messageFormat() {
        return messageFormat;
    }

    /**
     * Sets the message format, a {@code uint}, or {@link UnsignedInteger#ABSENT}.
     *
     * @param value the value
     * @return this
     */
    public Transfer messageFormat(long value) {
        messageFormat = value;
        return this;
    }

    /**
     * Returns whether the sender has settled the delivery, null if the field is absent.
     *
     * @return the value
     */
    public @Nullable Boolean settled() {
        return settled;
    }

    /**
     * Sets whether the sender has settled the delivery, null if the field is absent.
     *
     * @param value the value
     * @return this
     */
    public Transfer settled(@Nullable Boolean value) {
        settled = value;
        return this;
    }

    /**
     * Returns whether more frames of the delivery follow.
     *
     * @return the value
     */
    public boolean more() {
        return more;
    }

    /**
     * Sets whether more frames of the delivery follow.
     *
     * @param value the value
     * @return this
     */
    public Transfer more(boolean value) {
        more = value;
        return this;
    }

    /**
     * Returns how the receiver is to settle this delivery, null for the link's way.
     *
     * @return the value
     */
    public @Nullable ReceiverSettleMode rcvSettleMode() {
        return rcvSettleMode;
    }

    /**
     * Sets how the receiver is to settle this delivery, null for the link's way.
     *
     * @param value the value
     * @return this
     */
    public Transfer rcvSettleMode(@Nullable ReceiverSettleMode value) {
        rcvSettleMode = value;
        return this;
    }

    /**
     * Returns the delivery's state at the sender.
     *
     * @return the value
     */
    public @Nullable DeliveryState state() {
        return state;
    }

    /**
     * Sets the delivery's state at the sender.
     *
     * @param value the value
     * @return this
     */
    public Transfer state(@Nullable DeliveryState value) {
        state = value;
        return this;
    }

    /**
     * Returns whether this resumes a delivery of an earlier attachment.
     *
     * @return the value
     */
    public boolean resume() {
        return resume;
    }

    /**
     * Sets whether this resumes a delivery of an earlier attachment.
     *
     * @param value the value
     * @return this
     */
    public Transfer resume(boolean value) {
        resume = value;
        return this;
    }

    /**
     * Returns whether the sender gives the delivery up; all that came of it is discarded.
     *
     * @return the value
     */
    public boolean aborted() {
        return aborted;
    }

    /**
     * Sets whether the sender gives the delivery up; all that came of it is discarded.
     *
     * @param value the value
     * @return this
     */
    public Transfer aborted(boolean value) {
        aborted = value;
        return this;
    }

    /**
     * Returns whether the sender does not need the answer at once.
     *
     * @return the value
     */
    public boolean batchable() {
        return batchable;
    }

    /**
     * Sets whether the sender does not need the answer at once.
     *
     * @param value the value
     * @return this
     */
    public Transfer batchable(boolean value) {
        batchable = value;
        return this;
    }

    /** The longest delivery-tag, in octets. */
    public static final int MAX_TAG_LENGTH = 32;

    private final byte[] tag = new byte[MAX_TAG_LENGTH];
    private int tagLength = -1;

    /**
     * Tells whether the delivery-tag is present.
     *
     * @return whether it is
     */
    public boolean hasDeliveryTag() {
        return tagLength >= 0;
    }

    /**
     * Returns the length of the delivery-tag.
     *
     * @return octets, from 0 to 32, or -1 if it is absent
     */
    public int deliveryTagLength() {
        return tagLength;
    }

    /**
     * Returns the array that holds the delivery-tag in its first {@link #deliveryTagLength()} octets. A reader must not
     * change it; a decoder fills it before it calls {@link #deliveryTagLength(int)}.
     *
     * @return the array itself, of 32 octets
     */
    public byte[] deliveryTagBytes() {
        return tag;
    }

    /**
     * Sets the length of the delivery-tag.
     *
     * @param length octets, from 0 to 32, or -1 for absent
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public Transfer deliveryTagLength(int length) {
        if (length < -1 || length > MAX_TAG_LENGTH) {
            throw new IllegalArgumentException("a delivery-tag is at most 32 octets long, not " + length);
        }
        tagLength = length;
        return this;
    }

    /**
     * Sets the delivery-tag.
     *
     * @param value the tag of at most 32 octets, null for absent
     * @return this
     * @throws IllegalArgumentException if it is longer
     */
    public Transfer deliveryTag(@Nullable Binary value) {
        if (value == null) {
            return deliveryTagLength(-1);
        }
        deliveryTagLength(value.length());
        value.copyTo(tag, 0);
        return this;
    }

    /**
     * Returns a copy of the delivery-tag.
     *
     * @return the tag, null if absent
     */
    public @Nullable Binary deliveryTag() {
        return tagLength < 0 ? null : Binary.wrap(Arrays.copyOf(tag, tagLength));
    }

    @Override
    public <P> void dispatch(PerformativeHandler<P> handler, int channel, P payload) {
        handler.onTransfer(channel, this, payload);
    }

    @Override
    public String toString() {
        return "Transfer[deliveryTag=" + deliveryTag() + ", " + "handle=" + handle + ", " + "deliveryId=" + deliveryId
                + ", " + "messageFormat=" + messageFormat + ", " + "settled=" + settled + ", " + "more=" + more + ", "
                + "rcvSettleMode=" + rcvSettleMode + ", " + "state=" + state + ", " + "resume=" + resume + ", "
                + "aborted=" + aborted + ", " + "batchable=" + batchable + "]";
    }
}
