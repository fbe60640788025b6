package io.amqp10;

/**
 * Is told what a container does, to be counted. Called on I/O threads, on those that handlers run on, and on threads of the
 * application that are in a method of this library that waits, so it must return at once, never block and never throw.
 */
public interface MetricsCollector {

    /** Collects nothing. */
    MetricsCollector NONE = new MetricsCollector() {};

    /**
     * A connection changed its state.
     *
     * @param connection the connection
     * @param from the state before
     * @param to the state now
     */
    default void connectionState(Connection connection, LifecycleState from, LifecycleState to) {}

    /**
     * A link changed its state.
     *
     * @param link the link
     * @param from the state before
     * @param to the state now
     */
    default void linkState(Link link, LifecycleState from, LifecycleState to) {}

    /**
     * A message was written to the network, for the first time or again.
     *
     * @param sender the link
     * @param bytes the size of the encoded message
     */
    default void sent(Sender sender, long bytes) {}

    /**
     * A message that was sent has its outcome.
     *
     * @param sender the link
     * @param outcome the outcome
     * @param nanos time since {@link Sender#send} took the message
     */
    default void settled(Sender sender, SendOutcome.Status outcome, long nanos) {}

    /**
     * A message came.
     *
     * @param receiver the link
     * @param bytes the size of the encoded message
     */
    default void received(Receiver receiver, long bytes) {}

    /**
     * A message that came was given its outcome by the application.
     *
     * @param receiver the link
     * @param outcome the outcome
     * @param nanos time since the message came
     */
    default void handled(Receiver receiver, SendOutcome.Status outcome, long nanos) {}

    /**
     * Tells whether the times of {@link #settled} and {@link #handled} are wanted; they cost a look at the clock each.
     *
     * @return whether to measure them; they are 0 otherwise
     */
    default boolean wantsTimes() {
        return false;
    }
}
