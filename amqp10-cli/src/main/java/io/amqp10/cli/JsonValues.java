package io.amqp10.cli;

import io.amqp10.types.AmqpArray;
import io.amqp10.types.AmqpType;
import io.amqp10.types.Described;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * AMQP values as JSON that keeps their types. Null, boolean and string are what they are in JSON; everything else is an
 * object with the type as its only name, such as {@code {"ulong":"18446744073709551615"}}.
 */
final class JsonValues {

    private JsonValues() {}

    // --- to JSON

    /** Returns a value as JSON, for {@link JsonText#write}. */
    static @Nullable Object toJson(@Nullable Object value) {
        if (value == null || value instanceof Boolean || value instanceof String) {
            return value;
        }
        Object plain = Composites.described(value);
        AmqpType type = AmqpType.of(plain);
        if (type == null) {
            throw new IllegalArgumentException("a " + value.getClass().getName() + " has no AMQP type");
        }
        return tagged(type.toString(), content(type, plain));
    }

    private static Map<String, @Nullable Object> tagged(String name, @Nullable Object content) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put(name, content);
        return object;
    }

    /** Returns what stands behind the type. */
    private static @Nullable Object content(AmqpType type, @Nullable Object value) {
        return switch (type) {
            case NULL -> null;
            case BOOLEAN -> value;
            case UBYTE, USHORT, UINT, BYTE, SHORT, INT -> new JsonNumber(String.valueOf(value));
            case FLOAT, DOUBLE -> fraction(Literals.show(value));
            case LIST -> toJsonList((List<?>) known(value));
            case MAP -> map((Map<?, ?>) known(value));
            case ARRAY -> array((AmqpArray) known(value));
            case DESCRIBED -> described((Described) known(value));
            default -> Literals.show(value);
        };
    }

    private static Object known(@Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException("null where a value must be");
        }
        return value;
    }

    /** JSON has no infinities. */
    private static Object fraction(String text) {
        return text.matches("-?\\d.*") && !text.startsWith("0x") ? new JsonNumber(text) : text;
    }

    static List<@Nullable Object> toJsonList(List<?> values) {
        List<@Nullable Object> list = new ArrayList<>(values.size());
        for (Object value : values) {
            list.add(toJson(value));
        }
        return list;
    }

    /** Returns entries as pairs, since a key may be of any type. */
    static List<@Nullable Object> map(Map<?, ?> entries) {
        List<@Nullable Object> pairs = new ArrayList<>(entries.size());
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            List<@Nullable Object> pair = new ArrayList<>(2);
            pair.add(toJson(entry.getKey()));
            pair.add(toJson(entry.getValue()));
            pairs.add(pair);
        }
        return pairs;
    }

    private static Map<String, @Nullable Object> array(AmqpArray array) {
        Map<String, @Nullable Object> object = tagged("type", array.type().toString());
        if (array.storage() instanceof AmqpArray plain) {
            object.put("descriptor", toJson(array.descriptor()));
            object.put("of", array(plain));
            return object;
        }
        List<@Nullable Object> values = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            values.add(content(array.type(), array.get(i)));
        }
        object.put("values", values);
        return object;
    }

    private static Map<String, @Nullable Object> described(Described described) {
        Map<String, @Nullable Object> object = tagged("descriptor", toJson(described.descriptor()));
        object.put("value", toJson(described.value()));
        return object;
    }

    // --- from JSON

    /**
     * Returns the value that JSON stands for. A JSON array without a type is a list.
     *
     * @throws IllegalArgumentException if it stands for none
     */
    static @Nullable Object fromJson(@Nullable Object json) {
        if (json == null || json instanceof Boolean || json instanceof String) {
            return json;
        }
        if (json instanceof List<?> values) {
            return readList(values);
        }
        if (json instanceof JsonNumber number) {
            throw new IllegalArgumentException(
                    "the number " + number + " needs an AMQP type, such as {\"int\":" + number + "}");
        }
        Map<?, ?> object = (Map<?, ?>) json;
        if (object.size() != 1) {
            throw new IllegalArgumentException(
                    "a value is an object with a type as its only name, such as {\"int\":5}, " + "not one with "
                            + object.keySet());
        }
        Map.Entry<?, ?> only = object.entrySet().iterator().next();
        AmqpType type = Literals.typeOf(String.valueOf(only.getKey()));
        if (type == null) {
            throw new IllegalArgumentException("there is no AMQP type '" + only.getKey() + "'");
        }
        return readContent(type, only.getValue());
    }

    private static @Nullable Object readContent(AmqpType type, @Nullable Object json) {
        return switch (type) {
            case LIST -> readList(expect(List.class, json, type));
            case MAP -> readMap(expect(List.class, json, type));
            case ARRAY -> readArray(expect(Map.class, json, type));
            case DESCRIBED -> {
                Map<?, ?> parts = expect(Map.class, json, type);
                checkNames(type.toString(), parts, "descriptor", "value");
                yield new Described(fromJson(parts.get("descriptor")), fromJson(parts.get("value")));
            }
            default -> readSimple(type, json);
        };
    }

    /** Reads what stands behind a simple type: its text, or a JSON number, truth value or null that says the same. */
    static @Nullable Object readSimple(AmqpType type, @Nullable Object json) {
        boolean text = type == AmqpType.STRING || type == AmqpType.SYMBOL || type == AmqpType.CHAR;
        boolean fits = json instanceof String
                || json instanceof JsonNumber && !text && type != AmqpType.BINARY && type != AmqpType.UUID
                || json instanceof Boolean && type == AmqpType.BOOLEAN
                || json == null && type == AmqpType.NULL;
        if (!fits) {
            throw new IllegalArgumentException(JsonText.write(json) + " is no " + type);
        }
        return Literals.parse(type, String.valueOf(json));
    }

    private static <T> T expect(Class<T> kind, @Nullable Object json, AmqpType type) {
        if (!kind.isInstance(json)) {
            String form =
                    switch (type) {
                        case LIST -> "an array of values";
                        case MAP -> "an array of pairs [key,value]";
                        case ARRAY -> "an object with type and values";
                        default -> "an object with descriptor and value";
                    };
            throw new IllegalArgumentException(
                    "a " + type + " is written as " + form + ", not as " + JsonText.write(json));
        }
        return kind.cast(json);
    }

    static void checkNames(String what, Map<?, ?> object, String... allowed) {
        for (Object name : object.keySet()) {
            if (!List.of(allowed).contains(name)) {
                throw new IllegalArgumentException(
                        "'" + name + "' is no part of " + what + ", which has " + String.join(", ", allowed));
            }
        }
    }

    static List<@Nullable Object> readList(List<?> json) {
        List<@Nullable Object> values = new ArrayList<>(json.size());
        for (Object element : json) {
            values.add(fromJson(element));
        }
        return values;
    }

    static Map<@Nullable Object, @Nullable Object> readMap(List<?> json) {
        Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
        for (Object element : json) {
            if (!(element instanceof List<?> pair) || pair.size() != 2) {
                throw new IllegalArgumentException(
                        "an entry of a map is written as [key,value], not as " + JsonText.write(element));
            }
            Object key = fromJson(pair.get(0));
            if (entries.containsKey(key)) {
                throw new IllegalArgumentException("a map has the key " + JsonText.write(pair.get(0)) + " twice");
            }
            entries.put(key, fromJson(pair.get(1)));
        }
        return entries;
    }

    private static AmqpArray readArray(Map<?, ?> json) {
        AmqpType type = json.get("type") instanceof String name ? Literals.typeOf(name) : null;
        if (type == null) {
            throw new IllegalArgumentException("an array needs the type of its elements, not " + JsonText.write(json));
        }
        if (type == AmqpType.DESCRIBED) {
            checkNames("an array", json, "type", "descriptor", "of");
            return readArray(expect(Map.class, json.get("of"), AmqpType.ARRAY))
                    .describedBy(fromJson(json.get("descriptor")));
        }
        checkNames("an array", json, "type", "values");
        List<@Nullable Object> values = new ArrayList<>();
        for (Object element : expect(List.class, json.get("values"), AmqpType.LIST)) {
            values.add(readContent(type, element));
        }
        return AmqpArray.of(type, values);
    }
}
