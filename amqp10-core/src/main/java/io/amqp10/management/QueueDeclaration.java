package io.amqp10.management;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A queue of RabbitMQ to be declared.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class QueueDeclaration implements Cloneable {

    /** The kinds of queue that RabbitMQ brings along. */
    public enum Type {
        /** Not replicated; may be exclusive and deleted by itself. */
        CLASSIC,
        /** Replicated, always durable. */
        QUORUM,
        /** A log that keeps what was read, always durable. */
        STREAM
    }

    private final String name;

    private boolean durable = true;
    private boolean exclusive;
    private boolean autoDelete;
    private Map<String, @Nullable Object> arguments = Map.of();

    private QueueDeclaration(String name) {
        this.name = name;
    }

    /**
     * Starts with a durable queue of the virtual host's default type.
     *
     * @param name its name, not empty
     * @return the declaration
     */
    public static QueueDeclaration of(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the name of the queue must not be empty");
        }
        return new QueueDeclaration(name);
    }

    /**
     * Returns the queue's name.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Returns whether the queue survives a restart of the broker.
     *
     * @return the value
     */
    public boolean durable() {
        return durable;
    }

    /**
     * Sets whether the queue survives a restart of the broker.
     *
     * @param value the value, by default true
     * @return a changed copy
     */
    public QueueDeclaration durable(boolean value) {
        QueueDeclaration copy = copy();
        copy.durable = value;
        return copy;
    }

    /**
     * Returns whether only this connection may use the queue, which is deleted with it.
     *
     * @return the value
     */
    public boolean exclusive() {
        return exclusive;
    }

    /**
     * Sets whether only this connection may use the queue, which is deleted with it.
     *
     * @param value the value, by default false
     * @return a changed copy
     */
    public QueueDeclaration exclusive(boolean value) {
        QueueDeclaration copy = copy();
        copy.exclusive = value;
        return copy;
    }

    /**
     * Returns whether the queue is deleted when its last receiver is gone.
     *
     * @return the value
     */
    public boolean autoDelete() {
        return autoDelete;
    }

    /**
     * Sets whether the queue is deleted when its last receiver is gone.
     *
     * @param value the value, by default false
     * @return a changed copy
     */
    public QueueDeclaration autoDelete(boolean value) {
        QueueDeclaration copy = copy();
        copy.autoDelete = value;
        return copy;
    }

    /**
     * Returns the queue's arguments.
     *
     * @return the arguments by name
     */
    public Map<String, @Nullable Object> arguments() {
        return arguments;
    }

    /**
     * Sets the type, which is the argument {@code x-queue-type}.
     *
     * @param value the type
     * @return a changed copy
     */
    public QueueDeclaration type(Type value) {
        return argument("x-queue-type", value.name().toLowerCase(Locale.ROOT));
    }

    /**
     * Sets an argument, such as {@code x-max-length}.
     *
     * @param key its name
     * @param value its value, of an AMQP type
     * @return a changed copy
     */
    public QueueDeclaration argument(String key, @Nullable Object value) {
        Map<String, @Nullable Object> changed = new LinkedHashMap<>(arguments);
        changed.put(key, value);
        QueueDeclaration copy = copy();
        copy.arguments = Collections.unmodifiableMap(changed);
        return copy;
    }

    Map<String, Object> toBody() {
        return Map.of("durable", durable, "exclusive", exclusive, "auto_delete", autoDelete, "arguments", arguments);
    }

    @Override
    public String toString() {
        return "QueueDeclaration[" + name + " " + toBody() + "]";
    }

    private QueueDeclaration copy() {
        try {
            return (QueueDeclaration) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("this class is cloneable", e);
        }
    }
}
