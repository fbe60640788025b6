package io.amqp10.engine;

import io.amqp10.types.SequenceNumber;
import io.amqp10.types.UnsignedInteger;

/**
 * The delivery-count and credit of a link's sender.
 *
 * @see "AMQP 1.0 §2.6.7"
 */
final class SenderCredit {

    private final int initialCount;
    private int count;
    private long credit;

    SenderCredit(long initialCount) {
        this.initialCount = SequenceNumber.fromWire(initialCount);
        count = this.initialCount;
    }

    /**
     * Takes the receiver's flow. Only the sender may advance the delivery-count on its own, so one ahead of ours counts as ours.
     *
     * @param receiverCount the delivery-count that the receiver knows, {@link UnsignedInteger#ABSENT} if it knows none yet
     * @param linkCredit the credit that counts from there
     */
    void grant(long receiverCount, long linkCredit) {
        int from = receiverCount == UnsignedInteger.ABSENT ? initialCount : SequenceNumber.fromWire(receiverCount);
        credit = Math.max(0, linkCredit + Math.min(0, SequenceNumber.distance(count, from)));
    }

    void deliveryStarted() {
        count++;
        credit--;
    }

    /** Gives all credit back. */
    void drain() {
        count += (int) credit;
        credit = 0;
    }

    long credit() {
        return credit;
    }

    long count() {
        return SequenceNumber.toWire(count);
    }
}
