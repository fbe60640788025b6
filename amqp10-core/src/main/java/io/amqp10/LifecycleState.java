package io.amqp10;

/** Where a connection, session or link stands. Once it is closing only closed follows. */
public enum LifecycleState {
    /** Asked for; the peer has not answered yet. */
    OPENING,
    /** In use. */
    OPEN,
    /** Lost and being restored; work is kept and goes on when it is open again. */
    RECOVERING,
    /** On its way to closed. */
    CLOSING,
    /** Over, by the application or by an error. */
    CLOSED
}
