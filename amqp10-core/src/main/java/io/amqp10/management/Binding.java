package io.amqp10.management;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What leads messages from an exchange of RabbitMQ to a queue or to another exchange.
 *
 * @param source the exchange's name
 * @param destination the name of the queue or exchange
 * @param toQueue whether the destination is a queue
 * @param key the routing key, or the pattern of one
 * @param arguments the arguments by name, of AMQP types
 */
public record Binding(
        String source, String destination, boolean toQueue, String key, Map<String, @Nullable Object> arguments) {

    /**
     * Copies the arguments.
     *
     * @param source the exchange
     * @param destination the queue or exchange
     * @param toQueue which of them
     * @param key the key
     * @param arguments the arguments
     */
    public Binding {
        arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    }

    /**
     * Makes a binding to a queue.
     *
     * @param exchange the source's name
     * @param queue the queue's name
     * @param key the routing key
     * @return the binding
     */
    public static Binding toQueue(String exchange, String queue, String key) {
        return new Binding(exchange, queue, true, key, Map.of());
    }

    /**
     * Makes a binding to an exchange.
     *
     * @param exchange the source's name
     * @param destination the other exchange's name
     * @param key the routing key
     * @return the binding
     */
    public static Binding toExchange(String exchange, String destination, String key) {
        return new Binding(exchange, destination, false, key, Map.of());
    }

    /**
     * Sets the arguments.
     *
     * @param value the arguments by name, of AMQP types
     * @return a changed copy
     */
    public Binding arguments(Map<String, ? extends @Nullable Object> value) {
        return new Binding(source, destination, toQueue, key, new LinkedHashMap<>(value));
    }

    private String destinationKind() {
        return toQueue ? "destination_queue" : "destination_exchange";
    }

    Map<String, Object> toBody() {
        return Map.of("source", source, destinationKind(), destination, "binding_key", key, "arguments", arguments);
    }

    /** The path that names the binding if it has no arguments. */
    String path() {
        return "/bindings/src=" + RabbitMqAddress.encode(source) + ";" + (toQueue ? "dstq=" : "dste=")
                + RabbitMqAddress.encode(destination) + ";key=" + RabbitMqAddress.encode(key) + ";args=";
    }

    /** The path that lists the bindings between the same ends with the same key. */
    String query() {
        return "/bindings?src=" + RabbitMqAddress.encode(source) + "&" + (toQueue ? "dstq=" : "dste=")
                + RabbitMqAddress.encode(destination) + "&key=" + RabbitMqAddress.encode(key);
    }
}
