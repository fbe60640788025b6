package io.amqp10.transport;

import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The road of one connection, from the exchange of AMQP protocol headers on: it hands frames to its engine and carries the
 * engine's frames away. Its methods are safe for any thread.
 *
 * <p>A peer that ends its stream without TLS and without a close before is answered what it has asked for, for some
 * seconds at most; then the engine is told.
 *
 * <p>When the engine is closed, the transport writes what is left and closes itself. When the connection breaks, it tells
 * the engine with a {@link TransportException}, or with null if the peer simply ended the stream.
 */
public interface Transport {

    /**
     * Returns who the peer is and how it is connected.
     *
     * @return the facts
     */
    TransportInfo info();

    /**
     * Has a command carried out on the event loop, where it may use the engine. Commands are carried out in the order in
     * which they are submitted, many of them for one wake-up of the loop and one write to the socket; also after the
     * connection has broken. A command that throws breaks the connection with {@code amqp:internal-error}.
     *
     * @param command what to do; must not block
     * @return whether it will be carried out: false if the event loop has been shut down
     */
    boolean submit(Runnable command);

    /**
     * Carries a command out now, as one that was {@linkplain #submit submitted}. Must be called on the event loop; what the
     * engine says is written with the next {@link #flush}.
     *
     * @param command what to do; must not block
     */
    void carryOut(Runnable command);

    /**
     * Returns the event loop that this lives on.
     *
     * @return the loop
     */
    EventLoop loop();

    /**
     * Writes what the engine has said, after its owner has used it on the event loop by another way than a command. Must be
     * called on the event loop; within a command or an engine's callback it does nothing, since what follows those writes.
     */
    void flush();

    /**
     * Tells whether the caller is on the event loop.
     *
     * @return whether it is
     */
    boolean inEventLoop();

    /** Writes what the engine has said so far, ends the stream, and closes it when the peer has ended its own, or soon. */
    void close();

    /**
     * Closes the connection at once.
     *
     * @param cause what to tell the engine
     */
    void abort(@Nullable Throwable cause);

    /**
     * Returns what completes, on the event loop, when the connection is closed and the engine knows.
     *
     * @return a future that never fails
     */
    CompletableFuture<Void> closed();
}
