package io.amqp10.management;

import io.amqp10.types.AmqpArray;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.UnsignedLong;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What RabbitMQ tells about a queue.
 *
 * @param name its name
 * @param virtualHost the virtual host that it is in
 * @param type its type as the broker calls it, such as {@code quorum}
 * @param durable whether it survives a restart
 * @param exclusive whether only one connection may use it
 * @param autoDelete whether it is deleted when its last receiver is gone
 * @param arguments its arguments by name
 * @param leader the node that leads it, null if it is not told
 * @param replicas the nodes that hold it
 * @param messageCount how many messages are ready to be delivered
 * @param consumerCount how many receivers it has
 */
public record QueueInfo(
        String name,
        String virtualHost,
        String type,
        boolean durable,
        boolean exclusive,
        boolean autoDelete,
        Map<String, @Nullable Object> arguments,
        @Nullable String leader,
        List<String> replicas,
        long messageCount,
        long consumerCount) {

    /**
     * Copies what can be changed.
     *
     * @param name the name
     * @param virtualHost the virtual host
     * @param type the type
     * @param durable whether it is durable
     * @param exclusive whether it is exclusive
     * @param autoDelete whether it deletes itself
     * @param arguments the arguments
     * @param leader the leader, or null
     * @param replicas the replicas
     * @param messageCount the messages
     * @param consumerCount the receivers
     */
    public QueueInfo {
        arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
        replicas = List.copyOf(replicas);
    }

    static QueueInfo of(Map<?, ?> body) {
        Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
        if (body.get("arguments") instanceof Map<?, ?> told) {
            told.forEach((key, value) -> arguments.put(String.valueOf(key), value));
        }
        Object leader = body.get("leader");
        return new QueueInfo(
                text(body, "name"),
                text(body, "vhost"),
                text(body, "type"),
                Boolean.TRUE.equals(body.get("durable")),
                Boolean.TRUE.equals(body.get("exclusive")),
                Boolean.TRUE.equals(body.get("auto_delete")),
                arguments,
                leader == null ? null : leader.toString(),
                texts(body.get("replicas")),
                number(body.get("message_count")),
                number(body.get("consumer_count")));
    }

    private static String text(Map<?, ?> body, String key) {
        Object value = body.get(key);
        return value == null ? "" : value.toString();
    }

    private static List<String> texts(@Nullable Object value) {
        List<String> texts = new ArrayList<>();
        List<?> several =
                value instanceof AmqpArray array ? array.asList() : value instanceof List<?> list ? list : List.of();
        several.forEach(one -> texts.add(String.valueOf(one)));
        return texts;
    }

    static long number(@Nullable Object value) {
        if (value instanceof UnsignedLong number) {
            return number.bits();
        }
        if (value instanceof UnsignedInteger number) {
            return Long.parseLong(number.toString());
        }
        return value instanceof Number number ? number.longValue() : 0;
    }
}
