package io.amqp10.codec;

import io.amqp10.types.AmqpArray;
import io.amqp10.types.AmqpType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads arrays: one constructor, then elements without any. Numbers are not boxed. */
final class ArrayReader {

    private ArrayReader() {}

    static AmqpArray read(WireReader in, boolean wide) {
        int outerEnd = in.end;
        int count = in.enter(wide);
        in.descend();
        AmqpArray array = readElements(in, count);
        in.ascend();
        in.leave(outerEnd, "array");
        return array;
    }

    private static AmqpArray readElements(WireReader in, int count) {
        int code = in.u8();
        if (code == FormatCode.DESCRIBED) {
            in.descend();
            Object descriptor = ValueReader.read(in);
            AmqpArray array = readElements(in, count).describedBy(descriptor);
            in.ascend();
            return array;
        }
        AmqpType type = FormatCode.typeOf(code);
        if (type == null) {
            throw new DecodeException("array elements of " + FormatCode.describe(code));
        }
        return switch (code) {
            case FormatCode.NULL -> AmqpArray.ofNulls(zeroWidth(in, count));
            case FormatCode.TRUE, FormatCode.FALSE -> {
                boolean[] values = new boolean[zeroWidth(in, count)];
                Arrays.fill(values, code == FormatCode.TRUE);
                yield AmqpArray.wrap(type, values);
            }
            case FormatCode.UINT0 -> AmqpArray.wrap(type, new int[zeroWidth(in, count)]);
            case FormatCode.ULONG0 -> AmqpArray.wrap(type, new long[zeroWidth(in, count)]);
            case FormatCode.LIST0 -> {
                Object[] values = new Object[zeroWidth(in, count)];
                Arrays.fill(values, List.of());
                yield AmqpArray.wrap(type, values);
            }
            case FormatCode.BOOLEAN -> AmqpArray.wrap(type, booleans(in, count));
            case FormatCode.UBYTE, FormatCode.BYTE -> {
                fixedWidth(in, count, Byte.BYTES);
                yield AmqpArray.wrap(type, in.copy(count));
            }
            case FormatCode.USHORT, FormatCode.SHORT -> AmqpArray.wrap(type, shorts(in, count));
            case FormatCode.SMALL_UINT, FormatCode.SMALL_INT -> AmqpArray.wrap(type, smallInts(in, count, code));
            case FormatCode.UINT, FormatCode.INT -> AmqpArray.wrap(type, ints(in, count));
            case FormatCode.CHAR -> {
                int[] values = ints(in, count);
                for (int value : values) {
                    ValueReader.codePoint(value);
                }
                yield AmqpArray.wrap(type, values);
            }
            case FormatCode.SMALL_ULONG, FormatCode.SMALL_LONG -> AmqpArray.wrap(type, smallLongs(in, count, code));
            case FormatCode.ULONG, FormatCode.LONG, FormatCode.TIMESTAMP -> AmqpArray.wrap(type, longs(in, count));
            case FormatCode.FLOAT -> AmqpArray.wrap(type, floats(in, count));
            case FormatCode.DOUBLE -> AmqpArray.wrap(type, doubles(in, count));
            default -> AmqpArray.wrap(type, objects(in, count, code));
        };
    }

    /** Checks the count of elements that have no octets, which only a limit bounds. */
    private static int zeroWidth(WireReader in, int count) {
        in.chargeZeroWidth(count);
        return count;
    }

    /** Checks that the octets are those of {@code count} elements, before anything is allocated for them. */
    static void fixedWidth(WireReader in, int count, int width) {
        if (count < 0 || (long) count * width != in.remaining()) {
            throw new DecodeException(Integer.toUnsignedString(count) + " array elements of " + width
                    + " octets do not make " + in.remaining());
        }
    }

    private static boolean[] booleans(WireReader in, int count) {
        fixedWidth(in, count, Byte.BYTES);
        boolean[] values = new boolean[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.booleanBody();
        }
        return values;
    }

    private static short[] shorts(WireReader in, int count) {
        fixedWidth(in, count, Short.BYTES);
        short[] values = new short[count];
        byte[] bytes = in.bytes;
        int at = in.pos;
        for (int i = 0; i < count; i++) {
            values[i] = BigEndian.getShort(bytes, at + i * Short.BYTES);
        }
        in.pos = in.end;
        return values;
    }

    private static int[] ints(WireReader in, int count) {
        fixedWidth(in, count, Integer.BYTES);
        int[] values = new int[count];
        byte[] bytes = in.bytes;
        int at = in.pos;
        for (int i = 0; i < count; i++) {
            values[i] = BigEndian.getInt(bytes, at + i * Integer.BYTES);
        }
        in.pos = in.end;
        return values;
    }

    private static long[] longs(WireReader in, int count) {
        fixedWidth(in, count, Long.BYTES);
        long[] values = new long[count];
        byte[] bytes = in.bytes;
        int at = in.pos;
        for (int i = 0; i < count; i++) {
            values[i] = BigEndian.getLong(bytes, at + i * Long.BYTES);
        }
        in.pos = in.end;
        return values;
    }

    private static float[] floats(WireReader in, int count) {
        fixedWidth(in, count, Float.BYTES);
        float[] values = new float[count];
        byte[] bytes = in.bytes;
        int at = in.pos;
        for (int i = 0; i < count; i++) {
            values[i] = Float.intBitsToFloat(BigEndian.getInt(bytes, at + i * Float.BYTES));
        }
        in.pos = in.end;
        return values;
    }

    private static double[] doubles(WireReader in, int count) {
        fixedWidth(in, count, Double.BYTES);
        double[] values = new double[count];
        byte[] bytes = in.bytes;
        int at = in.pos;
        for (int i = 0; i < count; i++) {
            values[i] = Double.longBitsToDouble(BigEndian.getLong(bytes, at + i * Double.BYTES));
        }
        in.pos = in.end;
        return values;
    }

    private static int[] smallInts(WireReader in, int count, int code) {
        fixedWidth(in, count, Byte.BYTES);
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = code == FormatCode.SMALL_INT ? (byte) in.u8() : in.u8();
        }
        return values;
    }

    private static long[] smallLongs(WireReader in, int count, int code) {
        fixedWidth(in, count, Byte.BYTES);
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = code == FormatCode.SMALL_LONG ? (byte) in.u8() : in.u8();
        }
        return values;
    }

    private static Object[] objects(WireReader in, int count, int code) {
        // The high half of a format code tells the least that an element takes: its width, its size, its size and
        // count.
        int width =
                switch (code >> 4) {
                    case 0x7 -> 4;
                    case 0x8 -> 8;
                    case 0x9 -> 16;
                    case 0xa -> 1;
                    case 0xb -> 4;
                    case 0xc -> 2;
                    case 0xd -> 8;
                    case 0xe -> 3;
                    default -> 9;
                };
        if (count < 0 || (long) count * width > in.remaining()) {
            throw new DecodeException(
                    Integer.toUnsignedString(count) + " array elements do not fit into " + in.remaining() + " octets");
        }
        in.chargeValues(count);
        @Nullable Object[] values = new Object[count];
        for (int i = 0; i < count; i++) {
            values[i] = ValueReader.readBody(in, code);
        }
        return values;
    }
}
