package io.amqp10.internal;

import io.amqp10.BodyType;
import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.codec.DecodeException;
import io.amqp10.codec.SectionReader;
import io.amqp10.codec.SectionType;
import io.amqp10.codec.SectionVisitor;
import io.amqp10.codec.SectionWriter;
import io.amqp10.types.messaging.Header;
import io.amqp10.types.messaging.Properties;
import io.amqp10.types.messaging.Section;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A message that came as octets, which are decoded section by section when they are asked for.
 *
 * <p>What was decoded is kept in plain fields: it is immutable, so that another thread sees all of it or decodes again.
 */
final class ReceivedMessage implements Message, SectionVisitor {

    /** The bits of the three kinds of body. */
    static final int BODY = SectionType.DATA.bit() | SectionType.SEQUENCE.bit() | SectionType.VALUE.bit();

    private static final Object NULL_BODY = new Object();

    private final byte[] bytes;
    private final int from;
    private final int to;
    private int sections;
    private int bodyFrom;
    private int bodyTo;

    private @Nullable Header header;
    private @Nullable Map<Object, @Nullable Object> deliveryAnnotations;
    private @Nullable Map<Object, @Nullable Object> messageAnnotations;
    private @Nullable Properties properties;
    private @Nullable Map<String, @Nullable Object> applicationProperties;
    private @Nullable Object body;
    private @Nullable Map<Object, @Nullable Object> footer;

    /** Makes a message of sections of which the body is missing, and perhaps all others too. */
    static ReceivedMessage withoutBody(byte[] bytes) {
        return new ReceivedMessage(bytes, 0, bytes.length, bytes.length > 0);
    }

    ReceivedMessage(byte[] bytes, int offset, int length) {
        this(bytes, offset, length, true);
    }

    private ReceivedMessage(byte[] bytes, int offset, int length, boolean scanned) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        this.bytes = bytes;
        this.from = offset;
        this.to = offset + length;
        if (!scanned) {
            return;
        }
        try {
            SectionReader.scan(bytes, from, to, this);
        } catch (DecodeException e) {
            throw malformed(e);
        }
    }

    @Override
    public void section(SectionType type, int start, int end) {
        if ((type.bit() & BODY) != 0) {
            if ((sections & BODY) == 0) {
                bodyFrom = start;
            }
            bodyTo = end;
        }
        sections |= type.bit();
    }

    private static MessageFormatException malformed(DecodeException e) {
        return new MessageFormatException("malformed message: " + e.getMessage(), e.toErrorCondition(), e);
    }

    /** Decodes a section, with the exception that users see. */
    private static <T extends @Nullable Object> T decode(Supplier<T> decoder) {
        try {
            return decoder.get();
        } catch (DecodeException e) {
            throw malformed(e);
        }
    }

    boolean has(SectionType type) {
        return (sections & type.bit()) != 0;
    }

    /** Writes all of the message as it came. */
    void write(ByteBuf out) {
        out.writeBytes(bytes, from, to - from);
    }

    /** Returns all of the message as it came, as a view. */
    ByteBuf toBuffer() {
        return Unpooled.wrappedBuffer(bytes, from, to - from);
    }

    /** Writes the sections of some kinds as they came. */
    void write(SectionWriter out, int wanted) {
        SectionReader.scan(bytes, from, to, (type, start, end) -> {
            if ((type.bit() & wanted) != 0) {
                out.encoded(bytes, start, end);
            }
        });
    }

    @Override
    public Message.Builder toBuilder() {
        return new MessageBuilder(this);
    }

    @Override
    public @Nullable Header header() {
        if (header == null && has(SectionType.HEADER)) {
            header = decode(() -> SectionReader.header(bytes, from, to));
        }
        return header;
    }

    @Override
    public Map<Object, @Nullable Object> deliveryAnnotations() {
        Map<Object, @Nullable Object> map = deliveryAnnotations;
        if (map == null) {
            map = annotations(SectionType.DELIVERY_ANNOTATIONS);
            deliveryAnnotations = map;
        }
        return map;
    }

    @Override
    public Map<Object, @Nullable Object> messageAnnotations() {
        Map<Object, @Nullable Object> map = messageAnnotations;
        if (map == null) {
            map = annotations(SectionType.MESSAGE_ANNOTATIONS);
            messageAnnotations = map;
        }
        return map;
    }

    @Override
    public Map<Object, @Nullable Object> footer() {
        Map<Object, @Nullable Object> map = footer;
        if (map == null) {
            map = annotations(SectionType.FOOTER);
            footer = map;
        }
        return map;
    }

    private Map<Object, @Nullable Object> annotations(SectionType type) {
        return has(type) ? decode(() -> SectionReader.annotations(bytes, from, to, type)) : Map.of();
    }

    @Override
    public @Nullable Properties properties() {
        if (properties == null && has(SectionType.PROPERTIES)) {
            properties = decode(() -> SectionReader.properties(bytes, from, to));
        }
        return properties;
    }

    @Override
    public Map<String, @Nullable Object> applicationProperties() {
        Map<String, @Nullable Object> map = applicationProperties;
        if (map == null) {
            map = has(SectionType.APPLICATION_PROPERTIES)
                    ? decode(() -> SectionReader.applicationProperties(bytes, from, to))
                    : Map.of();
            applicationProperties = map;
        }
        return map;
    }

    @Override
    public BodyType bodyType() {
        if (has(SectionType.DATA)) {
            return BodyType.DATA;
        }
        if (has(SectionType.SEQUENCE)) {
            return BodyType.SEQUENCE;
        }
        return has(SectionType.VALUE) ? BodyType.VALUE : BodyType.NONE;
    }

    @Override
    public @Nullable Object body() {
        if (has(SectionType.DATA)) {
            // An array can be changed by who gets it, so everybody gets one of his own.
            return SectionReader.data(bytes, bodyFrom, bodyTo);
        }
        Object decoded = body;
        if (decoded == null) {
            decoded = decode(() -> switch (bodyType()) {
                case VALUE -> SectionReader.value(bytes, bodyFrom, bodyTo);
                case SEQUENCE -> SectionReader.sequence(bytes, bodyFrom, bodyTo);
                default -> null;
            });
            body = decoded == null ? NULL_BODY : decoded;
        }
        return decoded == NULL_BODY ? null : decoded;
    }

    @Override
    public String bodyAsString() {
        return has(SectionType.DATA)
                ? decode(() -> SectionReader.text(bytes, bodyFrom, bodyTo))
                : Bodies.text(bodyType(), body());
    }

    @Override
    public byte[] bodyAsBytes() {
        return Bodies.octets(bodyType(), body());
    }

    @Override
    public List<Section> bodySections() {
        return decode(() -> SectionReader.body(bytes, bodyFrom, bodyTo));
    }

    @Override
    public String toString() {
        return Bodies.show(this, to - from);
    }
}
