package io.amqp10.cli;

import io.amqp10.Message;
import io.amqp10.cli.InteropProtonValues.Unable;
import io.amqp10.types.AmqpArray;
import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.messaging.AmqpSequence;
import io.amqp10.types.messaging.AmqpValue;
import io.amqp10.types.messaging.Data;
import io.amqp10.types.messaging.Header;
import io.amqp10.types.messaging.Properties;
import io.amqp10.types.messaging.Section;
import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.apache.qpid.jms.JmsDestination;
import org.apache.qpid.jms.message.JmsMessage;
import org.apache.qpid.jms.provider.amqp.message.AmqpJmsMessageFacade;
import org.apache.qpid.jms.provider.amqp.message.AmqpMessageIdHelper;
import org.jspecify.annotations.Nullable;

/**
 * Messages as those of qpid-jms: by the JMS API, and by qpid-jms's own view of a message for what JMS has no room for. What
 * neither has is left out if it is a field, and {@link Unable} if it is the body.
 */
final class InteropJmsMessages {

    private static final String ID = "ID:";

    /** What fields of JMS messages with a map or a stream may be. */
    private static final Set<Class<?>> SIMPLE = Set.of(
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            String.class,
            Binary.class);

    private InteropJmsMessages() {}

    // --- to JMS

    /** Makes a message, of which what {@link #send} says is not part. */
    static jakarta.jms.Message make(Session session, Message message) throws JMSException {
        jakarta.jms.Message made = withBody(session, message.bodySections());
        AmqpJmsMessageFacade facade = facade(made);
        message.messageAnnotations()
                .forEach((key, value) ->
                        facade.setTracingAnnotation(key.toString(), InteropProtonValues.toProton(value)));
        for (Map.Entry<String, @Nullable Object> property :
                message.applicationProperties().entrySet()) {
            facade.setApplicationProperty(property.getKey(), InteropProtonValues.toProton(property.getValue()));
        }
        Header header = message.header();
        if (header != null && header.ttlMillis() != UnsignedInteger.ABSENT) {
            made.setLongProperty("JMS_AMQP_TTL", header.ttlMillis());
        }
        Properties properties = message.properties();
        if (properties != null) {
            setProperties(session, made, properties);
        }
        return made;
    }

    private static void setProperties(Session session, jakarta.jms.Message made, Properties properties)
            throws JMSException {
        AmqpJmsMessageFacade facade = facade(made);
        facade.setType(properties.subject());
        if (properties.replyTo() != null) {
            made.setJMSReplyTo(session.createQueue(properties.replyTo()));
        }
        if (properties.correlationId() != null) {
            made.setJMSCorrelationID(idText(properties.correlationId()));
        }
        if (properties.contentType() != null) {
            facade.setContentType(org.apache.qpid.proton.amqp.Symbol.valueOf(
                    properties.contentType().toString()));
        }
        facade.setGroupId(properties.groupId());
        if (properties.groupSequence() != UnsignedInteger.ABSENT) {
            made.setIntProperty("JMSXGroupSeq", (int) properties.groupSequence());
        }
        if (properties.replyToGroupId() != null) {
            made.setStringProperty("JMS_AMQP_REPLY_TO_GROUP_ID", properties.replyToGroupId());
        }
    }

    private static jakarta.jms.Message withBody(Session session, List<Section> sections) throws JMSException {
        if (sections.size() != 1) {
            throw new Unable("a JMS message has one body section");
        }
        Section section = sections.get(0);
        if (section instanceof Data data) {
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(data.value().toByteArray());
            return message;
        } else if (section instanceof AmqpSequence sequence) {
            StreamMessage message = session.createStreamMessage();
            for (Object element : sequence.value()) {
                message.writeObject(simple(element));
            }
            return message;
        }
        Object value = ((AmqpValue) section).value();
        if (value == null || value instanceof String) {
            TextMessage message = session.createTextMessage();
            message.setText((String) value);
            return message;
        } else if (value instanceof Map<?, ?> map && map.keySet().stream().allMatch(String.class::isInstance)) {
            return withMap(session, map);
        } else if (value instanceof Map || value instanceof List || value instanceof AmqpArray) {
            return withObject(session, value);
        }
        throw new Unable("no kind of JMS message has a single value of this type");
    }

    private static jakarta.jms.Message withMap(Session session, Map<?, ?> map) throws JMSException {
        if (!map.values().stream().allMatch(InteropJmsMessages::isSimple)) {
            return withObject(session, map);
        }
        MapMessage message = session.createMapMessage();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            message.setObject((String) entry.getKey(), simple(entry.getValue()));
        }
        return message;
    }

    private static boolean isSimple(@Nullable Object value) {
        return value == null || SIMPLE.contains(value.getClass());
    }

    private static @Nullable Object simple(@Nullable Object value) {
        if (!isSimple(value)) {
            throw new Unable("a StreamMessage has no "
                    + Objects.requireNonNull(value).getClass().getSimpleName());
        }
        return value instanceof Binary octets ? octets.toByteArray() : value;
    }

    private static jakarta.jms.Message withObject(Session session, Object value) throws JMSException {
        ObjectMessage message = session.createObjectMessage();
        message.setBooleanProperty("JMS_AMQP_TYPED_ENCODING", true);
        try {
            message.setObject((Serializable) InteropProtonValues.toProton(value));
        } catch (JMSException | RuntimeException e) {
            throw e instanceof Unable unable ? unable : new Unable("Proton-J cannot write it: " + e.getMessage());
        }
        return message;
    }

    /** Sends, with what JMS wants to be told only now. */
    static void send(MessageProducer producer, jakarta.jms.Message made, @Nullable Header header) throws JMSException {
        Header said = header == null ? Header.DEFAULT : header;
        producer.send(
                made,
                said.durable() ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT,
                said.priority(),
                jakarta.jms.Message.DEFAULT_TIME_TO_LIVE);
    }

    private static AmqpJmsMessageFacade facade(jakarta.jms.Message message) {
        return (AmqpJmsMessageFacade) ((JmsMessage) message).getFacade();
    }

    /** Writes an id as JMS has ids, which are texts; qpid-jms says how those of other types are spelled. */
    private static String idText(Object id) {
        if (id instanceof UUID) {
            return ID + AmqpMessageIdHelper.AMQP_UUID_PREFIX + id;
        } else if (id instanceof UnsignedLong number) {
            return ID + AmqpMessageIdHelper.AMQP_ULONG_PREFIX + number;
        } else if (id instanceof Binary octets) {
            return ID
                    + AmqpMessageIdHelper.AMQP_BINARY_PREFIX
                    + AmqpMessageIdHelper.convertBinaryToHexString(octets.toByteArray());
        }
        return id.toString();
    }

    // --- from JMS

    /** Returns the value of {@link InteropCase#PROPERTY}. */
    static String name(jakarta.jms.Message came) throws JMSException {
        return facade(came).getApplicationProperty(InteropCase.PROPERTY) instanceof String name ? name : "?";
    }

    /**
     * Reads a message.
     *
     * @param came the message
     * @param queue where it was received, which JMS takes for where it was sent to if it does not say
     */
    static Message read(jakarta.jms.Message came, Queue queue) throws JMSException {
        AmqpJmsMessageFacade facade = facade(came);
        Message.Builder message = Message.builder()
                .durable(came.getJMSDeliveryMode() == DeliveryMode.PERSISTENT)
                .priority(came.getJMSPriority())
                .deliveryCount(came.getIntProperty("JMSXDeliveryCount") - 1);
        Map<Object, @Nullable Object> annotations = new LinkedHashMap<>();
        facade.filterTracingAnnotations(
                (key, value) -> annotations.put(Symbol.of(key), InteropProtonValues.toOurs(value)));
        message.messageAnnotations(annotations).properties(properties(came, queue));
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        for (String name : facade.getApplicationPropertyNames(new LinkedHashSet<>())) {
            properties.put(name, InteropProtonValues.toOurs(facade.getApplicationProperty(name)));
        }
        return message.applicationProperties(properties)
                .bodySections(List.of(body(came)))
                .build();
    }

    private static Properties properties(jakarta.jms.Message came, Queue queue) throws JMSException {
        AmqpJmsMessageFacade facade = facade(came);
        byte[] user = facade.getUserIdBytes();
        Destination to = came.getJMSDestination();
        return Properties.builder()
                .messageId(InteropProtonValues.toOurs(facade.getProviderMessageIdObject()))
                .userId(user == null ? null : Binary.copyOf(user))
                .to(queue.equals(to) ? null : address(to))
                .subject(came.getJMSType())
                .replyTo(address(came.getJMSReplyTo()))
                .correlationId(InteropProtonValues.toOurs(AmqpMessageIdHelper.toIdObject(came.getJMSCorrelationID())))
                .contentType(
                        facade.getContentType() == null
                                ? null
                                : Symbol.of(facade.getContentType().toString()))
                .absoluteExpiryTime(instant(came.getJMSExpiration()))
                .creationTime(instant(came.getJMSTimestamp()))
                .groupId(facade.getGroupId())
                .groupSequence(
                        came.propertyExists("JMSXGroupSeq")
                                ? Integer.toUnsignedLong(came.getIntProperty("JMSXGroupSeq"))
                                : UnsignedInteger.ABSENT)
                .replyToGroupId(facade.getReplyToGroupId())
                .build();
    }

    private static @Nullable String address(@Nullable Destination destination) {
        return destination == null ? null : ((JmsDestination) destination).getAddress();
    }

    /** JMS has 0 for none. */
    private static @Nullable Instant instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }

    private static Section body(jakarta.jms.Message came) throws JMSException {
        if (came instanceof TextMessage text) {
            return new AmqpValue(text.getText());
        } else if (came instanceof BytesMessage bytes) {
            byte[] octets = new byte[(int) bytes.getBodyLength()];
            bytes.readBytes(octets);
            return new Data(Binary.wrap(octets));
        } else if (came instanceof ObjectMessage object) {
            return new AmqpValue(InteropProtonValues.toOurs(object.getObject()));
        }
        throw new Unable("came as a " + came.getClass().getSimpleName());
    }
}
