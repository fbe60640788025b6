package io.amqp10.management;

import io.amqp10.Message;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a management node is asked to do.
 *
 * <p>Immutable: each method that sets something returns a changed copy.
 */
public final class ManagementRequest implements Cloneable {

    private final @Nullable String subject;
    private final @Nullable String to;

    private Map<String, @Nullable Object> properties;
    private @Nullable Object body;

    private ManagementRequest(@Nullable String subject, @Nullable String to, Map<String, @Nullable Object> properties) {
        this.subject = subject;
        this.to = to;
        this.properties = properties;
    }

    /**
     * Starts a request by operation and type, which stand in the application properties {@code operation} and
     * {@code type}.
     *
     * @param operation such as {@code READ}
     * @param type the type of the entity that it is about
     * @return the request, without a body
     * @see "AMQP Management 1.0, working draft 11"
     */
    public static ManagementRequest operation(String operation, String type) {
        return new ManagementRequest(null, null, Map.of())
                .property("operation", operation)
                .property("type", type);
    }

    /**
     * Starts a request in the manner of HTTP: the method is the subject, the path stands in {@code to}.
     *
     * @param method such as {@code GET}
     * @param path such as {@code /queues/q1}, with its segments percent-encoded
     * @return the request, without a body
     * @see "HTTP Semantics over AMQP 1.0, working draft 6"
     */
    public static ManagementRequest http(String method, String path) {
        return new ManagementRequest(method, path, Map.of());
    }

    /**
     * Sets an application property, such as the {@code name} of an entity.
     *
     * @param name its name
     * @param value its value, of a simple AMQP type
     * @return a changed copy
     */
    public ManagementRequest property(String name, @Nullable Object value) {
        Map<String, @Nullable Object> changed = new LinkedHashMap<>(properties);
        changed.put(name, value);
        ManagementRequest copy = copy();
        copy.properties = Collections.unmodifiableMap(changed);
        return copy;
    }

    /**
     * Sets the body.
     *
     * @param value goes as an amqp-value section; null is the default
     * @return a changed copy
     */
    public ManagementRequest body(@Nullable Object value) {
        ManagementRequest copy = copy();
        copy.body = value;
        return copy;
    }

    Message toMessage() {
        return Message.builder()
                .subject(subject)
                .to(to)
                .applicationProperties(properties)
                .valueBody(body)
                .build();
    }

    /** Returns what is asked for, without the body, which may hold a secret. */
    @Override
    public String toString() {
        if (subject != null) {
            return subject + " " + to;
        }
        Object name = properties.get("name");
        return properties.get("operation") + " " + properties.get("type") + (name == null ? "" : " " + name);
    }

    private ManagementRequest copy() {
        try {
            return (ManagementRequest) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("this class is cloneable", e);
        }
    }
}
