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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads values of any type. */
final class ValueReader {

    /**
     * How many keys of a map may be lists, maps, arrays or described values. Such keys have no order, so that many of one
     * hash code would cost time by the square of their number.
     */
    static final int MAX_COMPOUND_KEYS = 64;

    /** From how many items on a list may be worth a look whether all are ints. */
    private static final int MIN_INTS = 16;

    private ValueReader() {}

    /** Reads a value with its constructor. */
    static @Nullable Object read(WireReader in) {
        int code = in.u8();
        return code == FormatCode.DESCRIBED ? readDescribed(in) : readBody(in, code);
    }

    /** Reads what follows a descriptor's leading 0x00: the descriptor and the value. */
    private static Object readDescribed(WireReader in) {
        in.descend();
        int start = in.pos;
        Object value = CompositeValues.read(in, in.knownDescriptor());
        if (value == null) {
            in.pos = start;
            Object descriptor = read(in);
            value = new Described(descriptor, read(in));
        }
        in.ascend();
        return value;
    }

    /** Reads a value with its constructor; small enough to become part of the loop for the most frequent types. */
    private static @Nullable Object readItem(WireReader in) {
        int code = in.u8();
        return switch (code) {
            case FormatCode.STRING8 -> in.stringBody(in.length(false));
            case FormatCode.SMALL_INT -> (int) (byte) in.u8();
            case FormatCode.INT -> in.i32();
            case FormatCode.LONG -> in.i64();
            case FormatCode.DOUBLE -> Double.longBitsToDouble(in.i64());
            case FormatCode.TRUE -> Boolean.TRUE;
            case FormatCode.FALSE -> Boolean.FALSE;
            case FormatCode.DESCRIBED -> readDescribed(in);
            default -> readBody(in, code);
        };
    }

    /** Reads what follows the format code of a value that is not described. */
    static @Nullable Object readBody(WireReader in, int code) {
        return switch (code) {
            case FormatCode.NULL -> null;
            case FormatCode.TRUE -> Boolean.TRUE;
            case FormatCode.FALSE -> Boolean.FALSE;
            case FormatCode.BOOLEAN -> in.booleanBody();
            case FormatCode.UBYTE -> new UnsignedByte(in.u8());
            case FormatCode.BYTE -> (byte) in.u8();
            case FormatCode.USHORT -> new UnsignedShort(in.u16());
            case FormatCode.SHORT -> (short) in.u16();
            case FormatCode.UINT0 -> new UnsignedInteger(0);
            case FormatCode.SMALL_UINT -> new UnsignedInteger(in.u8());
            case FormatCode.UINT -> new UnsignedInteger(in.i32() & UnsignedInteger.MAX);
            case FormatCode.SMALL_INT -> (int) (byte) in.u8();
            case FormatCode.INT -> in.i32();
            case FormatCode.ULONG0 -> new UnsignedLong(0);
            case FormatCode.SMALL_ULONG -> new UnsignedLong(in.u8());
            case FormatCode.ULONG -> new UnsignedLong(in.i64());
            case FormatCode.SMALL_LONG -> (long) (byte) in.u8();
            case FormatCode.LONG -> in.i64();
            case FormatCode.FLOAT -> Float.intBitsToFloat(in.i32());
            case FormatCode.DOUBLE -> Double.longBitsToDouble(in.i64());
            case FormatCode.DECIMAL32 -> new Decimal32(in.i32());
            case FormatCode.DECIMAL64 -> new Decimal64(in.i64());
            case FormatCode.DECIMAL128 -> new Decimal128(in.i64(), in.i64());
            case FormatCode.CHAR -> new CodePoint(codePoint(in.i32()));
            case FormatCode.TIMESTAMP -> Instant.ofEpochMilli(in.i64());
            case FormatCode.UUID -> new UUID(in.i64(), in.i64());
            case FormatCode.BINARY8 -> Binary.wrap(in.copy(in.length(false)));
            case FormatCode.BINARY32 -> Binary.wrap(in.copy(in.length(true)));
            case FormatCode.STRING8 -> in.stringBody(in.length(false));
            case FormatCode.STRING32 -> in.stringBody(in.length(true));
            case FormatCode.SYMBOL8 -> in.symbolBody(in.length(false));
            case FormatCode.SYMBOL32 -> in.symbolBody(in.length(true));
            case FormatCode.LIST0 -> List.of();
            case FormatCode.LIST8 -> readList(in, false);
            case FormatCode.LIST32 -> readList(in, true);
            case FormatCode.MAP8 -> readMap(in, false);
            case FormatCode.MAP32 -> readMap(in, true);
            case FormatCode.ARRAY8 -> ArrayReader.read(in, false);
            case FormatCode.ARRAY32 -> ArrayReader.read(in, true);
            default -> throw new DecodeException(FormatCode.describe(code));
        };
    }

    static int codePoint(int value) {
        if (!CodePoint.isScalar(value)) {
            throw new DecodeException("a char is no Unicode scalar value: 0x" + Integer.toHexString(value));
        }
        return value;
    }

    private static List<@Nullable Object> readList(WireReader in, boolean wide) {
        int outerEnd = in.end;
        int count = in.enterCompound(wide);
        in.chargeValues(count);
        in.descend();
        List<@Nullable Object> list = count >= MIN_INTS ? readInts(in, count) : null;
        if (list == null) {
            @Nullable Object[] items = new Object[count];
            for (int i = 0; i < count; i++) {
                items[i] = readItem(in);
            }
            list = new ValueList(items);
        }
        in.ascend();
        in.leave(outerEnd, "list");
        return list;
    }

    /** Reads items that are all ints, without boxes; returns null, with nothing read, if one is not. */
    private static @Nullable List<@Nullable Object> readInts(WireReader in, int count) {
        byte[] bytes = in.bytes;
        int at = in.pos;
        int[] values = null;
        for (int i = 0; i < count; i++) {
            int left = in.end - at;
            if (left > Integer.BYTES && bytes[at] == FormatCode.INT) {
                values = values == null ? new int[count] : values;
                values[i] = BigEndian.getInt(bytes, at + 1);
                at += 1 + Integer.BYTES;
            } else if (left > 1 && bytes[at] == FormatCode.SMALL_INT) {
                values = values == null ? new int[count] : values;
                values[i] = bytes[at + 1];
                at += 2;
            } else {
                return null;
            }
        }
        in.pos = at;
        return AmqpArray.wrap(AmqpType.INT, values == null ? new int[0] : values)
                .asList();
    }

    private static Map<@Nullable Object, @Nullable Object> readMap(WireReader in, boolean wide) {
        int outerEnd = in.end;
        @Nullable Object[] items = new Object[enterMap(in, wide, "map")];
        in.descend();
        int compoundKeys = 0;
        for (int i = 0; i < items.length; i += 2) {
            Object key = readKey(in);
            if (key != null && !(key instanceof Comparable) && ++compoundKeys > MAX_COMPOUND_KEYS) {
                throw new DecodeException("more than " + MAX_COMPOUND_KEYS + " keys of a map are compound");
            }
            items[i] = key;
            items[i + 1] = readItem(in);
        }
        in.ascend();
        in.leave(outerEnd, "map");
        return ValueMap.of(items, "map");
    }

    /** Reads the size and count of a map; returns how many keys and values it has. */
    private static int enterMap(WireReader in, boolean wide, String what) {
        int items = in.enterCompound(wide);
        if ((items & 1) != 0) {
            throw new DecodeException(what + " has an odd number of items: " + items);
        }
        in.chargeValues(items);
        return items;
    }

    /** Reads the constructor, size and count of a map; returns how many keys and values it has, or -1 for null. */
    static int enterMap(WireReader in, String what) {
        int code = in.u8();
        return switch (code) {
            case FormatCode.MAP8 -> enterMap(in, false, what);
            case FormatCode.MAP32 -> enterMap(in, true, what);
            case FormatCode.NULL -> -1;
            default -> throw new DecodeException(what + " must be a map, not " + FormatCode.describe(code));
        };
    }

    static String shown(@Nullable Object key) {
        return key instanceof String || key instanceof Symbol || key instanceof Number
                ? quoted(key.toString())
                : key == null ? "null" : "of type " + key.getClass().getSimpleName();
    }

    /** Shortens and escapes a peer's text for an error. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("'");
        text.codePoints().limit(64).forEach(c -> {
            if (Character.isISOControl(c)) {
                quoted.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append(text.length() > 64 ? "'..." : "'").toString();
    }

    /** Reads a key: strings among them are remembered. */
    private static @Nullable Object readKey(WireReader in) {
        if (in.peek() == FormatCode.STRING8) {
            in.pos++;
            return in.keyBody(in.length(false));
        }
        return read(in);
    }

    /** Reads a map with keys of type symbol, empty for null. */
    static Map<Symbol, @Nullable Object> readFields(WireReader in, String type, String field) {
        String what = type + "." + field;
        int outerEnd = in.end;
        int count = enterMap(in, what);
        if (count < 0) {
            return Map.of();
        }
        in.descend();
        @Nullable Object[] items = new Object[count];
        for (int i = 0; i < count; i += 2) {
            Symbol key = in.symbol(type, field + " key");
            if (key == null) {
                throw new DecodeException(what + " has a null key");
            }
            items[i] = key;
            items[i + 1] = readItem(in);
        }
        in.ascend();
        in.leave(outerEnd, what);
        return ValueMap.of(items, what);
    }

    /** Reads a field that may have several symbols: null, one, or an array. */
    static List<Symbol> readSymbols(WireReader in, String type, String field) {
        int code = in.u8();
        switch (code) {
            case FormatCode.NULL:
                return List.of();
            case FormatCode.SYMBOL8, FormatCode.SYMBOL32:
                return List.of(in.symbolBody(in.length(code == FormatCode.SYMBOL32)));
            case FormatCode.ARRAY8, FormatCode.ARRAY32:
                AmqpArray array = ArrayReader.read(in, code == FormatCode.ARRAY32);
                if (array.size() == 0) {
                    // Whatever the type of its elements, it has none.
                    return List.of();
                }
                Symbol[] symbols = new Symbol[array.size()];
                for (int i = 0; i < symbols.length; i++) {
                    if (!(array.get(i) instanceof Symbol symbol)) {
                        throw new DecodeException(
                                type + "." + field + " must hold symbols, not an array of " + array.type());
                    }
                    symbols[i] = symbol;
                }
                return List.of(symbols);
            default:
                throw new DecodeException(
                        type + "." + field + " must be a symbol or an array of them, not " + FormatCode.describe(code));
        }
    }
}
