package io.amqp10.spring.converter;

import io.amqp10.BodyType;
import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.util.ClassUtils;
import org.springframework.util.NumberUtils;

/**
 * Sends what AMQP has a type for as that type: octets as data, anything else (text, primitive types, {@code UUID},
 * {@code Instant}, lists, maps) as an amqp-value; and reads it back. Text is also read from data that is UTF-8, a list also
 * from sequences, and a number as any type of number that it fits in.
 */
public final class BodyMessageConverter implements AmqpMessageConverter {

    private static final String WITH_JACKSON =
            "where the application has Jackson (spring-boot-starter-jackson) and one JsonMapper, or a primary one";

    /** Makes a converter. */
    public BodyMessageConverter() {}

    @Override
    public Message toMessage(@Nullable Object payload) {
        if (payload instanceof Message message) {
            return message;
        }
        try {
            return Message.of(payload);
        } catch (IllegalArgumentException e) {
            throw new MessageConversionException(
                    "AMQP has no type for a payload of " + nameOf(payload) + ": " + e.getMessage()
                            + "; it is sent as JSON " + WITH_JACKSON,
                    e);
        }
    }

    @Override
    public @Nullable Object fromMessage(Message message, Type type) {
        Class<?> raw = rawClass(type);
        try {
            if (raw == Message.class) {
                return message;
            }
            if (raw == String.class || raw == CharSequence.class) {
                return message.bodyAs(String.class);
            }
            if (raw == byte[].class) {
                return message.bodyAs(byte[].class);
            }
            return fromBody(message, raw);
        } catch (MessageFormatException e) {
            throw new MessageConversionException(
                    "the body cannot be read as " + type.getTypeName() + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable Object fromBody(Message message, Class<?> raw) {
        Object body = message.body();
        if (body == null) {
            return null;
        }
        if (raw.isInstance(body)) {
            return body;
        }
        Number number = PlainValues.number(body);
        if (number != null && Number.class.isAssignableFrom(raw)) {
            return toNumber(number, raw.asSubclass(Number.class));
        }
        if (raw == Symbol.class && body instanceof String text) {
            return Symbol.of(text);
        }
        if (raw == Binary.class && body instanceof byte[] octets) {
            return Binary.wrap(octets);
        }
        throw new MessageConversionException(
                "a body that is " + describe(message.bodyType(), body) + " cannot be read as " + raw.getTypeName()
                        + (raw.getName().startsWith("java.") ? "" : "; JSON is read " + WITH_JACKSON));
    }

    private static Number toNumber(Number number, Class<? extends Number> wanted) {
        try {
            return NumberUtils.convertNumberToTargetClass(number, wanted);
        } catch (IllegalArgumentException e) {
            throw new MessageConversionException(number + " does not fit in " + wanted.getTypeName(), e);
        }
    }

    /** Returns the class of a type, with primitive ones as objects. */
    static Class<?> rawClass(Type type) {
        Class<?> raw = type instanceof Class<?> known
                ? known
                : ResolvableType.forType(type).resolve(Object.class);
        return ClassUtils.resolvePrimitiveIfNecessary(raw);
    }

    /** Tells whether the body alone, without a data format, gives a value of a type. */
    static boolean isPlain(Class<?> raw) {
        return raw == Message.class
                || raw == String.class
                || raw == CharSequence.class
                || raw == byte[].class
                || raw == Binary.class
                || raw == Symbol.class;
    }

    static String describe(BodyType kind, Object body) {
        return switch (kind) {
            case DATA -> "data";
            case SEQUENCE -> "a sequence";
            case VALUE ->
                "a value of "
                        + (body instanceof Map
                                ? "map"
                                : body instanceof List
                                        ? "list"
                                        : body.getClass().getSimpleName());
            case NONE -> "absent";
        };
    }

    private static String nameOf(@Nullable Object payload) {
        return payload == null ? "null" : payload.getClass().getTypeName();
    }
}
