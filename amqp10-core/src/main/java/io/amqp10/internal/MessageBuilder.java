package io.amqp10.internal;

import io.amqp10.Message;
import io.amqp10.codec.SectionType;
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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Builds messages. One that starts from a received message takes over its sections as octets; a section is decoded when the
 * first of its fields is set.
 */
public final class MessageBuilder implements Message.Builder {

    private static final int ALL = -1;
    private static final List<Section> NULL_VALUE = List.of(new AmqpValue(null));

    private final @Nullable ReceivedMessage base;
    private int kept;
    private @Nullable Header header;
    private Properties.@Nullable Builder properties;
    private Map<Object, @Nullable Object> deliveryAnnotations = Map.of();
    private Map<Object, @Nullable Object> messageAnnotations = Map.of();
    private Map<String, @Nullable Object> applicationProperties = Map.of();
    // The octets of one data section, in an array or a buffer, or a list of sections.
    private Object body = NULL_VALUE;
    private Map<Object, @Nullable Object> footer = Map.of();
    // The maps whose kinds have a bit here belong to this builder alone and may be changed.
    private int owned;

    private MessageBuilder() {
        base = null;
    }

    MessageBuilder(ReceivedMessage message) {
        base = message;
        kept = ALL;
    }

    MessageBuilder(BuiltMessage message) {
        base = message.base();
        kept = message.kept();
        // Of a section that is kept, what was received would be decoded here for nothing.
        header = isKept(SectionType.HEADER) ? null : message.header();
        Properties section = isKept(SectionType.PROPERTIES) ? null : message.properties();
        properties = section == null ? null : section.toBuilder();
        deliveryAnnotations = isKept(SectionType.DELIVERY_ANNOTATIONS) ? Map.of() : message.deliveryAnnotations();
        messageAnnotations = isKept(SectionType.MESSAGE_ANNOTATIONS) ? Map.of() : message.messageAnnotations();
        applicationProperties = isKept(SectionType.APPLICATION_PROPERTIES) ? Map.of() : message.applicationProperties();
        body = isKept(SectionType.VALUE) ? NULL_VALUE : message.givenBody();
        footer = isKept(SectionType.FOOTER) ? Map.of() : message.footer();
    }

    /**
     * Starts a message.
     *
     * @return a builder
     */
    public static Message.Builder create() {
        return new MessageBuilder();
    }

    private boolean isKept(SectionType type) {
        return (kept & type.bit()) != 0;
    }

    /** Tells whether a section still is the received one, and makes it ours. */
    private boolean take(SectionType type) {
        boolean taken = isKept(type);
        kept &= ~type.bit();
        return taken && base != null;
    }

    private Header currentHeader() {
        if (take(SectionType.HEADER)) {
            header = received().header();
        }
        return header == null ? Header.DEFAULT : header;
    }

    private Properties.Builder currentProperties() {
        if (take(SectionType.PROPERTIES)) {
            Properties section = received().properties();
            properties = section == null ? null : section.toBuilder();
        }
        Properties.Builder current = properties;
        if (current == null) {
            current = Properties.builder();
            properties = current;
        }
        return current;
    }

    private ReceivedMessage received() {
        if (base == null) {
            throw new IllegalStateException("not made from a received message");
        }
        return base;
    }

    /** Returns the map itself if it is this builder's own, else a copy that is. */
    private <K> Map<K, @Nullable Object> own(SectionType type, Map<K, @Nullable Object> map) {
        if ((owned & type.bit()) != 0) {
            return map;
        }
        owned |= type.bit();
        return new LinkedHashMap<>(map);
    }

    private MessageBuilder with(
            boolean durable, int priority, long ttlMillis, boolean firstAcquirer, long deliveryCount) {
        header = new Header(durable, priority, ttlMillis, firstAcquirer, deliveryCount);
        return this;
    }

    @Override
    public Message.Builder durable(boolean value) {
        Header current = currentHeader();
        return with(value, current.priority(), current.ttlMillis(), current.firstAcquirer(), current.deliveryCount());
    }

    @Override
    public Message.Builder priority(int value) {
        checkRange("priority", value, 0xff);
        Header current = currentHeader();
        return with(current.durable(), value, current.ttlMillis(), current.firstAcquirer(), current.deliveryCount());
    }

    @Override
    public Message.Builder timeToLive(@Nullable Duration value) {
        long millis = UnsignedInteger.ABSENT;
        if (value != null) {
            // A duration beyond 64 bits of milliseconds is certainly out of range.
            millis = value.getSeconds() > UnsignedInteger.MAX ? Long.MAX_VALUE : value.toMillis();
            checkRange("timeToLive in milliseconds", millis, UnsignedInteger.MAX);
        }
        Header current = currentHeader();
        return with(current.durable(), current.priority(), millis, current.firstAcquirer(), current.deliveryCount());
    }

    @Override
    public Message.Builder firstAcquirer(boolean value) {
        Header current = currentHeader();
        return with(current.durable(), current.priority(), current.ttlMillis(), value, current.deliveryCount());
    }

    @Override
    public Message.Builder deliveryCount(long value) {
        checkRange("deliveryCount", value, UnsignedInteger.MAX);
        Header current = currentHeader();
        return with(current.durable(), current.priority(), current.ttlMillis(), current.firstAcquirer(), value);
    }

    @Override
    public Message.Builder header(@Nullable Header value) {
        take(SectionType.HEADER);
        header = value;
        return this;
    }

    @Override
    public Message.Builder deliveryAnnotation(String key, @Nullable Object value) {
        if (take(SectionType.DELIVERY_ANNOTATIONS)) {
            deliveryAnnotations = received().deliveryAnnotations();
        }
        deliveryAnnotations = own(SectionType.DELIVERY_ANNOTATIONS, deliveryAnnotations);
        deliveryAnnotations.put(Symbol.of(key), Checked.value(value));
        return this;
    }

    @Override
    public Message.Builder deliveryAnnotations(Map<?, ? extends @Nullable Object> value) {
        take(SectionType.DELIVERY_ANNOTATIONS);
        owned |= SectionType.DELIVERY_ANNOTATIONS.bit();
        deliveryAnnotations = Checked.annotations(value);
        return this;
    }

    @Override
    public Message.Builder annotation(String key, @Nullable Object value) {
        if (take(SectionType.MESSAGE_ANNOTATIONS)) {
            messageAnnotations = received().messageAnnotations();
        }
        messageAnnotations = own(SectionType.MESSAGE_ANNOTATIONS, messageAnnotations);
        messageAnnotations.put(Symbol.of(key), Checked.value(value));
        return this;
    }

    @Override
    public Message.Builder messageAnnotations(Map<?, ? extends @Nullable Object> value) {
        take(SectionType.MESSAGE_ANNOTATIONS);
        owned |= SectionType.MESSAGE_ANNOTATIONS.bit();
        messageAnnotations = Checked.annotations(value);
        return this;
    }

    @Override
    public Message.Builder footer(String key, @Nullable Object value) {
        if (take(SectionType.FOOTER)) {
            footer = received().footer();
        }
        footer = own(SectionType.FOOTER, footer);
        footer.put(Symbol.of(key), Checked.value(value));
        return this;
    }

    @Override
    public Message.Builder footer(Map<?, ? extends @Nullable Object> value) {
        take(SectionType.FOOTER);
        owned |= SectionType.FOOTER.bit();
        footer = Checked.annotations(value);
        return this;
    }

    @Override
    public Message.Builder messageId(@Nullable String value) {
        currentProperties().messageId(value);
        return this;
    }

    @Override
    public Message.Builder messageId(@Nullable UUID value) {
        currentProperties().messageId(value);
        return this;
    }

    @Override
    public Message.Builder messageId(@Nullable Binary value) {
        currentProperties().messageId(value);
        return this;
    }

    @Override
    public Message.Builder messageId(@Nullable UnsignedLong value) {
        currentProperties().messageId(value);
        return this;
    }

    @Override
    public Message.Builder messageId(long value) {
        currentProperties().messageId(UnsignedLong.of(value));
        return this;
    }

    @Override
    public Message.Builder messageId(@Nullable Object value) {
        currentProperties().messageId(Checked.messageId(value));
        return this;
    }

    @Override
    public Message.Builder correlationId(@Nullable String value) {
        currentProperties().correlationId(value);
        return this;
    }

    @Override
    public Message.Builder correlationId(@Nullable UUID value) {
        currentProperties().correlationId(value);
        return this;
    }

    @Override
    public Message.Builder correlationId(@Nullable Binary value) {
        currentProperties().correlationId(value);
        return this;
    }

    @Override
    public Message.Builder correlationId(@Nullable UnsignedLong value) {
        currentProperties().correlationId(value);
        return this;
    }

    @Override
    public Message.Builder correlationId(long value) {
        currentProperties().correlationId(UnsignedLong.of(value));
        return this;
    }

    @Override
    public Message.Builder correlationId(@Nullable Object value) {
        currentProperties().correlationId(Checked.messageId(value));
        return this;
    }

    @Override
    public Message.Builder userId(@Nullable Binary value) {
        currentProperties().userId(value);
        return this;
    }

    @Override
    public Message.Builder userId(@Nullable String value) {
        currentProperties().userId(value == null ? null : Binary.wrap(value.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    @Override
    public Message.Builder to(@Nullable String value) {
        currentProperties().to(value);
        return this;
    }

    @Override
    public Message.Builder subject(@Nullable String value) {
        currentProperties().subject(value);
        return this;
    }

    @Override
    public Message.Builder replyTo(@Nullable String value) {
        currentProperties().replyTo(value);
        return this;
    }

    @Override
    public Message.Builder contentType(@Nullable String value) {
        currentProperties().contentType(value == null ? null : Symbol.of(value));
        return this;
    }

    @Override
    public Message.Builder contentEncoding(@Nullable String value) {
        currentProperties().contentEncoding(value == null ? null : Symbol.of(value));
        return this;
    }

    @Override
    public Message.Builder absoluteExpiryTime(@Nullable Instant value) {
        currentProperties().absoluteExpiryTime(value);
        return this;
    }

    @Override
    public Message.Builder creationTime(@Nullable Instant value) {
        currentProperties().creationTime(value);
        return this;
    }

    @Override
    public Message.Builder groupId(@Nullable String value) {
        currentProperties().groupId(value);
        return this;
    }

    @Override
    public Message.Builder groupSequence(long value) {
        if (value != UnsignedInteger.ABSENT) {
            checkRange("groupSequence", value, UnsignedInteger.MAX);
        }
        currentProperties().groupSequence(value);
        return this;
    }

    @Override
    public Message.Builder replyToGroupId(@Nullable String value) {
        currentProperties().replyToGroupId(value);
        return this;
    }

    @Override
    public Message.Builder properties(@Nullable Properties value) {
        take(SectionType.PROPERTIES);
        if (value != null) {
            Checked.messageId(value.messageId());
            Checked.messageId(value.correlationId());
        }
        properties = value == null ? null : value.toBuilder();
        return this;
    }

    @Override
    public Message.Builder property(String name, @Nullable Object value) {
        if (take(SectionType.APPLICATION_PROPERTIES)) {
            applicationProperties = received().applicationProperties();
        }
        applicationProperties = own(SectionType.APPLICATION_PROPERTIES, applicationProperties);
        applicationProperties.put(name, Checked.simple(name, value));
        return this;
    }

    @Override
    public Message.Builder applicationProperties(Map<String, ? extends @Nullable Object> value) {
        take(SectionType.APPLICATION_PROPERTIES);
        owned |= SectionType.APPLICATION_PROPERTIES.bit();
        applicationProperties = Checked.simple(value);
        return this;
    }

    @Override
    public Message.Builder body(@Nullable Object value) {
        if (value instanceof byte[] octets) {
            return dataBody(octets);
        }
        if (value instanceof Binary octets) {
            return ownBody(new Data(octets));
        }
        if (value instanceof ByteBuffer octets) {
            return ownBody(new Data(Checked.copy(octets)));
        }
        return valueBody(value);
    }

    @Override
    public Message.Builder dataBody(byte[] value) {
        kept &= ~ReceivedMessage.BODY;
        body = Objects.requireNonNull(value);
        return this;
    }

    @Override
    public Message.Builder dataBody(ByteBuffer value) {
        kept &= ~ReceivedMessage.BODY;
        body = value.slice();
        return this;
    }

    @Override
    public Message.Builder valueBody(@Nullable Object value) {
        return ownBody(new AmqpValue(Checked.value(value)));
    }

    @Override
    public Message.Builder sequenceBody(List<? extends @Nullable Object> value) {
        List<@Nullable Object> elements = new ArrayList<>(value);
        elements.forEach(Checked::value);
        return ownBody(new AmqpSequence(elements));
    }

    @Override
    public Message.Builder bodySections(List<? extends Section> value) {
        kept &= ~ReceivedMessage.BODY;
        body = Checked.body(value);
        return this;
    }

    private Message.Builder ownBody(Section section) {
        kept &= ~ReceivedMessage.BODY;
        body = List.of(section);
        return this;
    }

    private static void checkRange(String name, long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(name + " must be from 0 to " + max + ", not " + value);
        }
    }

    @Override
    public Message build() {
        if (kept == ALL && base != null) {
            return base;
        }
        // From now on the maps are the message's too: the next change copies them.
        owned = 0;
        return new BuiltMessage(
                kept == 0 ? null : base,
                base == null ? 0 : kept,
                header,
                deliveryAnnotations,
                messageAnnotations,
                properties == null ? null : properties.build(),
                applicationProperties,
                body,
                footer);
    }
}
