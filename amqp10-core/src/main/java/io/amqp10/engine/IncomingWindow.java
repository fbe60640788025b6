package io.amqp10.engine;

import io.amqp10.types.SequenceNumber;

/**
 * How many transfer frames the peer may still send on a session.
 *
 * @see "AMQP 1.0 §2.5.6"
 */
final class IncomingWindow {

    private int size;

    private int nextId;

    /** What the peer may send by what it was told last; negative if it sent more. */
    private int remaining;

    /** What the peer may send beyond {@link #remaining}, because it may not have heard yet that the window shrank. */
    private int grace;

    /** Frames that arrived and still take their place. */
    private int held;

    IncomingWindow(int size) {
        this.size = size;
        remaining = size;
    }

    /** Takes the next-outgoing-id of the peer's begin. */
    void begin(long nextOutgoingId) {
        nextId = SequenceNumber.fromWire(nextOutgoingId);
    }

    /**
     * Counts a transfer frame.
     *
     * @return whether it was inside the window
     */
    boolean frameReceived() {
        nextId++;
        if (remaining <= 0 && grace > 0) {
            grace--;
            return true;
        }
        return remaining-- > 0;
    }

    /** Makes the window smaller; the peer hears of it with the next flow. */
    void limit(int frames) {
        size = Math.min(size, frames);
    }

    /**
     * Takes the peer's flow.
     *
     * @return whether the flow can be true: false if the peer takes back what it has sent
     */
    boolean update(long nextOutgoingId) {
        int next = SequenceNumber.fromWire(nextOutgoingId);
        if (SequenceNumber.isBefore(next, nextId)) {
            return false;
        }
        nextId = next;
        return true;
    }

    void hold() {
        held++;
    }

    void release(int frames) {
        held = Math.max(0, held - frames);
    }

    /** Tells whether half of what can be announced is used up, so that it is time for a flow. */
    boolean isDue() {
        int room = Math.max(0, size - held);
        return remaining < room && remaining <= room / 2;
    }

    /** Returns the incoming-window for a flow that goes out now. */
    long announce() {
        int before = Math.max(0, remaining) + grace;
        remaining = Math.max(0, size - held);
        grace = Math.max(0, before - remaining);
        return remaining;
    }

    int remaining() {
        return remaining;
    }

    long nextId() {
        return SequenceNumber.toWire(nextId);
    }
}
