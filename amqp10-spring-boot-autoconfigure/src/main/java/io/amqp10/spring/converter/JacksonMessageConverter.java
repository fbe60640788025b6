package io.amqp10.spring.converter;

import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.types.Symbol;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.util.ClassUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends what AMQP has no type for as JSON: data with the content-type {@code application/json}. All else goes out as by
 * {@link BodyMessageConverter}; maps and lists do so if all their elements can, however deep.
 *
 * <p>Reads JSON as any type, out of data that says so or says nothing about itself, and out of text; and maps and lists of
 * AMQP as any type that Jackson can make of them. Elements that may be anything, such as those of a
 * {@code Map<String, Object>}, are what AMQP has them as, or the nearest type of Java.
 */
public final class JacksonMessageConverter implements AmqpMessageConverter {

    /** The content-type of what is sent as JSON. */
    public static final String CONTENT_TYPE = "application/json";

    private static final Set<Class<?>> SIMPLE_TYPES = Set.of(
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            Character.class,
            String.class,
            UUID.class,
            Instant.class);

    private final JsonMapper mapper;
    private final BodyMessageConverter bodies = new BodyMessageConverter();

    /**
     * Makes a converter.
     *
     * @param mapper writes and reads the JSON
     */
    public JacksonMessageConverter(JsonMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public Message toMessage(@Nullable Object payload) {
        if (payload instanceof Message message) {
            return message;
        }
        if (hasAmqpType(payload)) {
            return bodies.toMessage(payload);
        }
        try {
            return Message.builder()
                    .contentType(CONTENT_TYPE)
                    .dataBody(mapper.writeValueAsBytes(payload))
                    .build();
        } catch (JacksonException e) {
            throw new MessageConversionException(
                    "a payload of "
                            + (payload == null ? "null" : payload.getClass().getTypeName())
                            + " cannot be written as JSON: " + e.getOriginalMessage(),
                    e);
        }
    }

    @Override
    public @Nullable Object fromMessage(Message message, Type type) {
        if (BodyMessageConverter.isPlain(BodyMessageConverter.rawClass(type))) {
            return bodies.fromMessage(message, type);
        }
        JavaType javaType = mapper.constructType(type);
        try {
            return switch (message.bodyType()) {
                case NONE -> null;
                case DATA -> fromData(message, javaType);
                case SEQUENCE, VALUE -> fromValue(message, javaType);
            };
        } catch (MessageFormatException e) {
            throw new MessageConversionException(
                    "the body cannot be read as " + type.getTypeName() + ": " + e.getMessage(), e);
        }
    }

    private @Nullable Object fromData(Message message, JavaType type) {
        byte[] octets = message.bodyAsBytes();
        String contentType = message.contentType();
        boolean json = isJson(contentType);
        if (octets.length == 0 && !json) {
            return null;
        }
        if (json || contentType == null && !type.isJavaLangObject()) {
            return readJson(octets, type);
        }
        if (type.isJavaLangObject()) {
            return octets;
        }
        throw new MessageConversionException(
                "data of the content-type " + contentType + " cannot be read as " + type.toCanonical() + "; JSON can");
    }

    private @Nullable Object fromValue(Message message, JavaType type) {
        Object body = message.body();
        if (body == null || type.getRawClass().isInstance(body) && !type.hasGenericTypes()) {
            return body;
        }
        if (PlainValues.number(body) != null
                && Number.class.isAssignableFrom(ClassUtils.resolvePrimitiveIfNecessary(type.getRawClass()))) {
            return bodies.fromMessage(message, type.getRawClass());
        }
        if (body instanceof String text && !isTextual(type)) {
            return readJson(text, type);
        }
        Object plain = PlainValues.of(body);
        if (isAny(plain, type)) {
            return plain;
        }
        try {
            return mapper.convertValue(plain, type);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new MessageConversionException(
                    "a body that is " + BodyMessageConverter.describe(message.bodyType(), body) + " cannot be read as "
                            + type.toCanonical() + ": " + said(e),
                    e);
        }
    }

    /** Tells whether a value is of a type that asks nothing of its elements: JSON, with fewer types, would change them. */
    private static boolean isAny(@Nullable Object value, JavaType type) {
        if (value == null || type.isJavaLangObject()) {
            return true;
        }
        if (!type.getRawClass().isInstance(value)) {
            return false;
        }
        if (value instanceof Map<?, ?> map && type.isMapLikeType()) {
            return isAnyKey(map, type.getKeyType())
                    && map.values().stream().allMatch(element -> isAny(element, type.getContentType()));
        }
        return value instanceof List<?> list
                && type.isCollectionLikeType()
                && list.stream().allMatch(element -> isAny(element, type.getContentType()));
    }

    private static boolean isAnyKey(Map<?, ?> map, JavaType type) {
        return type.isJavaLangObject()
                || type.hasRawClass(String.class) && map.keySet().stream().allMatch(String.class::isInstance);
    }

    /** Tells whether Jackson reads a type out of a string as it is, such as an enum. */
    private static boolean isTextual(JavaType type) {
        return type.isEnumType() || type.getRawClass().getName().startsWith("java.") && !type.isContainerType();
    }

    private @Nullable Object readJson(byte[] octets, JavaType type) {
        try {
            return mapper.readValue(octets, type);
        } catch (JacksonException e) {
            throw notJson(type, e);
        }
    }

    private @Nullable Object readJson(String text, JavaType type) {
        try {
            return mapper.readValue(text, type);
        } catch (JacksonException e) {
            throw notJson(type, e);
        }
    }

    private static MessageConversionException notJson(JavaType type, JacksonException e) {
        return new MessageConversionException(
                "the body cannot be read as JSON for " + type.toCanonical() + ": " + said(e), e);
    }

    private static String said(RuntimeException e) {
        return e instanceof JacksonException jackson ? jackson.getOriginalMessage() : String.valueOf(e.getMessage());
    }

    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        int semicolon = contentType.indexOf(';');
        String mime = (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
        return mime.equals(CONTENT_TYPE) || mime.equals("text/json") || mime.endsWith("+json");
    }

    private static boolean hasAmqpType(@Nullable Object payload) {
        if (payload == null || payload instanceof byte[]) {
            return true;
        }
        if (payload instanceof List<?> list) {
            return list.stream().allMatch(JacksonMessageConverter::hasAmqpType);
        }
        if (payload instanceof Map<?, ?> map) {
            return map.keySet().stream().allMatch(JacksonMessageConverter::hasAmqpType)
                    && map.values().stream().allMatch(JacksonMessageConverter::hasAmqpType);
        }
        Class<?> type = payload.getClass();
        Class<?> element = type.isArray() ? type.getComponentType() : type;
        return SIMPLE_TYPES.contains(element)
                || element.isPrimitive()
                || element.getPackageName().equals(Symbol.class.getPackageName())
                || payload instanceof ByteBuffer;
    }
}
