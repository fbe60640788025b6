package io.amqp10;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Container} works.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class ContainerOptions implements Cloneable {

    /** The default number of I/O threads: one for each two processors, at least one. */
    public static final int DEFAULT_IO_THREADS =
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private final String id;

    private @Nullable MessagingHandler handler;
    private int ioThreads = DEFAULT_IO_THREADS;
    private @Nullable Executor executor;
    private MetricsCollector metrics = MetricsCollector.NONE;

    private ContainerOptions(String id) {
        this.id = id;
    }

    /**
     * Starts with every option at its default.
     *
     * @param id the container-id, unique among the containers that its peers see, not empty
     * @return the options
     * @throws IllegalArgumentException if it is empty
     */
    public static ContainerOptions of(String id) {
        if (id.isEmpty()) {
            throw new IllegalArgumentException("the container-id must not be empty");
        }
        return new ContainerOptions(id);
    }

    /**
     * Returns the container-id.
     *
     * @return the id
     */
    public String id() {
        return id;
    }

    /**
     * Returns the handler for events that no nearer one takes, null for none.
     *
     * @return the value
     */
    public @Nullable MessagingHandler handler() {
        return handler;
    }

    /**
     * Sets the handler for events that no nearer one takes, null for none.
     *
     * @param value the value
     * @return a changed copy
     */
    public ContainerOptions handler(@Nullable MessagingHandler value) {
        ContainerOptions copy = copy();
        copy.handler = value;
        return copy;
    }

    /**
     * Returns the number of I/O threads.
     *
     * @return the value
     */
    public int ioThreads() {
        return ioThreads;
    }

    /**
     * Sets the number of I/O threads.
     * Each connection stays on one of them; from 1 to 1024.
     *
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public ContainerOptions ioThreads(int value) {
        Checks.range("ioThreads", value, 1, 1024);
        ContainerOptions copy = copy();
        copy.ioThreads = value;
        return copy;
    }

    /**
     * Returns where handlers run, null for daemon threads of the container's own.
     *
     * @return the value
     */
    public @Nullable Executor executor() {
        return executor;
    }

    /**
     * Sets where handlers run, null for daemon threads of the container's own.
     * The application keeps the ownership of an executor that it gives. Its tasks may wait, so it needs threads for each
     * connection and each link with an executor of its own that shall work at the same time.
     *
     * @param value the value
     * @return a changed copy
     */
    public ContainerOptions executor(@Nullable Executor value) {
        ContainerOptions copy = copy();
        copy.executor = value;
        return copy;
    }

    /**
     * Returns who is told of what happens.
     *
     * @return the value
     */
    public MetricsCollector metrics() {
        return metrics;
    }

    /**
     * Sets who is told of what happens.
     *
     * @param value the value
     * @return a changed copy
     */
    public ContainerOptions metrics(MetricsCollector value) {
        ContainerOptions copy = copy();
        copy.metrics = value;
        return copy;
    }

    private ContainerOptions copy() {
        try {
            return (ContainerOptions) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("this class is cloneable", e);
        }
    }
}
