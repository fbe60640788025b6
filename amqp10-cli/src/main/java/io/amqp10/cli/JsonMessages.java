package io.amqp10.cli;

import io.amqp10.Message;
import io.amqp10.types.AmqpType;
import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedByte;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.AmqpSequence;
import io.amqp10.types.messaging.AmqpValue;
import io.amqp10.types.messaging.Data;
import io.amqp10.types.messaging.Header;
import io.amqp10.types.messaging.Properties;
import io.amqp10.types.messaging.Section;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Messages as JSON objects, which keep all their sections. Where the octets of the bare message are not those that we would
 * write, they come along as {@code octets}, so that the message stays the same to the bit.
 */
final class JsonMessages {

    private static final String[] HEADER = {"durable", "priority", "ttl", "first-acquirer", "delivery-count"};
    private static final String[] PROPERTIES = {
        "message-id",
        "user-id",
        "to",
        "subject",
        "reply-to",
        "correlation-id",
        "content-type",
        "content-encoding",
        "absolute-expiry-time",
        "creation-time",
        "group-id",
        "group-sequence",
        "reply-to-group-id"
    };
    private static final String[] MESSAGE = {
        "delivery",
        "header",
        "delivery-annotations",
        "message-annotations",
        "properties",
        "application-properties",
        "body",
        "footer",
        "octets"
    };

    private JsonMessages() {}

    // --- to JSON

    /** Returns a message as a JSON object, for {@link JsonText#write}. */
    static Map<String, @Nullable Object> toJson(Message message) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        Header header = message.header();
        if (header != null) {
            json.put("header", header(header));
        }
        putAnnotations(json, "delivery-annotations", message.deliveryAnnotations());
        putAnnotations(json, "message-annotations", message.messageAnnotations());
        Properties properties = message.properties();
        if (properties != null) {
            json.put("properties", properties(properties));
        }
        if (!message.applicationProperties().isEmpty()) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            message.applicationProperties().forEach((name, value) -> values.put(name, JsonValues.toJson(value)));
            json.put("application-properties", values);
        }
        Object body = body(message.bodySections());
        if (body != null) {
            json.put("body", body);
        }
        putAnnotations(json, "footer", message.footer());
        byte[] octets = bare(message).encode();
        if (!Arrays.equals(octets, bare(values(json)).encode())) {
            json.put("octets", Base64.getEncoder().encodeToString(octets));
        }
        return json;
    }

    private static Map<String, @Nullable Object> header(Header header) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("durable", header.durable());
        json.put("priority", number(header.priority()));
        if (header.ttlMillis() != UnsignedInteger.ABSENT) {
            json.put("ttl", number(header.ttlMillis()));
        }
        json.put("first-acquirer", header.firstAcquirer());
        json.put("delivery-count", number(header.deliveryCount()));
        return json;
    }

    private static JsonNumber number(long value) {
        return new JsonNumber(Long.toString(value));
    }

    private static void putAnnotations(
            Map<String, @Nullable Object> json, String name, Map<Object, @Nullable Object> entries) {
        if (entries.isEmpty()) {
            return;
        }
        if (!entries.keySet().stream().allMatch(Symbol.class::isInstance)) {
            json.put(name, JsonValues.map(entries));
            return;
        }
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        entries.forEach((key, value) -> object.put(key.toString(), JsonValues.toJson(value)));
        json.put(name, object);
    }

    private static Map<String, @Nullable Object> properties(Properties properties) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        put(json, "message-id", JsonValues.toJson(properties.messageId()));
        put(json, "user-id", properties.userId() == null ? null : Literals.show(properties.userId()));
        put(json, "to", properties.to());
        put(json, "subject", properties.subject());
        put(json, "reply-to", properties.replyTo());
        put(json, "correlation-id", JsonValues.toJson(properties.correlationId()));
        put(json, "content-type", text(properties.contentType()));
        put(json, "content-encoding", text(properties.contentEncoding()));
        put(json, "absolute-expiry-time", time(properties.absoluteExpiryTime()));
        put(json, "creation-time", time(properties.creationTime()));
        put(json, "group-id", properties.groupId());
        if (properties.groupSequence() != UnsignedInteger.ABSENT) {
            json.put("group-sequence", number(properties.groupSequence()));
        }
        put(json, "reply-to-group-id", properties.replyToGroupId());
        return json;
    }

    private static @Nullable String text(@Nullable Symbol value) {
        return value == null ? null : value.toString();
    }

    private static @Nullable String time(@Nullable Instant value) {
        return value == null ? null : Literals.show(value);
    }

    private static void put(Map<String, @Nullable Object> json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    private static @Nullable Object body(List<Section> sections) {
        if (sections.isEmpty()) {
            return null;
        }
        List<@Nullable Object> contents = new ArrayList<>();
        String name = "value";
        for (Section section : sections) {
            if (section instanceof Data data) {
                name = "data";
                contents.add(Literals.show(data.value()));
            } else if (section instanceof AmqpSequence sequence) {
                name = "sequence";
                contents.add(JsonValues.toJsonList(sequence.value()));
            } else {
                contents.add(JsonValues.toJson(((AmqpValue) section).value()));
            }
        }
        // Several sections of data are rare: one stands there by itself.
        boolean several = !name.equals("value") && (contents.size() > 1 || name.equals("sequence"));
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put(name, several ? contents : contents.get(0));
        return json;
    }

    /** Returns the part of a message that no intermediary may change. */
    static Message bare(Message message) {
        return message.toBuilder()
                .header(null)
                .deliveryAnnotations(Map.of())
                .messageAnnotations(Map.of())
                .footer(Map.of())
                .build();
    }

    // --- from JSON

    /**
     * Reads a message.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Message fromJson(String line) {
        Map<?, ?> json = object("a message", JsonText.read(line));
        JsonValues.checkNames("a message", json, MESSAGE);
        Message values = values(json);
        Object octets = json.get("octets");
        if (octets == null) {
            return values;
        }
        Message exact = Message.decode(octets(octets));
        // Who has edited the values means them, and not the octets that they came from.
        return sameBare(exact, values) ? withBareOf(exact, values) : values;
    }

    private static boolean sameBare(Message exact, Message values) {
        return java.util.Objects.equals(exact.properties(), values.properties())
                && exact.applicationProperties().equals(values.applicationProperties())
                && JsonText.write(body(exact.bodySections())).equals(JsonText.write(body(values.bodySections())));
    }

    private static Message withBareOf(Message exact, Message values) {
        return exact.toBuilder()
                .header(values.header())
                .deliveryAnnotations(values.deliveryAnnotations())
                .messageAnnotations(values.messageAnnotations())
                .footer(values.footer())
                .build();
    }

    private static Message values(Map<?, ?> json) {
        Message.Builder message = Message.builder()
                .header(readHeader(json.get("header")))
                .deliveryAnnotations(readAnnotations("delivery-annotations", json))
                .messageAnnotations(readAnnotations("message-annotations", json))
                .properties(readProperties(json.get("properties")))
                .footer(readAnnotations("footer", json));
        if (json.get("application-properties") != null) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            object("application-properties", json.get("application-properties"))
                    .forEach((name, value) -> values.put(String.valueOf(name), JsonValues.fromJson(value)));
            message.applicationProperties(values);
        }
        if (json.get("body") != null) {
            message.bodySections(readBody(object("body", json.get("body"))));
        }
        return message.build();
    }

    private static Map<?, ?> object(String what, @Nullable Object json) {
        if (json instanceof Map<?, ?> object) {
            return object;
        }
        throw new IllegalArgumentException(what + " must be a JSON object, not " + JsonText.write(json));
    }

    private static @Nullable Header readHeader(@Nullable Object json) {
        if (json == null) {
            return null;
        }
        Map<?, ?> fields = object("header", json);
        JsonValues.checkNames("the header", fields, HEADER);
        Object ttl = field(fields, "ttl", AmqpType.UINT);
        Object priority = field(fields, "priority", AmqpType.UBYTE);
        Object count = field(fields, "delivery-count", AmqpType.UINT);
        return new Header(
                Boolean.TRUE.equals(field(fields, "durable", AmqpType.BOOLEAN)),
                priority == null ? Header.DEFAULT_PRIORITY : ((UnsignedByte) priority).value(),
                ttl == null ? UnsignedInteger.ABSENT : ((UnsignedInteger) ttl).value(),
                Boolean.TRUE.equals(field(fields, "first-acquirer", AmqpType.BOOLEAN)),
                count == null ? 0 : ((UnsignedInteger) count).value());
    }

    private static @Nullable Properties readProperties(@Nullable Object json) {
        if (json == null) {
            return null;
        }
        Map<?, ?> fields = object("properties", json);
        JsonValues.checkNames("the properties", fields, PROPERTIES);
        Object sequence = field(fields, "group-sequence", AmqpType.UINT);
        return new Properties(
                JsonValues.fromJson(fields.get("message-id")),
                (Binary) field(fields, "user-id", AmqpType.BINARY),
                (String) field(fields, "to", AmqpType.STRING),
                (String) field(fields, "subject", AmqpType.STRING),
                (String) field(fields, "reply-to", AmqpType.STRING),
                JsonValues.fromJson(fields.get("correlation-id")),
                (Symbol) field(fields, "content-type", AmqpType.SYMBOL),
                (Symbol) field(fields, "content-encoding", AmqpType.SYMBOL),
                (Instant) field(fields, "absolute-expiry-time", AmqpType.TIMESTAMP),
                (Instant) field(fields, "creation-time", AmqpType.TIMESTAMP),
                (String) field(fields, "group-id", AmqpType.STRING),
                sequence == null ? UnsignedInteger.ABSENT : ((UnsignedInteger) sequence).value(),
                (String) field(fields, "reply-to-group-id", AmqpType.STRING));
    }

    /** Reads a field of a fixed type, which may be written with its type or without. */
    private static @Nullable Object field(Map<?, ?> fields, String name, AmqpType type) {
        Object json = fields.get(name);
        if (json == null) {
            return null;
        }
        try {
            Object value = json instanceof Map<?, ?> ? JsonValues.fromJson(json) : JsonValues.readSimple(type, json);
            if (!type.isInstance(value)) {
                throw new IllegalArgumentException("it is of type " + type);
            }
            return value;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    private static Map<Object, @Nullable Object> readAnnotations(String name, Map<?, ?> message) {
        Object json = message.get(name);
        Map<Object, @Nullable Object> entries = new LinkedHashMap<>();
        if (json instanceof List<?> pairs) {
            JsonValues.readMap(pairs).forEach((key, value) -> {
                if (key == null) {
                    throw new IllegalArgumentException(name + " has a null key");
                }
                entries.put(key, value);
            });
        } else if (json != null) {
            object(name, json)
                    .forEach((key, value) -> entries.put(Symbol.of(String.valueOf(key)), JsonValues.fromJson(value)));
        }
        return entries;
    }

    private static List<Section> readBody(Map<?, ?> json) {
        JsonValues.checkNames("a body", json, "data", "sequence", "value");
        if (json.size() != 1) {
            throw new IllegalArgumentException("a body is one of data, sequence and value");
        }
        List<Section> sections = new ArrayList<>();
        Object content = json.values().iterator().next();
        if (json.containsKey("data")) {
            for (Object octets : content instanceof List<?> several ? several : List.of(String.valueOf(content))) {
                sections.add(new Data(Binary.wrap(octets(octets))));
            }
        } else if (json.containsKey("sequence")) {
            for (Object list : content instanceof List<?> several ? several : List.of()) {
                if (!(list instanceof List<?> values)) {
                    throw new IllegalArgumentException("a sequence is an array of arrays, one for each section");
                }
                sections.add(new AmqpSequence(JsonValues.readList(values)));
            }
        } else {
            sections.add(new AmqpValue(JsonValues.fromJson(content)));
        }
        return sections;
    }

    private static byte[] octets(@Nullable Object base64) {
        if (!(base64 instanceof String text)) {
            throw new IllegalArgumentException("octets are written in base64, not as " + JsonText.write(base64));
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not base64: " + e.getMessage(), e);
        }
    }
}
