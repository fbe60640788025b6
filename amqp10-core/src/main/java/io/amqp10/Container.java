package io.amqp10;

import io.amqp10.internal.Containers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * The start of everything: connects to other containers, listens for them, and runs timers. A container owns its threads,
 * which are daemons: I/O threads, and those that call handlers.
 *
 * @see "AMQP 1.0 §2.1"
 */
public interface Container extends AutoCloseable {

    /**
     * Makes a container with a random id.
     *
     * @return the container, started
     */
    static Container create() {
        return create(UUID.randomUUID().toString());
    }

    /**
     * Makes a container.
     *
     * @param id the container-id, unique among the containers that its peers see
     * @return the container, started
     */
    static Container create(String id) {
        return create(ContainerOptions.of(id));
    }

    /**
     * Makes a container with a handler for all events that no connection's or link's handler takes. Its
     * {@link MessagingHandler#onStart} is called next.
     *
     * @param id the container-id, unique among the containers that its peers see
     * @param handler the handler
     * @return the container, started
     */
    static Container create(String id, MessagingHandler handler) {
        return create(ContainerOptions.of(id).handler(handler));
    }

    /**
     * Makes a container.
     *
     * @param options how
     * @return the container, started
     */
    static Container create(ContainerOptions options) {
        return Containers.create(options);
    }

    /**
     * Returns the container-id.
     *
     * @return the id that peers see
     */
    String id();

    /**
     * Connects; see {@link #connect(ConnectionOptions)}.
     *
     * @param uri such as {@code amqp://user:password@host:5672}, {@code amqps://host}, or {@code host:port}
     * @return the connection, opening
     * @throws IllegalArgumentException if the URI is malformed
     */
    default Connection connect(String uri) {
        return connect(ConnectionOptions.of(uri));
    }

    /**
     * Connects, with a handler for the connection and its links; see {@link #connect(ConnectionOptions)}.
     *
     * @param uri such as {@code amqp://user:password@host:5672}, {@code amqps://host}, or {@code host:port}
     * @param handler the handler
     * @return the connection, opening
     * @throws IllegalArgumentException if the URI is malformed
     */
    default Connection connect(String uri, MessagingHandler handler) {
        return connect(ConnectionOptions.of(uri).handler(handler));
    }

    /**
     * Starts to connect and returns at once; {@link Connection#awaitOpen} waits. Links may be opened and messages sent
     * before the connection is open. Unless switched off, a connection that cannot be made or breaks is tried again, over
     * all hosts, until it is closed.
     *
     * @param options where to and how
     * @return the connection, opening
     * @throws ClosedException if this container is closed
     * @throws IllegalArgumentException if a map of the options holds a value without AMQP type; or if container-id, hostname,
     *     capabilities and properties together do not fit into an open of 512 octets, which is all that may be sent before
     *     the peer has said how much it takes: the message names the largest of them
     * @see "AMQP 1.0 §2.4.1"
     */
    Connection connect(ConnectionOptions options);

    /**
     * Listens for connections; see {@link #listen(ListenOptions)}.
     *
     * @param uri such as {@code amqp://localhost:5672}, {@code amqp://0.0.0.0:5672} or {@code host:port}; port 0 takes a
     *     free one
     * @return the listener, bound
     */
    default Listener listen(String uri) {
        return listen(ListenOptions.of(uri));
    }

    /**
     * Listens for connections, with a handler for them and their links; see {@link #listen(ListenOptions)}.
     *
     * @param uri such as {@code amqp://localhost:5672}; port 0 takes a free one
     * @param handler the handler
     * @return the listener, bound
     */
    default Listener listen(String uri, MessagingHandler handler) {
        return listen(ListenOptions.of(uri).handler(handler));
    }

    /**
     * Listens for connections and returns when the port is bound.
     *
     * @param options where and how
     * @return the listener, bound
     * @throws ConnectionLostException if the address cannot be bound
     * @throws ClosedException if this container is closed
     * @throws IllegalArgumentException as {@link #connect(ConnectionOptions)}
     */
    Listener listen(ListenOptions options);

    /**
     * Runs a task once, given to the executor that runs handlers. It waits for no handler and for no other task, and several
     * that are due run at the same time if the executor has threads for them; it may wait.
     *
     * @param delay after how long, not negative
     * @param task what to run
     * @return a handle to cancel it
     * @throws ClosedException if this container is closed
     */
    Timer schedule(Duration delay, Runnable task);

    /**
     * Calls {@link MessagingHandler#onTimer} of a handler once. Such calls and that of {@link MessagingHandler#onStart} come
     * one after another.
     *
     * @param delay after how long, not negative
     * @param handler whom to call
     * @return a handle to cancel it
     * @throws ClosedException if this container is closed
     */
    default Timer schedule(Duration delay, MessagingHandler handler) {
        return schedule(delay, () -> handler.onTimer(this));
    }

    /**
     * Returns the connections that are not closed, those that peers made included.
     *
     * @return a snapshot
     */
    List<Connection> connections();

    /**
     * Waits until no connection and no listener is left, or the container has been closed. Must not be called by a handler.
     *
     * @throws Amqp10Exception if the thread is interrupted; its interrupt flag stays set
     */
    void run();

    /**
     * Closes listeners, connections and threads, and waits for them for at most the close time-out of each connection.
     * Called by a handler of one of its connections, it returns at once, and all that closes when the handler has returned.
     * Called again, does nothing.
     */
    @Override
    void close();

    /** A task that waits for its time. */
    interface Timer {

        /**
         * Cancels the task unless it has begun.
         *
         * @return whether the task will not run
         */
        boolean cancel();
    }
}
