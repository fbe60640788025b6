package io.amqp10.management;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An exchange of RabbitMQ to be declared.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class ExchangeDeclaration implements Cloneable {

    /** Routes a message to the queues that are bound with its routing key. */
    public static final String DIRECT = "direct";

    /** Routes a message to all queues that are bound. */
    public static final String FANOUT = "fanout";

    /** Routes a message by a pattern of its routing key. */
    public static final String TOPIC = "topic";

    /** Routes a message by its properties. */
    public static final String HEADERS = "headers";

    private final String name;
    private final String type;

    private boolean durable = true;
    private boolean autoDelete;
    private boolean internal;
    private Map<String, @Nullable Object> arguments = Map.of();

    private ExchangeDeclaration(String name, String type) {
        this.name = name;
        this.type = type;
    }

    /**
     * Starts with a durable exchange.
     *
     * @param name its name, not empty
     * @param type {@link #DIRECT}, {@link #FANOUT}, {@link #TOPIC}, {@link #HEADERS}, or what a plugin brings
     * @return the declaration
     */
    public static ExchangeDeclaration of(String name, String type) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the name of the exchange must not be empty");
        }
        return new ExchangeDeclaration(name, type);
    }

    /**
     * Returns the exchange's name.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Returns the exchange's type.
     *
     * @return the type
     */
    public String type() {
        return type;
    }

    /**
     * Sets whether the exchange survives a restart of the broker.
     *
     * @param value the value, by default true
     * @return a changed copy
     */
    public ExchangeDeclaration durable(boolean value) {
        ExchangeDeclaration copy = copy();
        copy.durable = value;
        return copy;
    }

    /**
     * Sets whether the exchange is deleted when its last binding is gone.
     *
     * @param value the value, by default false
     * @return a changed copy
     */
    public ExchangeDeclaration autoDelete(boolean value) {
        ExchangeDeclaration copy = copy();
        copy.autoDelete = value;
        return copy;
    }

    /**
     * Sets whether only other exchanges may send to it.
     *
     * @param value the value, by default false
     * @return a changed copy
     */
    public ExchangeDeclaration internal(boolean value) {
        ExchangeDeclaration copy = copy();
        copy.internal = value;
        return copy;
    }

    /**
     * Sets an argument, such as {@code alternate-exchange}.
     *
     * @param key its name
     * @param value its value, of an AMQP type
     * @return a changed copy
     */
    public ExchangeDeclaration argument(String key, @Nullable Object value) {
        Map<String, @Nullable Object> changed = new LinkedHashMap<>(arguments);
        changed.put(key, value);
        ExchangeDeclaration copy = copy();
        copy.arguments = Collections.unmodifiableMap(changed);
        return copy;
    }

    Map<String, Object> toBody() {
        return Map.of(
                "type",
                type,
                "durable",
                durable,
                "auto_delete",
                autoDelete,
                "internal",
                internal,
                "arguments",
                arguments);
    }

    @Override
    public String toString() {
        return "ExchangeDeclaration[" + name + " " + toBody() + "]";
    }

    private ExchangeDeclaration copy() {
        try {
            return (ExchangeDeclaration) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("this class is cloneable", e);
        }
    }
}
