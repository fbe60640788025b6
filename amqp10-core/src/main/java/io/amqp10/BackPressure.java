package io.amqp10;

/** What {@link Sender#send} does when the peer grants no credit and the sender's queue is full. */
public enum BackPressure {
    /** Waits for room, at most for the send time-out. The default. */
    WAIT,
    /** Throws {@link NoCreditException} at once. */
    REFUSE
}
