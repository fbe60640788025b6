package io.amqp10.spring.listener;

import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.types.UnsignedInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.messaging.MessageHeaders;

/**
 * Names of the headers that listener methods get by {@code @Header} and {@code @Headers}. Fields that are absent are no
 * headers. Application properties are headers under their own names, and so are message annotations unless an application
 * property has the same name.
 */
public final class AmqpHeaders {

    /** The message-id: a {@code String}, {@code UUID}, {@code UnsignedLong} or {@code Binary}. */
    public static final String MESSAGE_ID = "amqp10_messageId";

    /** The correlation-id, of the same types as {@link #MESSAGE_ID}. */
    public static final String CORRELATION_ID = "amqp10_correlationId";

    /** The address that the message was sent to, as its sender says; a {@code String}. */
    public static final String TO = "amqp10_to";

    /** What the message is about; a {@code String}. */
    public static final String SUBJECT = "amqp10_subject";

    /** The address for replies; a {@code String}. */
    public static final String REPLY_TO = "amqp10_replyTo";

    /** The user who made the message; a {@code Binary}. */
    public static final String USER_ID = "amqp10_userId";

    /** The content-type; a {@code String}. */
    public static final String CONTENT_TYPE = MessageHeaders.CONTENT_TYPE;

    /** The content-encoding; a {@code String}. */
    public static final String CONTENT_ENCODING = "amqp10_contentEncoding";

    /** When the message was made; an {@code Instant}. */
    public static final String CREATION_TIME = "amqp10_creationTime";

    /** When the message expires; an {@code Instant}. */
    public static final String ABSOLUTE_EXPIRY_TIME = "amqp10_absoluteExpiryTime";

    /** The group; a {@code String}. */
    public static final String GROUP_ID = "amqp10_groupId";

    /** The position in the group; a {@code Long}. */
    public static final String GROUP_SEQUENCE = "amqp10_groupSequence";

    /** Whether the broker must not lose the message; a {@code Boolean}, always there. */
    public static final String DURABLE = "amqp10_durable";

    /** The priority; an {@code Integer}, always there. */
    public static final String PRIORITY = "amqp10_priority";

    /** How many deliveries of the message failed before; a {@code Long}, always there. */
    public static final String DELIVERY_COUNT = "amqp10_deliveryCount";

    /** The address that the listener receives from; a {@code String}. */
    public static final String SOURCE_ADDRESS = "amqp10_sourceAddress";

    private AmqpHeaders() {}

    /** Returns the headers of a delivery. */
    static Map<String, Object> of(Delivery delivery) {
        Message message = delivery.message();
        Map<String, Object> headers = new LinkedHashMap<>();
        message.messageAnnotations().forEach((key, value) -> put(headers, key.toString(), value));
        message.applicationProperties().forEach((key, value) -> put(headers, key, value));
        put(headers, MESSAGE_ID, message.messageId());
        put(headers, CORRELATION_ID, message.correlationId());
        put(headers, TO, message.to());
        put(headers, SUBJECT, message.subject());
        put(headers, REPLY_TO, message.replyTo());
        put(headers, USER_ID, message.userId());
        put(headers, CONTENT_TYPE, message.contentType());
        put(headers, CONTENT_ENCODING, message.contentEncoding());
        put(headers, CREATION_TIME, message.creationTime());
        put(headers, ABSOLUTE_EXPIRY_TIME, message.absoluteExpiryTime());
        put(headers, GROUP_ID, message.groupId());
        put(
                headers,
                GROUP_SEQUENCE,
                message.groupSequence() == UnsignedInteger.ABSENT ? null : message.groupSequence());
        headers.put(DURABLE, message.durable());
        headers.put(PRIORITY, message.priority());
        headers.put(DELIVERY_COUNT, message.deliveryCount());
        put(headers, SOURCE_ADDRESS, delivery.receiver().address());
        return headers;
    }

    private static void put(Map<String, Object> headers, String name, @Nullable Object value) {
        if (value != null) {
            headers.put(name, value);
        }
    }
}
