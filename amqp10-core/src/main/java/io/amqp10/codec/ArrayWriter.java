package io.amqp10.codec;

import io.amqp10.types.AmqpArray;
import io.amqp10.types.Binary;
import io.amqp10.types.Decimal128;
import io.amqp10.types.Decimal32;
import io.amqp10.types.Decimal64;
import io.amqp10.types.Symbol;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Writes arrays. Numbers get their full width, which every peer reads; strings, symbols and binaries get a length of one
 * octet if that is enough for all of them.
 */
final class ArrayWriter {

    private static final int MAX_NARROW = 0xff;

    private ArrayWriter() {}

    /** Writes an array with its constructor. */
    static void write(WireWriter out, AmqpArray array) {
        int mark = out.beginCompound();
        // The count stands before the constructor of the elements, as in a list the count stands before the items.
        writeElements(out, array);
        out.endCompound(mark, FormatCode.ARRAY8, array.size());
    }

    /** Writes the constructor of the elements and the elements. */
    private static void writeElements(WireWriter out, AmqpArray array) {
        Object storage = array.storage();
        switch (array.type()) {
            case NULL -> code(out, FormatCode.NULL);
            case BOOLEAN -> writeBooleans(out, (boolean[]) storage);
            case UBYTE -> writeBytes(out, FormatCode.UBYTE, (byte[]) storage);
            case BYTE -> writeBytes(out, FormatCode.BYTE, (byte[]) storage);
            case USHORT -> writeShorts(out, FormatCode.USHORT, (short[]) storage);
            case SHORT -> writeShorts(out, FormatCode.SHORT, (short[]) storage);
            case UINT -> writeInts(out, FormatCode.UINT, (int[]) storage);
            case INT -> writeInts(out, FormatCode.INT, (int[]) storage);
            case CHAR -> writeInts(out, FormatCode.CHAR, (int[]) storage);
            case ULONG -> writeLongs(out, FormatCode.ULONG, (long[]) storage);
            case LONG -> writeLongs(out, FormatCode.LONG, (long[]) storage);
            case TIMESTAMP -> writeLongs(out, FormatCode.TIMESTAMP, (long[]) storage);
            case FLOAT -> writeFloats(out, (float[]) storage);
            case DOUBLE -> writeDoubles(out, (double[]) storage);
            case DESCRIBED -> writeDescribed(out, array, (AmqpArray) storage);
            default -> writeObjects(out, array, (Object[]) storage);
        }
    }

    private static void code(WireWriter out, int code) {
        out.reserve(1);
        out.put8(code);
    }

    private static void writeBooleans(WireWriter out, boolean[] values) {
        out.reserve(1 + values.length);
        out.put8(FormatCode.BOOLEAN);
        for (boolean value : values) {
            out.put8(value ? 1 : 0);
        }
    }

    private static void writeBytes(WireWriter out, int code, byte[] values) {
        code(out, code);
        out.raw(values, 0, values.length);
    }

    /** Makes room for elements of a fixed width and writes their constructor. */
    private static void constructor(WireWriter out, int code, int elements, int width) {
        long octets = 1 + (long) elements * width;
        if (octets > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("an array takes more than 2^31 octets");
        }
        out.reserve((int) octets);
        out.put8(code);
    }

    private static void writeShorts(WireWriter out, int code, short[] values) {
        constructor(out, code, values.length, Short.BYTES);
        byte[] buf = out.buf;
        int at = out.pos;
        for (int i = 0; i < values.length; i++) {
            BigEndian.putShort(buf, at + i * Short.BYTES, values[i]);
        }
        out.pos = at + values.length * Short.BYTES;
    }

    private static void writeInts(WireWriter out, int code, int[] values) {
        constructor(out, code, values.length, Integer.BYTES);
        byte[] buf = out.buf;
        int at = out.pos;
        int pairs = values.length & ~1;
        for (int i = 0; i < pairs; i += 2) {
            // The processor writes less often than it reads.
            long pair = (long) values[i] << Integer.SIZE | values[i + 1] & 0xffff_ffffL;
            BigEndian.putLong(buf, at + i * Integer.BYTES, pair);
        }
        if (pairs < values.length) {
            BigEndian.putInt(buf, at + pairs * Integer.BYTES, values[pairs]);
        }
        out.pos = at + values.length * Integer.BYTES;
    }

    private static void writeLongs(WireWriter out, int code, long[] values) {
        constructor(out, code, values.length, Long.BYTES);
        byte[] buf = out.buf;
        int at = out.pos;
        for (int i = 0; i < values.length; i++) {
            BigEndian.putLong(buf, at + i * Long.BYTES, values[i]);
        }
        out.pos = at + values.length * Long.BYTES;
    }

    private static void writeFloats(WireWriter out, float[] values) {
        constructor(out, FormatCode.FLOAT, values.length, Float.BYTES);
        byte[] buf = out.buf;
        int at = out.pos;
        for (int i = 0; i < values.length; i++) {
            BigEndian.putInt(buf, at + i * Float.BYTES, Float.floatToRawIntBits(values[i]));
        }
        out.pos = at + values.length * Float.BYTES;
    }

    private static void writeDoubles(WireWriter out, double[] values) {
        constructor(out, FormatCode.DOUBLE, values.length, Double.BYTES);
        byte[] buf = out.buf;
        int at = out.pos;
        for (int i = 0; i < values.length; i++) {
            BigEndian.putLong(buf, at + i * Double.BYTES, Double.doubleToRawLongBits(values[i]));
        }
        out.pos = at + values.length * Double.BYTES;
    }

    private static void writeDescribed(WireWriter out, AmqpArray array, AmqpArray elements) {
        out.descend();
        code(out, FormatCode.DESCRIBED);
        ValueWriter.write(out, array.descriptor());
        writeElements(out, elements);
        out.ascend();
    }

    private static void writeObjects(WireWriter out, AmqpArray array, Object[] values) {
        switch (array.type()) {
            case DECIMAL32 -> {
                code(out, FormatCode.DECIMAL32);
                for (Object value : values) {
                    out.reserve(Integer.BYTES);
                    out.put32(((Decimal32) value).bits());
                }
            }
            case DECIMAL64 -> {
                code(out, FormatCode.DECIMAL64);
                for (Object value : values) {
                    out.reserve(Long.BYTES);
                    out.put64(((Decimal64) value).bits());
                }
            }
            case DECIMAL128 -> {
                code(out, FormatCode.DECIMAL128);
                for (Object value : values) {
                    out.reserve(2 * Long.BYTES);
                    out.put64(((Decimal128) value).highBits());
                    out.put64(((Decimal128) value).lowBits());
                }
            }
            case UUID -> {
                code(out, FormatCode.UUID);
                for (Object value : values) {
                    out.reserve(2 * Long.BYTES);
                    out.put64(((UUID) value).getMostSignificantBits());
                    out.put64(((UUID) value).getLeastSignificantBits());
                }
            }
            case BINARY -> {
                boolean wide = lengthCode(out, array, FormatCode.BINARY8, FormatCode.BINARY32);
                for (Object value : values) {
                    out.binaryBody((Binary) value, wide);
                }
            }
            case STRING -> {
                boolean wide = lengthCode(out, array, FormatCode.STRING8, FormatCode.STRING32);
                for (Object value : values) {
                    out.stringBody((String) value, wide);
                }
            }
            case SYMBOL -> {
                boolean wide = lengthCode(out, array, FormatCode.SYMBOL8, FormatCode.SYMBOL32);
                for (Object value : values) {
                    out.symbolBody((Symbol) value, wide);
                }
            }
            case LIST -> {
                code(out, FormatCode.LIST32);
                for (Object value : values) {
                    int mark = out.beginElement();
                    out.endElement(mark, ValueWriter.writeItems(out, (List<?>) value));
                }
            }
            case MAP -> {
                code(out, FormatCode.MAP32);
                for (Object value : values) {
                    int mark = out.beginElement();
                    out.endElement(mark, ValueWriter.writeItems(out, (Map<?, ?>) value));
                }
            }
            case ARRAY -> {
                code(out, FormatCode.ARRAY32);
                for (Object value : values) {
                    int mark = out.beginElement();
                    writeElements(out, (AmqpArray) value);
                    out.endElement(mark, ((AmqpArray) value).size());
                }
            }
            default -> throw new IllegalStateException("no objects hold " + array.type());
        }
    }

    private static boolean lengthCode(WireWriter out, AmqpArray array, int narrowCode, int wideCode) {
        boolean wide = false;
        for (Object value : (Object[]) array.storage()) {
            wide |= length(value) > MAX_NARROW;
        }
        code(out, wide ? wideCode : narrowCode);
        return wide;
    }

    private static int length(Object value) {
        if (value instanceof Symbol symbol) {
            return symbol.length();
        }
        return value instanceof Binary binary ? binary.length() : Text.utf8Length((String) value);
    }
}
