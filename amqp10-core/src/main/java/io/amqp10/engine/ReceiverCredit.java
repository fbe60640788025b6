package io.amqp10.engine;

import io.amqp10.types.SequenceNumber;

/**
 * The delivery-count and credit of a link's receiver.
 *
 * @see "AMQP 1.0 §2.6.7"
 */
final class ReceiverCredit {

    private int count;
    private int credit;

    /** The furthest delivery-count that the sender was ever allowed to reach. It may use that until it hears otherwise. */
    private int limit;

    /** Takes the sender's first delivery-count. */
    void attach(long initialCount) {
        count = SequenceNumber.fromWire(initialCount);
        limit = count;
    }

    void add(int deliveries) {
        credit = (int) Math.min(Integer.MAX_VALUE, (long) credit + deliveries);
    }

    void set(int deliveries) {
        credit = deliveries;
    }

    /** Returns the credit for a flow that goes out now. */
    int announce() {
        int announced = count + credit;
        if (SequenceNumber.isBefore(limit, announced)) {
            limit = announced;
        }
        return credit;
    }

    /**
     * Counts a delivery that begins.
     *
     * @return whether the sender had credit for it, or may not know yet that it has none
     */
    boolean deliveryStarted() {
        if (isExhausted()) {
            return false;
        }
        count++;
        credit = Math.max(0, credit - 1);
        return true;
    }

    /**
     * Takes the sender's delivery-count.
     *
     * @return whether it can be true: false if it goes back, or beyond what the sender was allowed
     */
    boolean update(long senderCount) {
        int next = SequenceNumber.fromWire(senderCount);
        int advance = SequenceNumber.distance(count, next);
        if (advance < 0 || SequenceNumber.isBefore(limit, next)) {
            return false;
        }
        count = next;
        credit = Math.max(0, credit - advance);
        return true;
    }

    /** Notes that the sender knows of the present credit and has used it up. */
    void drained() {
        limit = count;
    }

    /** Tells whether the sender may not send any more by anything it was told. */
    boolean isExhausted() {
        return count == limit;
    }

    int credit() {
        return credit;
    }

    long count() {
        return SequenceNumber.toWire(count);
    }
}
