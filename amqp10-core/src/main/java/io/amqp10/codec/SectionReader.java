package io.amqp10.codec;

import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Header;
import io.amqp10.types.messaging.Properties;
import io.amqp10.types.messaging.Section;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the sections of an encoded message one by one, so that none is decoded that nobody asks for. {@link #scan} checks
 * their order and number; the other methods read one section of octets that it has accepted. Safe for any thread.
 *
 * @see "AMQP 1.0 §3.2"
 */
public final class SectionReader {

    // What all messages of this process share.
    private static final OctetCache<Symbol> SYMBOLS = new OctetCache<>(1024);
    private static final OctetCache<String> KEYS = new OctetCache<>(1024);

    private static final int SHORTEST_WITH_SIZE = 5;

    private SectionReader() {}

    /**
     * Checks that octets are sections in their order, each as often as it may be, and shows where they are. Their contents
     * are not looked at, except for the size.
     *
     * @param bytes holds the octets
     * @param from the index of the first octet
     * @param to the index behind the last
     * @param limits how many sections there may be
     * @param visitor whom to show the sections
     * @throws DecodeException if a section is out of order, doubled, truncated, unknown or of a wrong type, if there are too
     *     many, or none
     */
    public static void scan(byte[] bytes, int from, int to, DecodeLimits limits, SectionVisitor visitor) {
        int pos = from;
        int place = -1;
        SectionType body = null;
        int bodySections = 0;
        while (pos < to) {
            int start = pos;
            int content = to - pos > 3 && bytes[pos + 1] == FormatCode.SMALL_ULONG ? pos + 3 : -1;
            SectionType type;
            if (content > 0 && bytes[pos] == FormatCode.DESCRIBED) {
                type = SectionType.ofDescriptor(bytes[pos + 2] & 0xff);
            } else {
                WireReader in = reader(bytes, pos, to);
                type = readType(in);
                content = in.pos;
            }
            if (type == null) {
                throw new DecodeException("a message has a section of an unknown type");
            }
            if (type == body && type.place() == place && type != SectionType.VALUE) {
                bodySections++;
                if (bodySections > limits.maxBodySections()) {
                    throw new DecodeException("a message has more body sections than maxBodySections allows, which is "
                            + limits.maxBodySections());
                }
            } else if (type.place() <= place) {
                throw outOfOrder(type, place, body);
            } else if (type.isBody()) {
                body = type;
                bodySections = 1;
            }
            place = type.place();
            pos = skip(bytes, content, to, type);
            visitor.section(type, start, pos);
        }
        if (place < 0) {
            throw new DecodeException("a message has no section");
        }
    }

    private static DecodeException outOfOrder(SectionType type, int place, @Nullable SectionType body) {
        SectionType before = place == SectionType.FOOTER.place() ? SectionType.FOOTER : body;
        return new DecodeException("a message has a section " + Descriptor.name(type.descriptor())
                + (before == null
                        ? " twice or out of order"
                        : before == type ? " twice" : " behind " + Descriptor.name(before.descriptor())));
    }

    /**
     * Tells what kind of section begins with some octets.
     *
     * @param bytes holds the octets
     * @param from the index of the first one
     * @param to the index behind the descriptor
     * @return the kind, null if no section has the descriptor
     * @throws DecodeException if the octets are not the beginning of a section up to its descriptor
     */
    public static @Nullable SectionType type(byte[] bytes, int from, int to) {
        return readType(reader(bytes, from, to));
    }

    private static @Nullable SectionType readType(WireReader in) {
        int code = in.u8();
        if (code != FormatCode.DESCRIBED) {
            throw new DecodeException("a section must be a described value, not " + FormatCode.describe(code));
        }
        return SectionType.ofDescriptor(in.knownDescriptor());
    }

    /** Returns the index behind a value whose constructor is at {@code pos}. */
    private static int skip(byte[] bytes, int pos, int to, SectionType type) {
        if (pos < to && !type.allows(bytes[pos] & 0xff)) {
            throw new DecodeException("a section " + Descriptor.name(type.descriptor()) + " cannot be "
                    + FormatCode.describe(bytes[pos] & 0xff));
        }
        // A described value is two: the descriptor and the value. No recursion, so that depth costs nothing.
        int values = 1;
        while (values > 0) {
            if (pos >= to) {
                throw truncated(type);
            }
            int code = bytes[pos++] & 0xff;
            if (code == FormatCode.DESCRIBED) {
                values++;
                continue;
            }
            int size =
                    switch (code >> 4) {
                        case 0x4 -> 0;
                        case 0x5 -> 1;
                        case 0x6 -> 2;
                        case 0x7 -> 4;
                        case 0x8 -> 8;
                        case 0x9 -> 16;
                        case 0xa, 0xc, 0xe -> to - pos < 1 ? -1 : 1 + (bytes[pos] & 0xff);
                        case 0xb, 0xd, 0xf -> to - pos < 4 ? -1 : wideSize(bytes, pos);
                        default -> throw new DecodeException(FormatCode.describe(code));
                    };
            if (size < 0 || size > to - pos) {
                throw truncated(type);
            }
            pos += size;
            values--;
        }
        return pos;
    }

    private static int wideSize(byte[] bytes, int pos) {
        int size = BigEndian.getInt(bytes, pos);
        return size < 0 || size > Integer.MAX_VALUE - 4 ? -1 : 4 + size;
    }

    private static DecodeException truncated(SectionType type) {
        return new DecodeException("a section " + Descriptor.name(type.descriptor()) + " goes beyond the end");
    }

    /** Returns a reader of descriptors, to which no limit is ever near. */
    private static WireReader reader(byte[] bytes, int from, int to) {
        return reader(bytes, from, to, DecodeLimits.DEFAULT);
    }

    private static WireReader reader(byte[] bytes, int from, int to, DecodeLimits limits) {
        WireReader in = new WireReader(limits, SYMBOLS, KEYS);
        in.begin(bytes, from, to);
        return in;
    }

    /** Returns a reader behind the descriptor of a section; what is behind the section is not read. */
    private static WireReader find(byte[] bytes, int from, int to, DecodeLimits limits, SectionType wanted) {
        int pos = from;
        while (pos < to) {
            int content;
            if (bytes[pos + 1] == FormatCode.SMALL_ULONG) {
                content = pos + 3;
                if (bytes[pos + 2] == wanted.descriptor()) {
                    return reader(bytes, content, to, limits);
                }
            } else {
                WireReader in = reader(bytes, pos, to, limits);
                if (readType(in) == wanted) {
                    return in;
                }
                content = in.pos;
            }
            pos = behind(bytes, content, to);
        }
        throw new IllegalArgumentException("no section " + wanted);
    }

    /** Returns the index behind the content of a section that {@link #scan} has accepted. */
    private static int behind(byte[] bytes, int content, int to) {
        return switch (bytes[content] >> 4 & 0xf) {
            case 0xa, 0xc -> content + 2 + (bytes[content + 1] & 0xff);
            case 0xb, 0xd -> content + 1 + wideSize(bytes, content + 1);
            default -> skip(bytes, content, to, SectionType.VALUE);
        };
    }

    /**
     * Reads the header.
     *
     * @param bytes holds the message
     * @param from the index of its first octet
     * @param to the index behind its last
     * @param limits what to take at most
     * @return the section
     * @throws DecodeException if it is malformed
     * @throws IllegalArgumentException if there is none
     */
    public static Header header(byte[] bytes, int from, int to, DecodeLimits limits) {
        return HeaderCodec.read(find(bytes, from, to, limits, SectionType.HEADER));
    }

    /**
     * Reads the properties.
     *
     * @param bytes holds the message
     * @param from the index of its first octet
     * @param to the index behind its last
     * @param limits what to take at most
     * @return the section
     * @throws DecodeException if it is malformed
     * @throws IllegalArgumentException if there is none
     */
    public static Properties properties(byte[] bytes, int from, int to, DecodeLimits limits) {
        return PropertiesCodec.read(find(bytes, from, to, limits, SectionType.PROPERTIES));
    }

    /**
     * Reads the entries of delivery-annotations, message-annotations or the footer.
     *
     * @param bytes holds the message
     * @param from the index of its first octet
     * @param to the index behind its last
     * @param limits what to take at most
     * @param type which of them
     * @return the entries, immutable
     * @throws DecodeException if they are malformed
     * @throws IllegalArgumentException if there is no such section
     */
    public static Map<Object, @Nullable Object> annotations(
            byte[] bytes, int from, int to, DecodeLimits limits, SectionType type) {
        return SectionCodec.readAnnotations(find(bytes, from, to, limits, type), type.descriptor());
    }

    /**
     * Reads the entries of application-properties.
     *
     * @param bytes holds the message
     * @param from the index of its first octet
     * @param to the index behind its last
     * @param limits what to take at most
     * @return the entries, immutable
     * @throws DecodeException if they are malformed
     * @throws IllegalArgumentException if there is no such section
     */
    public static Map<String, @Nullable Object> applicationProperties(
            byte[] bytes, int from, int to, DecodeLimits limits) {
        return SectionCodec.readApplicationProperties(
                find(bytes, from, to, limits, SectionType.APPLICATION_PROPERTIES));
    }

    /**
     * Reads a body that is an amqp-value.
     *
     * @param bytes holds the section
     * @param from the index of its first octet
     * @param to the index behind its last
     * @param limits what to take at most
     * @return the value, immutable
     * @throws DecodeException if it is malformed
     */
    public static @Nullable Object value(byte[] bytes, int from, int to, DecodeLimits limits) {
        return ValueReader.read(find(bytes, from, to, limits, SectionType.VALUE));
    }

    /**
     * Reads the elements of all amqp-sequence sections of a body.
     *
     * @param bytes holds the sections
     * @param from the index of the first octet
     * @param to the index behind the last
     * @param limits what to take at most
     * @return the elements, immutable
     * @throws DecodeException if a section is malformed
     */
    public static List<@Nullable Object> sequence(byte[] bytes, int from, int to, DecodeLimits limits) {
        WireReader in = reader(bytes, from, to, limits);
        readType(in);
        List<@Nullable Object> first = SectionCodec.readSequence(in);
        if (in.remaining() == 0) {
            return first;
        }
        List<@Nullable Object> all = new ArrayList<>(first);
        while (in.remaining() > 0) {
            readType(in);
            all.addAll(SectionCodec.readSequence(in));
        }
        return new ValueList(all.toArray());
    }

    /**
     * Copies the octets of all data sections of a body.
     *
     * @param bytes holds the sections
     * @param from the index of the first octet
     * @param to the index behind the last
     * @return the octets
     */
    public static byte[] data(byte[] bytes, int from, int to) {
        int constructor = dataConstructor(bytes, from, to);
        int end = skip(bytes, constructor, to, SectionType.DATA);
        if (end == to) {
            return Arrays.copyOfRange(bytes, firstOctet(bytes, constructor), to);
        }
        byte[] all = new byte[to - from];
        int length = 0;
        while (true) {
            int octets = firstOctet(bytes, constructor);
            System.arraycopy(bytes, octets, all, length, end - octets);
            length += end - octets;
            if (end == to) {
                return Arrays.copyOf(all, length);
            }
            constructor = dataConstructor(bytes, end, to);
            end = skip(bytes, constructor, to, SectionType.DATA);
        }
    }

    /**
     * Tells where the octets of a body are that is one data section, which then reach to its end.
     *
     * @param bytes holds the sections
     * @param from the index of the first octet of the body
     * @param to the index behind the last
     * @return the index of the first octet of data, -1 if there are several sections
     */
    public static int onlyData(byte[] bytes, int from, int to) {
        int constructor = dataConstructor(bytes, from, to);
        return skip(bytes, constructor, to, SectionType.DATA) == to ? firstOctet(bytes, constructor) : -1;
    }

    /**
     * Reads all data sections of a body as text.
     *
     * @param bytes holds the sections
     * @param from the index of the first octet
     * @param to the index behind the last
     * @return the text
     * @throws DecodeException if it is not UTF-8
     */
    public static String text(byte[] bytes, int from, int to) {
        int constructor = dataConstructor(bytes, from, to);
        if (skip(bytes, constructor, to, SectionType.DATA) == to) {
            int octets = firstOctet(bytes, constructor);
            return Text.decode(bytes, octets, to - octets);
        }
        byte[] all = data(bytes, from, to);
        return Text.decode(all, 0, all.length);
    }

    /** Returns the index of the constructor of the data section that starts at {@code from}. */
    private static int dataConstructor(byte[] bytes, int from, int to) {
        if (bytes[from + 1] == FormatCode.SMALL_ULONG) {
            return from + 3;
        }
        WireReader in = reader(bytes, from, to);
        readType(in);
        return in.pos;
    }

    private static int firstOctet(byte[] bytes, int constructor) {
        return constructor + ((bytes[constructor] & 0xff) == FormatCode.BINARY8 ? 2 : 5);
    }

    /**
     * Reads octets as text.
     *
     * @param octets those of a data section
     * @return the text
     * @throws DecodeException if it is not UTF-8
     */
    public static String text(byte[] octets) {
        return Text.decode(octets, 0, octets.length);
    }

    /**
     * Finds the octets of a data section behind which nothing comes and which no other data section precedes, where a short look
     * is enough for that: the usual encodings of descriptors. Up to there {@link #scan} looks at nothing but what is before them,
     * so that they may lie elsewhere.
     *
     * @param message an encoded message, between the indices, which nobody has checked
     * @return how many octets are before them; the number of all octets if there is no such section
     */
    public static int beforeData(ByteBuf message) {
        int from = message.readerIndex();
        int to = message.writerIndex();
        long at = from;
        while (to - at >= SHORTEST_WITH_SIZE) {
            int start = message.getInt((int) at);
            if (start >>> Short.SIZE != (FormatCode.DESCRIBED << Byte.SIZE | FormatCode.SMALL_ULONG)) {
                break;
            }
            int code = start & 0xff;
            boolean data = (start >>> Byte.SIZE & 0xff) == Descriptor.DATA;
            long content;
            long size;
            switch (code) {
                case FormatCode.LIST0 -> {
                    content = at + Integer.BYTES;
                    size = 0;
                }
                case FormatCode.BINARY8, FormatCode.LIST8, FormatCode.MAP8 -> {
                    content = at + SHORTEST_WITH_SIZE;
                    size = message.getUnsignedByte((int) content - 1);
                }
                case FormatCode.BINARY32, FormatCode.LIST32, FormatCode.MAP32 -> {
                    content = at + 2 * Integer.BYTES;
                    size = content > to ? Integer.MAX_VALUE : message.getUnsignedInt((int) content - Integer.BYTES);
                }
                default -> {
                    return to - from;
                }
            }
            if (data) {
                boolean binary = code == FormatCode.BINARY8 || code == FormatCode.BINARY32;
                return binary && content + size == to ? (int) content - from : to - from;
            }
            at = content + size;
        }
        return to - from;
    }

    /**
     * Reads the sections of a body.
     *
     * @param bytes holds the sections
     * @param from the index of the first octet
     * @param to the index behind the last
     * @param limits what to take at most
     * @return the sections
     * @throws DecodeException if one is malformed
     */
    public static List<Section> body(byte[] bytes, int from, int to, DecodeLimits limits) {
        WireReader in = reader(bytes, from, to, limits);
        List<Section> sections = new ArrayList<>();
        while (in.remaining() > 0) {
            in.u8();
            Section section = SectionCodec.readBody(in, in.knownDescriptor());
            if (section != null) {
                sections.add(section);
            }
        }
        return List.copyOf(sections);
    }
}
