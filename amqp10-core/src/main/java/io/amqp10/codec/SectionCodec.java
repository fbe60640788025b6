package io.amqp10.codec;

import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.messaging.AmqpSequence;
import io.amqp10.types.messaging.AmqpValue;
import io.amqp10.types.messaging.ApplicationProperties;
import io.amqp10.types.messaging.Data;
import io.amqp10.types.messaging.DeliveryAnnotations;
import io.amqp10.types.messaging.Footer;
import io.amqp10.types.messaging.Header;
import io.amqp10.types.messaging.MessageAnnotations;
import io.amqp10.types.messaging.Properties;
import io.amqp10.types.messaging.Section;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sections of a message. */
final class SectionCodec {

    private SectionCodec() {}

    /** Reads what follows the descriptor; returns null if that is no section's. */
    static @Nullable Section readBody(WireReader in, int descriptor) {
        return switch (descriptor) {
            case Descriptor.HEADER -> HeaderCodec.read(in);
            case Descriptor.DELIVERY_ANNOTATIONS -> new DeliveryAnnotations(readAnnotations(in, descriptor));
            case Descriptor.MESSAGE_ANNOTATIONS -> new MessageAnnotations(readAnnotations(in, descriptor));
            case Descriptor.PROPERTIES -> PropertiesCodec.read(in);
            case Descriptor.APPLICATION_PROPERTIES -> new ApplicationProperties(readApplicationProperties(in));
            case Descriptor.DATA -> new Data(readData(in));
            case Descriptor.AMQP_SEQUENCE -> new AmqpSequence(readSequence(in));
            case Descriptor.AMQP_VALUE -> new AmqpValue(ValueReader.read(in));
            case Descriptor.FOOTER -> new Footer(readAnnotations(in, descriptor));
            default -> null;
        };
    }

    /** Reads a map by symbols and ulongs. */
    static Map<Object, @Nullable Object> readAnnotations(WireReader in, int descriptor) {
        String type = Descriptor.name(descriptor);
        int outerEnd = in.end;
        int count = enterMap(in, type);
        @Nullable Object[] items = new Object[count];
        in.descend();
        for (int i = 0; i < count; i += 2) {
            items[i] = readAnnotationKey(in, type);
            items[i + 1] = ValueReader.read(in);
        }
        in.ascend();
        in.leave(outerEnd, type);
        return ValueMap.of(items, type);
    }

    private static Object readAnnotationKey(WireReader in, String type) {
        int code = in.u8();
        return switch (code) {
            case FormatCode.SYMBOL8 -> in.symbolBody(in.length(false));
            case FormatCode.SYMBOL32 -> in.symbolBody(in.length(true));
            case FormatCode.ULONG0 -> new UnsignedLong(0);
            case FormatCode.SMALL_ULONG -> new UnsignedLong(in.u8());
            case FormatCode.ULONG -> new UnsignedLong(in.i64());
            default ->
                throw new DecodeException(type + " key must be symbol or ulong, not " + FormatCode.describe(code));
        };
    }

    /** Reads a map of simple values by strings. */
    static Map<String, @Nullable Object> readApplicationProperties(WireReader in) {
        String type = Descriptor.name(Descriptor.APPLICATION_PROPERTIES);
        int outerEnd = in.end;
        int count = enterMap(in, type);
        @Nullable Object[] items = new Object[count];
        byte[] bytes = in.bytes;
        int end = in.end;
        int at = in.pos;
        for (int i = 0; i < count; i += 2) {
            String key;
            int left = end - at - 2;
            if (left > 0 && bytes[at] == (byte) FormatCode.STRING8 && (bytes[at + 1] & 0xff) < left) {
                int length = bytes[at + 1] & 0xff;
                key = in.key(at + 2, length);
                at += 2 + length;
                left -= length;
            } else {
                in.pos = at;
                key = readPropertyKey(in, type);
                at = in.pos;
                left = end - at;
            }
            items[i] = key;
            // The most frequent types in place; all others, and what is malformed, by what knows them all.
            int code = left > 0 ? bytes[at] & 0xff : FormatCode.DESCRIBED;
            if (code == FormatCode.STRING8 && left > 1 && (bytes[at + 1] & 0xff) <= left - 2) {
                int length = bytes[at + 1] & 0xff;
                items[i + 1] = Text.decode(bytes, at + 2, length);
                at += 2 + length;
            } else if (code == FormatCode.TRUE) {
                items[i + 1] = Boolean.TRUE;
                at++;
            } else if (code == FormatCode.FALSE) {
                items[i + 1] = Boolean.FALSE;
                at++;
            } else if (code == FormatCode.SMALL_INT && left > 1) {
                items[i + 1] = (int) bytes[at + 1];
                at += 2;
            } else if (code == FormatCode.INT && left > Integer.BYTES) {
                items[i + 1] = BigEndian.getInt(bytes, at + 1);
                at += 1 + Integer.BYTES;
            } else if (code == FormatCode.LONG && left > Long.BYTES) {
                items[i + 1] = BigEndian.getLong(bytes, at + 1);
                at += 1 + Long.BYTES;
            } else if (code == FormatCode.DOUBLE && left > Long.BYTES) {
                items[i + 1] = Double.longBitsToDouble(BigEndian.getLong(bytes, at + 1));
                at += 1 + Long.BYTES;
            } else {
                in.pos = at;
                items[i + 1] = readProperty(in, type, key);
                at = in.pos;
            }
        }
        in.pos = at;
        in.leave(outerEnd, type);
        return ValueMap.of(items, type);
    }

    private static @Nullable Object readProperty(WireReader in, String type, String key) {
        boolean simple = isSimple(in.peek());
        Object value = ValueReader.read(in);
        if (!simple) {
            throw new DecodeException(
                    type + " value of " + ValueReader.quoted(key) + " must be of a simple type, no list, map or array");
        }
        return value;
    }

    private static String readPropertyKey(WireReader in, String type) {
        int code = in.u8();
        return switch (code) {
            case FormatCode.STRING8 -> in.keyBody(in.length(false));
            case FormatCode.STRING32 -> in.stringBody(in.length(true));
            default -> throw new DecodeException(type + " key must be string, not " + FormatCode.describe(code));
        };
    }

    /** Tells by its format code whether the specification allows a value in application-properties. */
    private static boolean isSimple(int code) {
        return code < FormatCode.LIST8 && code != FormatCode.LIST0;
    }

    private static int enterMap(WireReader in, String type) {
        int count = ValueReader.enterMap(in, type);
        if (count < 0) {
            throw new DecodeException(type + " must be a map, not null");
        }
        return count;
    }

    private static Binary readData(WireReader in) {
        Binary octets = in.binary("data", "value");
        if (octets == null) {
            throw new DecodeException("data must be binary, not null");
        }
        return octets;
    }

    @SuppressWarnings("unchecked")
    static List<@Nullable Object> readSequence(WireReader in) {
        if (ValueReader.read(in) instanceof List<?> list) {
            return (List<@Nullable Object>) list;
        }
        throw new DecodeException("amqp-sequence must be a list");
    }

    static void write(WireWriter out, Section section) {
        if (section instanceof Header header) {
            HeaderCodec.write(out, header);
        } else if (section instanceof DeliveryAnnotations annotations) {
            writeAnnotations(out, Descriptor.DELIVERY_ANNOTATIONS, annotations.value());
        } else if (section instanceof MessageAnnotations annotations) {
            writeAnnotations(out, Descriptor.MESSAGE_ANNOTATIONS, annotations.value());
        } else if (section instanceof Properties properties) {
            PropertiesCodec.write(out, properties);
        } else if (section instanceof ApplicationProperties properties) {
            writeApplicationProperties(out, properties.value());
        } else if (section instanceof Data data) {
            out.descriptor(Descriptor.DATA);
            out.binaryValue(data.value());
        } else if (section instanceof AmqpSequence sequence) {
            out.descriptor(Descriptor.AMQP_SEQUENCE);
            ValueWriter.writeList(out, sequence.value());
        } else if (section instanceof AmqpValue value) {
            out.descriptor(Descriptor.AMQP_VALUE);
            ValueWriter.write(out, value.value());
        } else if (section instanceof Footer footer) {
            writeAnnotations(out, Descriptor.FOOTER, footer.value());
        }
    }

    static void writeData(WireWriter out, byte[] octets) {
        out.descriptor(Descriptor.DATA);
        out.binaryValue(octets);
    }

    static void writeData(WireWriter out, ByteBuffer octets) {
        out.descriptor(Descriptor.DATA);
        out.lastingBinaryValue(octets);
    }

    static void writeAnnotations(WireWriter out, int descriptor, Map<?, ? extends @Nullable Object> annotations) {
        out.descriptor(descriptor);
        for (Object key : annotations.keySet()) {
            if (!(key instanceof Symbol || key instanceof UnsignedLong)) {
                throw new IllegalArgumentException(
                        Descriptor.name(descriptor) + " has keys of Symbol or UnsignedLong, not " + key);
            }
        }
        ValueWriter.writeMap(out, annotations);
    }

    static void writeApplicationProperties(WireWriter out, Map<String, ? extends @Nullable Object> properties) {
        out.descriptor(Descriptor.APPLICATION_PROPERTIES);
        int mark = out.beginCompound();
        int items = 0;
        for (Map.Entry<String, ? extends @Nullable Object> entry : properties.entrySet()) {
            out.keyValue(entry.getKey());
            int at = out.written();
            ValueWriter.write(out, entry.getValue());
            if (!isSimple(out.octetAt(at))) {
                throw new IllegalArgumentException(
                        "application-properties: the value of " + entry.getKey() + " is not of a simple type");
            }
            items += 2;
        }
        out.endCompound(mark, FormatCode.MAP8, items);
    }
}
