package io.amqp10.engine;

import io.amqp10.types.SequenceNumber;
import io.amqp10.types.UnsignedInteger;

/**
 * How many transfer frames we may still send on a session: the peer's incoming window as we know it.
 *
 * @see "AMQP 1.0 §2.5.6"
 */
final class OutgoingWindow {

    /**
     * The outgoing-window that we announce. We hold nothing that would bound it, and the largest distance of serial numbers
     * keeps a peer that counts it down from stopping us.
     */
    static final long ANNOUNCED = Integer.MAX_VALUE;

    private final int initialId;
    private int nextId;
    private long remaining;

    OutgoingWindow(long firstId) {
        initialId = SequenceNumber.fromWire(firstId);
        nextId = initialId;
    }

    /** Takes the incoming-window of the peer's begin. */
    void begin(long incomingWindow) {
        remaining = incomingWindow;
    }

    /**
     * Takes the peer's flow.
     *
     * @param nextIncomingId what the peer expects next, {@link UnsignedInteger#ABSENT} if it had not seen our begin yet
     * @return whether the flow can be true: false if the peer expects what we have not sent
     */
    boolean update(long nextIncomingId, long incomingWindow) {
        int expected = initialId;
        if (nextIncomingId != UnsignedInteger.ABSENT) {
            expected = SequenceNumber.fromWire(nextIncomingId);
            if (SequenceNumber.isBefore(nextId, expected)) {
                return false;
            }
        }
        remaining = Math.max(0, incomingWindow + SequenceNumber.distance(nextId, expected));
        return true;
    }

    boolean isOpen() {
        return remaining > 0;
    }

    void frameSent() {
        nextId++;
        remaining--;
    }

    long remaining() {
        return remaining;
    }

    long nextId() {
        return SequenceNumber.toWire(nextId);
    }
}
