package io.amqp10.codec;

import io.amqp10.types.AmqpArray;
import io.amqp10.types.AmqpType;
import io.amqp10.types.Binary;
import io.amqp10.types.CodePoint;
import io.amqp10.types.Decimal128;
import io.amqp10.types.Decimal32;
import io.amqp10.types.Decimal64;
import io.amqp10.types.Described;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedByte;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.UnsignedShort;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes values of any type. */
final class ValueWriter {

    private ValueWriter() {}

    /** Writes a value with its constructor. The more frequent a type, the earlier it is asked for. */
    static void write(WireWriter out, @Nullable Object value) {
        if (value == null) {
            out.nullValue();
        } else if (value instanceof String string) {
            out.stringValue(string);
        } else if (value instanceof Integer number) {
            out.intValue(number);
        } else if (value instanceof Long number) {
            out.longValue(number);
        } else if (value instanceof Boolean bool) {
            out.booleanValue(bool);
        } else if (value instanceof Symbol symbol) {
            out.symbolValue(symbol);
        } else if (value instanceof Double number) {
            out.value64(FormatCode.DOUBLE, Double.doubleToRawLongBits(number));
        } else if (value instanceof UnsignedInteger number) {
            out.uintValue(number.value());
        } else if (value instanceof UnsignedLong number) {
            out.ulongValue(number.bits());
        } else if (value instanceof Instant instant) {
            out.value64(FormatCode.TIMESTAMP, millis(instant));
        } else if (value instanceof Binary binary) {
            out.binaryValue(binary);
        } else if (value instanceof byte[] octets) {
            out.binaryValue(octets);
        } else if (value instanceof UUID uuid) {
            out.value128(FormatCode.UUID, uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
        } else if (value instanceof List<?> list) {
            writeList(out, list);
        } else if (value instanceof Map<?, ?> map) {
            writeMap(out, map);
        } else {
            writeSeldom(out, value);
        }
    }

    private static void writeSeldom(WireWriter out, Object value) {
        if (value instanceof Float number) {
            out.value32(FormatCode.FLOAT, Float.floatToRawIntBits(number));
        } else if (value instanceof Short number) {
            out.value16(FormatCode.SHORT, number);
        } else if (value instanceof Byte number) {
            out.value8(FormatCode.BYTE, number);
        } else if (value instanceof UnsignedByte number) {
            out.value8(FormatCode.UBYTE, number.value());
        } else if (value instanceof UnsignedShort number) {
            out.value16(FormatCode.USHORT, number.value());
        } else if (value instanceof CodePoint codePoint) {
            out.value32(FormatCode.CHAR, codePoint.value());
        } else if (value instanceof Character character) {
            out.value32(FormatCode.CHAR, CodePoint.of(character).value());
        } else if (value instanceof Decimal32 number) {
            out.value32(FormatCode.DECIMAL32, number.bits());
        } else if (value instanceof Decimal64 number) {
            out.value64(FormatCode.DECIMAL64, number.bits());
        } else if (value instanceof Decimal128 number) {
            out.value128(FormatCode.DECIMAL128, number.highBits(), number.lowBits());
        } else if (value instanceof ByteBuffer octets) {
            out.binaryValue(octets);
        } else if (value instanceof AmqpArray array) {
            ArrayWriter.write(out, array);
        } else if (value instanceof Described described) {
            writeDescribed(out, described);
        } else if (value.getClass().isArray()) {
            ArrayWriter.write(out, AmqpArray.from(value));
        } else if (!CompositeValues.write(out, value)) {
            throw new IllegalArgumentException(value.getClass().getName() + " has no AMQP type");
        }
    }

    /** Tells whether a value is of a type that has no elements. */
    static boolean isScalar(Object value) {
        AmqpType type = AmqpType.of(value);
        return type == null
                ? value instanceof byte[]
                        || value instanceof ByteBuffer
                        || value instanceof Character
                        || CompositeValues.isComposite(value)
                : type != AmqpType.LIST && type != AmqpType.MAP && type != AmqpType.ARRAY;
    }

    /** Tells whether a value is of a type that has elements. */
    static boolean isCompound(@Nullable Object value) {
        return value instanceof List
                || value instanceof Map
                || value instanceof AmqpArray
                || value != null && value.getClass().isArray();
    }

    private static void writeDescribed(WireWriter out, Described described) {
        out.descend();
        out.reserve(1);
        out.put8(FormatCode.DESCRIBED);
        write(out, described.descriptor());
        write(out, described.value());
        out.ascend();
    }

    static long millis(Instant instant) {
        try {
            return instant.toEpochMilli();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("a timestamp has 64 bits of milliseconds, too few for " + instant, e);
        }
    }

    static void writeList(WireWriter out, List<?> list) {
        if (list.isEmpty()) {
            out.reserve(1);
            out.put8(FormatCode.LIST0);
            return;
        }
        int mark = out.beginCompound();
        out.endCompound(mark, FormatCode.LIST8, writeItems(out, list));
    }

    static void writeMap(WireWriter out, Map<?, ?> map) {
        int mark = out.beginCompound();
        out.endCompound(mark, FormatCode.MAP8, writeItems(out, map));
    }

    /** Writes the items of a list; returns how many there were. */
    static int writeItems(WireWriter out, List<?> list) {
        int items = 0;
        if (list instanceof RandomAccess) {
            for (int size = list.size(); items < size; items++) {
                writeItem(out, list.get(items));
            }
        } else {
            for (Object item : list) {
                writeItem(out, item);
                items++;
            }
        }
        return items;
    }

    /** Writes an item; small enough to become part of the loop for the most frequent types. */
    private static void writeItem(WireWriter out, @Nullable Object item) {
        if (item instanceof Integer number) {
            out.intValue(number);
        } else if (item instanceof String string) {
            out.stringValue(string);
        } else {
            write(out, item);
        }
    }

    /** Writes the keys and values of a map; returns how many there were. */
    static int writeItems(WireWriter out, Map<?, ?> map) {
        int items = 0;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (entry.getKey() instanceof String key) {
                out.keyValue(key);
            } else {
                write(out, entry.getKey());
            }
            writeItem(out, entry.getValue());
            items += 2;
        }
        return items;
    }
}
