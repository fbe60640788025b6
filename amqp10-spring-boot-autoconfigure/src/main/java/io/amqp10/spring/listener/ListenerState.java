package io.amqp10.spring.listener;

/** Where a listener stands. */
public enum ListenerState {
    /** It was not started, or was stopped. */
    STOPPED,
    /** Its link is open and has credit. */
    RUNNING,
    /** Its link is open and gets no credit until it is resumed. */
    PAUSED,
    /** Its link is being opened or restored, or waits for the connection. */
    RECOVERING,
    /**
     * The peer refuses the link or the credentials: somebody has to do something about it. It is tried again with growing
     * delays all the same.
     */
    FAILED
}
