package io.amqp10.internal;

import io.amqp10.BodyType;
import io.amqp10.Message;
import io.amqp10.MessageFormatException;
import io.amqp10.codec.DecodeException;
import io.amqp10.codec.DecodeLimits;
import io.amqp10.codec.SectionReader;
import io.amqp10.codec.SectionType;
import io.amqp10.codec.SectionVisitor;
import io.amqp10.codec.SectionWriter;
import io.amqp10.types.Binary;
import io.amqp10.types.messaging.Data;
import io.amqp10.types.messaging.Header;
import io.amqp10.types.messaging.Properties;
import io.amqp10.types.messaging.Section;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A message that came as octets, which are decoded section by section when they are asked for.
 *
 * <p>What was decoded is kept in plain fields: each value is immutable, so that another thread sees all of it or decodes
 * again.
 */
final class ReceivedMessage implements Message, SectionVisitor {

    /** The bits of the three kinds of body. */
    static final int BODY = SectionType.DATA.bit() | SectionType.SEQUENCE.bit() | SectionType.VALUE.bit();

    private static final Object NULL_BODY = new Object();

    private final byte[] bytes;

    /** The octets of the only data section if they are not in {@link #bytes}, whose end is before them. */
    private final byte @Nullable [] data;

    private final int from;

    /** The end of the message, as if all of it were in one array. */
    private final int to;

    private int sections;
    private int bodyFrom;
    private int bodyTo;

    private @Nullable Decoded decoded;

    /**
     * What was decoded, and how; most messages are received for their body alone, with the usual limits, and data is never
     * kept here.
     */
    private static final class Decoded {
        final DecodeLimits limits;

        @Nullable
        Header header;

        @Nullable
        Map<Object, @Nullable Object> deliveryAnnotations;

        @Nullable
        Map<Object, @Nullable Object> messageAnnotations;

        @Nullable
        Properties properties;

        @Nullable
        Map<String, @Nullable Object> applicationProperties;

        @Nullable
        Object body;

        @Nullable
        Map<Object, @Nullable Object> footer;

        Decoded(DecodeLimits limits) {
            this.limits = limits;
        }
    }

    private DecodeLimits limits() {
        Decoded known = decoded;
        return known == null ? DecodeLimits.DEFAULT : known.limits;
    }

    private Decoded decoded() {
        Decoded known = decoded;
        if (known == null) {
            known = new Decoded(DecodeLimits.DEFAULT);
            decoded = known;
        }
        return known;
    }

    /** Makes a message of sections of which the body is missing, and perhaps all others too. */
    static ReceivedMessage withoutBody(byte[] bytes, DecodeLimits limits) {
        return new ReceivedMessage(bytes, 0, bytes.length, null, limits, bytes.length > 0);
    }

    ReceivedMessage(byte[] bytes, int offset, int length, DecodeLimits limits) {
        this(bytes, offset, length, null, limits, true);
    }

    /**
     * Makes a message that lies in two arrays.
     *
     * @param head the octets up to those of the only data section, as {@link SectionReader#beforeData} has found it
     * @param data those, to the end of the message
     */
    ReceivedMessage(byte[] head, byte[] data, DecodeLimits limits) {
        this(head, 0, head.length, data, limits, true);
    }

    private ReceivedMessage(
            byte[] bytes, int offset, int length, byte @Nullable [] data, DecodeLimits limits, boolean scanned) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        this.bytes = bytes;
        this.data = data;
        this.from = offset;
        this.to = offset + length + (data == null ? 0 : data.length);
        if (limits != DecodeLimits.DEFAULT) {
            decoded = new Decoded(limits);
        }
        if (!scanned) {
            return;
        }
        try {
            SectionReader.scan(bytes, from, to, limits, this);
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

    /** Returns the end of what is in {@link #bytes}. */
    private int headTo() {
        return data == null ? to : bytes.length;
    }

    /** Writes all of the message as it came. */
    void write(ByteBuf out) {
        out.writeBytes(bytes, from, headTo() - from);
        if (data != null) {
            out.writeBytes(data);
        }
    }

    /** Returns all of the message as it came, as a view. */
    ByteBuf toBuffer() {
        ByteBuf head = Unpooled.wrappedBuffer(bytes, from, headTo() - from);
        return data == null ? head : Unpooled.wrappedBuffer(head, Unpooled.wrappedBuffer(data));
    }

    /** Writes the sections of some kinds as they came. */
    void write(SectionWriter out, int wanted) {
        byte[] octets = data;
        SectionReader.scan(bytes, from, to, limits(), (type, start, end) -> {
            if ((type.bit() & wanted) != 0) {
                out.encoded(bytes, start, Math.min(end, headTo()));
                if (type == SectionType.DATA && octets != null) {
                    out.encoded(octets, 0, octets.length);
                }
            }
        });
    }

    @Override
    public Message.Builder toBuilder() {
        return new MessageBuilder(this);
    }

    @Override
    public @Nullable Header header() {
        if (!has(SectionType.HEADER)) {
            return null;
        }
        Decoded kept = decoded();
        Header header = kept.header;
        if (header == null) {
            header = decode(() -> SectionReader.header(bytes, from, headTo(), limits()));
            kept.header = header;
        }
        return header;
    }

    @Override
    public Map<Object, @Nullable Object> deliveryAnnotations() {
        if (!has(SectionType.DELIVERY_ANNOTATIONS)) {
            return Map.of();
        }
        Decoded kept = decoded();
        Map<Object, @Nullable Object> map = kept.deliveryAnnotations;
        if (map == null) {
            map = annotations(SectionType.DELIVERY_ANNOTATIONS);
            kept.deliveryAnnotations = map;
        }
        return map;
    }

    @Override
    public Map<Object, @Nullable Object> messageAnnotations() {
        if (!has(SectionType.MESSAGE_ANNOTATIONS)) {
            return Map.of();
        }
        Decoded kept = decoded();
        Map<Object, @Nullable Object> map = kept.messageAnnotations;
        if (map == null) {
            map = annotations(SectionType.MESSAGE_ANNOTATIONS);
            kept.messageAnnotations = map;
        }
        return map;
    }

    @Override
    public Map<Object, @Nullable Object> footer() {
        if (!has(SectionType.FOOTER)) {
            return Map.of();
        }
        Decoded kept = decoded();
        Map<Object, @Nullable Object> map = kept.footer;
        if (map == null) {
            map = annotations(SectionType.FOOTER);
            kept.footer = map;
        }
        return map;
    }

    private Map<Object, @Nullable Object> annotations(SectionType type) {
        return decode(() -> SectionReader.annotations(bytes, from, headTo(), limits(), type));
    }

    @Override
    public @Nullable Properties properties() {
        if (!has(SectionType.PROPERTIES)) {
            return null;
        }
        Decoded kept = decoded();
        Properties properties = kept.properties;
        if (properties == null) {
            properties = decode(() -> SectionReader.properties(bytes, from, headTo(), limits()));
            kept.properties = properties;
        }
        return properties;
    }

    @Override
    public Map<String, @Nullable Object> applicationProperties() {
        if (!has(SectionType.APPLICATION_PROPERTIES)) {
            return Map.of();
        }
        Decoded kept = decoded();
        Map<String, @Nullable Object> map = kept.applicationProperties;
        if (map == null) {
            map = decode(() -> SectionReader.applicationProperties(bytes, from, headTo(), limits()));
            kept.applicationProperties = map;
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
        if (data != null) {
            return data;
        }
        if (has(SectionType.DATA)) {
            return SectionReader.data(bytes, bodyFrom, bodyTo);
        }
        Decoded kept = decoded();
        Object value = kept.body;
        if (value == null) {
            value = decode(() -> switch (bodyType()) {
                case VALUE -> SectionReader.value(bytes, bodyFrom, bodyTo, limits());
                case SEQUENCE -> SectionReader.sequence(bytes, bodyFrom, bodyTo, limits());
                default -> null;
            });
            kept.body = value == null ? NULL_BODY : value;
        }
        return value == NULL_BODY ? null : value;
    }

    @Override
    public String bodyAsString() {
        byte[] octets = data;
        if (octets != null) {
            return decode(() -> SectionReader.text(octets));
        }
        return has(SectionType.DATA)
                ? decode(() -> SectionReader.text(bytes, bodyFrom, bodyTo))
                : Bodies.text(bodyType(), body());
    }

    @Override
    public byte[] bodyAsBytes() {
        return Bodies.octets(bodyType(), body());
    }

    @Override
    public ByteBuffer bodyAsBuffer() {
        if (data != null) {
            return ByteBuffer.wrap(data).asReadOnlyBuffer();
        }
        int octets = has(SectionType.DATA) ? SectionReader.onlyData(bytes, bodyFrom, bodyTo) : -1;
        return octets < 0
                ? Message.super.bodyAsBuffer()
                : ByteBuffer.wrap(bytes, octets, bodyTo - octets).slice().asReadOnlyBuffer();
    }

    @Override
    public List<Section> bodySections() {
        if (data != null) {
            return List.of(new Data(Binary.wrap(data)));
        }
        return decode(() -> SectionReader.body(bytes, bodyFrom, bodyTo, limits()));
    }

    @Override
    public String toString() {
        return Bodies.show(this, to - from);
    }
}
