package io.amqp10.internal;

import io.amqp10.BodyType;
import io.amqp10.Message;
import io.amqp10.codec.SectionType;
import io.amqp10.codec.SectionWriter;
import io.amqp10.types.Binary;
import io.amqp10.types.messaging.AmqpSequence;
import io.amqp10.types.messaging.AmqpValue;
import io.amqp10.types.messaging.Data;
import io.amqp10.types.messaging.Header;
import io.amqp10.types.messaging.Properties;
import io.amqp10.types.messaging.Section;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message made here, perhaps from a received one, of which it then keeps the sections that were not changed. */
final class BuiltMessage implements Message {

    private final @Nullable ReceivedMessage base;
    private final int kept;
    private final @Nullable Header header;

    // The maps as they were filled, which are quicker to write than views of them; nobody changes them any more.
    private final Map<Object, @Nullable Object> deliveryAnnotations;
    private final Map<Object, @Nullable Object> messageAnnotations;
    private final @Nullable Properties properties;
    private final Map<String, @Nullable Object> applicationProperties;
    // The octets of a body that is one data section, as most are, in an array or a ByteBuffer; else a list of sections.
    private final Object body;
    private final Map<Object, @Nullable Object> footer;

    /**
     * Makes a message.
     *
     * @param base the received message that some sections are taken from, or null
     * @param kept the bits of those sections; all three kinds of body or none
     * @param applicationProperties this and the other maps must not be changed any more
     * @param body the octets of one data section, in an array or a buffer, or a list of sections
     */
    BuiltMessage(
            @Nullable ReceivedMessage base,
            int kept,
            @Nullable Header header,
            Map<Object, @Nullable Object> deliveryAnnotations,
            Map<Object, @Nullable Object> messageAnnotations,
            @Nullable Properties properties,
            Map<String, @Nullable Object> applicationProperties,
            Object body,
            Map<Object, @Nullable Object> footer) {
        this.base = base;
        this.kept = kept;
        this.header = header;
        this.deliveryAnnotations = deliveryAnnotations;
        this.messageAnnotations = messageAnnotations;
        this.properties = properties;
        this.applicationProperties = applicationProperties;
        this.body = body;
        this.footer = footer;
    }

    /** Writes all sections in their order; those that say nothing are left out. */
    void write(SectionWriter out) {
        writeHead(out);
        if (!writeKept(out, ReceivedMessage.BODY)) {
            writeBody(out);
        }
        writeFooter(out);
    }

    /** Writes the sections before the body. */
    void writeHead(SectionWriter out) {
        if (!writeKept(out, SectionType.HEADER.bit()) && header != null && !header.equals(Header.DEFAULT)) {
            out.header(header);
        }
        writeAnnotations(out, SectionType.DELIVERY_ANNOTATIONS, deliveryAnnotations);
        writeAnnotations(out, SectionType.MESSAGE_ANNOTATIONS, messageAnnotations);
        if (!writeKept(out, SectionType.PROPERTIES.bit()) && properties != null) {
            out.properties(properties);
        }
        if (!writeKept(out, SectionType.APPLICATION_PROPERTIES.bit()) && !applicationProperties.isEmpty()) {
            out.applicationProperties(applicationProperties);
        }
    }

    void writeFooter(SectionWriter out) {
        writeAnnotations(out, SectionType.FOOTER, footer);
    }

    private void writeBody(SectionWriter out) {
        if (body instanceof byte[] octets) {
            out.data(octets);
            return;
        }
        if (body instanceof ByteBuffer octets) {
            out.data(octets);
            return;
        }
        List<Section> sections = ownBody();
        for (int i = 0; i < sections.size(); i++) {
            out.body(sections.get(i));
        }
    }

    @SuppressWarnings("unchecked") // the constructor takes octets or a list of sections
    private List<Section> ownBody() {
        if (body instanceof ByteBuffer octets) {
            return List.of(new Data(Checked.copy(octets)));
        }
        return body instanceof byte[] octets ? List.of(new Data(Binary.wrap(octets))) : (List<Section>) body;
    }

    private void writeAnnotations(SectionWriter out, SectionType type, Map<Object, @Nullable Object> entries) {
        if (!writeKept(out, type.bit()) && !entries.isEmpty()) {
            out.annotations(type, entries);
        }
    }

    private boolean writeKept(SectionWriter out, int bits) {
        if (base == null || (kept & bits) == 0) {
            return false;
        }
        base.write(out, bits);
        return true;
    }

    private static <K> Map<K, @Nullable Object> view(Map<K, @Nullable Object> map) {
        return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(map);
    }

    private @Nullable ReceivedMessage baseOf(SectionType type) {
        return (kept & type.bit()) == 0 ? null : base;
    }

    /** Returns what the constructor got. */
    Object givenBody() {
        return body;
    }

    @Nullable
    ReceivedMessage base() {
        return base;
    }

    int kept() {
        return kept;
    }

    @Override
    public Message.Builder toBuilder() {
        return new MessageBuilder(this);
    }

    @Override
    public @Nullable Header header() {
        ReceivedMessage from = baseOf(SectionType.HEADER);
        return from != null ? from.header() : header;
    }

    @Override
    public Map<Object, @Nullable Object> deliveryAnnotations() {
        ReceivedMessage from = baseOf(SectionType.DELIVERY_ANNOTATIONS);
        return from != null ? from.deliveryAnnotations() : view(deliveryAnnotations);
    }

    @Override
    public Map<Object, @Nullable Object> messageAnnotations() {
        ReceivedMessage from = baseOf(SectionType.MESSAGE_ANNOTATIONS);
        return from != null ? from.messageAnnotations() : view(messageAnnotations);
    }

    @Override
    public @Nullable Properties properties() {
        ReceivedMessage from = baseOf(SectionType.PROPERTIES);
        return from != null ? from.properties() : properties;
    }

    @Override
    public Map<String, @Nullable Object> applicationProperties() {
        ReceivedMessage from = baseOf(SectionType.APPLICATION_PROPERTIES);
        return from != null ? from.applicationProperties() : view(applicationProperties);
    }

    @Override
    public Map<Object, @Nullable Object> footer() {
        ReceivedMessage from = baseOf(SectionType.FOOTER);
        return from != null ? from.footer() : view(footer);
    }

    @Override
    public BodyType bodyType() {
        ReceivedMessage from = baseOf(SectionType.VALUE);
        if (from != null) {
            return from.bodyType();
        }
        if (body instanceof byte[] || body instanceof ByteBuffer) {
            return BodyType.DATA;
        }
        Section first = ownBody().get(0);
        return first instanceof Data
                ? BodyType.DATA
                : first instanceof AmqpSequence ? BodyType.SEQUENCE : BodyType.VALUE;
    }

    @Override
    public @Nullable Object body() {
        ReceivedMessage from = baseOf(SectionType.VALUE);
        if (from != null) {
            return from.body();
        }
        if (body instanceof byte[] octets) {
            return octets;
        }
        if (body instanceof ByteBuffer octets) {
            return Bodies.octets(octets);
        }
        List<Section> sections = ownBody();
        Section first = sections.get(0);
        if (first instanceof AmqpValue value) {
            return value.value();
        }
        if (first instanceof AmqpSequence sequence) {
            return sections.size() == 1 ? sequence.value() : allElements(sections);
        }
        return first instanceof Data data && sections.size() == 1 ? data.value().toByteArray() : allOctets(sections);
    }

    private static List<@Nullable Object> allElements(List<Section> sections) {
        List<@Nullable Object> all = new ArrayList<>();
        for (Section section : sections) {
            if (section instanceof AmqpSequence sequence) {
                all.addAll(sequence.value());
            }
        }
        return Collections.unmodifiableList(all);
    }

    private static byte[] allOctets(List<Section> sections) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Section section : sections) {
            if (section instanceof Data data) {
                all.writeBytes(data.value().toByteArray());
            }
        }
        return all.toByteArray();
    }

    @Override
    public String bodyAsString() {
        ReceivedMessage from = baseOf(SectionType.VALUE);
        return from != null ? from.bodyAsString() : Bodies.text(bodyType(), body());
    }

    @Override
    public byte[] bodyAsBytes() {
        return Bodies.octets(bodyType(), body());
    }

    @Override
    public ByteBuffer bodyAsBuffer() {
        ReceivedMessage from = baseOf(SectionType.VALUE);
        if (from != null) {
            return from.bodyAsBuffer();
        }
        if (body instanceof ByteBuffer octets) {
            return octets.asReadOnlyBuffer();
        }
        return body instanceof byte[] octets
                ? ByteBuffer.wrap(octets).asReadOnlyBuffer()
                : Message.super.bodyAsBuffer();
    }

    @Override
    public List<Section> bodySections() {
        ReceivedMessage from = baseOf(SectionType.VALUE);
        return from != null ? from.bodySections() : ownBody();
    }

    @Override
    public String toString() {
        return Bodies.show(this, -1);
    }
}
