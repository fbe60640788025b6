package io.amqp10.codec;

import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads octets of an array in order, never beyond the end of the innermost list, map or array. Every method throws
 * {@link DecodeException} where the octets end or are of another type. Methods that take a type and a field name them in
 * the error. Not safe for more than one thread.
 */
final class WireReader {

    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long NOT_ASCII = 0x8080_8080_8080_8080L;
    private static final byte[] NOTHING = new byte[0];
    private static final char REPLACEMENT = '\ufffd';

    private final DecodeLimits limits;
    private final OctetCache<Symbol> symbols;
    private final OctetCache<String> keys;

    byte[] bytes = NOTHING;
    int pos;
    int end;
    private int depthLeft;
    private int zeroWidthLeft;
    private int valuesLeft;

    WireReader(DecodeLimits limits) {
        this(limits, new OctetCache<>(limits.symbolCacheSize()), new OctetCache<>(limits.symbolCacheSize()));
    }

    WireReader(DecodeLimits limits, OctetCache<Symbol> symbols, OctetCache<String> keys) {
        this.limits = limits;
        this.symbols = symbols;
        this.keys = keys;
    }

    DecodeLimits limits() {
        return limits;
    }

    OctetCache<Symbol> symbols() {
        return symbols;
    }

    /** Starts to read, with all budgets full. */
    void begin(byte[] source, int from, int to) {
        bytes = source;
        pos = from;
        end = to;
        depthLeft = limits.maxDepth();
        zeroWidthLeft = limits.maxZeroWidthElements();
        valuesLeft = limits.maxValues();
    }

    /** Lets the array go. */
    void release() {
        bytes = NOTHING;
        pos = 0;
        end = 0;
    }

    // Budgets

    void descend() {
        if (--depthLeft < 0) {
            throw new DecodeException("values are nested deeper than " + limits.maxDepth());
        }
    }

    void ascend() {
        depthLeft++;
    }

    void chargeValues(int count) {
        valuesLeft -= count;
        if (valuesLeft < 0) {
            throw new DecodeException(AmqpError.DECODE_ERROR, "more than " + limits.maxValues() + " values");
        }
    }

    void chargeZeroWidth(int count) {
        if (count < 0 || count > zeroWidthLeft) {
            throw new DecodeException(
                    AmqpError.DECODE_ERROR,
                    "more than " + limits.maxZeroWidthElements() + " array elements without octets");
        }
        zeroWidthLeft -= count;
    }

    // Octets

    int remaining() {
        return end - pos;
    }

    private void need(int count) {
        if (end - pos < count) {
            throw truncated(count);
        }
    }

    DecodeException truncated(int count) {
        return new DecodeException("octets end: " + count + " wanted, " + (end - pos) + " left");
    }

    int peek() {
        need(1);
        return bytes[pos] & 0xff;
    }

    int u8() {
        need(1);
        return bytes[pos++] & 0xff;
    }

    int u16() {
        need(Short.BYTES);
        int value = (short) SHORTS.get(bytes, pos) & 0xffff;
        pos += Short.BYTES;
        return value;
    }

    int i32() {
        need(Integer.BYTES);
        int value = (int) INTS.get(bytes, pos);
        pos += Integer.BYTES;
        return value;
    }

    long i64() {
        need(Long.BYTES);
        long value = (long) LONGS.get(bytes, pos);
        pos += Long.BYTES;
        return value;
    }

    /** Reads the size of what follows, in one octet or four, and checks that it is there. */
    int length(boolean wide) {
        int length = wide ? i32() : u8();
        if (length < 0 || length > end - pos) {
            throw new DecodeException(
                    "size " + Integer.toUnsignedString(length) + " is beyond the end, " + (end - pos) + " octets left");
        }
        return length;
    }

    byte[] copy(int length) {
        byte[] copy = Arrays.copyOfRange(bytes, pos, pos + length);
        pos += length;
        return copy;
    }

    void copyTo(byte[] target, int length) {
        System.arraycopy(bytes, pos, target, 0, length);
        pos += length;
    }

    short[] shorts(int count) {
        ArrayReader.fixedWidth(this, count, Short.BYTES);
        short[] values = new short[count];
        for (int i = 0; i < count; i++) {
            values[i] = (short) SHORTS.get(bytes, pos + i * Short.BYTES);
        }
        pos = end;
        return values;
    }

    int[] ints(int count) {
        ArrayReader.fixedWidth(this, count, Integer.BYTES);
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = (int) INTS.get(bytes, pos + i * Integer.BYTES);
        }
        pos = end;
        return values;
    }

    long[] longs(int count) {
        ArrayReader.fixedWidth(this, count, Long.BYTES);
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = (long) LONGS.get(bytes, pos + i * Long.BYTES);
        }
        pos = end;
        return values;
    }

    float[] floats(int count) {
        ArrayReader.fixedWidth(this, count, Float.BYTES);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = Float.intBitsToFloat((int) INTS.get(bytes, pos + i * Float.BYTES));
        }
        pos = end;
        return values;
    }

    double[] doubles(int count) {
        ArrayReader.fixedWidth(this, count, Double.BYTES);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = Double.longBitsToDouble((long) LONGS.get(bytes, pos + i * Double.BYTES));
        }
        pos = end;
        return values;
    }

    /** Makes a symbol of the next octets, whose number was checked. */
    Symbol symbolBody(int length) {
        Symbol symbol = symbols.get(bytes, pos, length);
        if (symbol == null) {
            if (!isAscii(bytes, pos, length)) {
                throw new DecodeException("a symbol holds an octet that is not ASCII");
            }
            symbol = Symbol.of(new String(bytes, pos, length, StandardCharsets.ISO_8859_1));
            symbols.put(bytes, pos, length, symbol);
        }
        pos += length;
        return symbol;
    }

    /** Makes a string of the next octets, whose number was checked. */
    String stringBody(int length) {
        String text = text(bytes, pos, length);
        pos += length;
        return text;
    }

    /** The same for a string that will likely come again, such as a key. */
    String keyBody(int length) {
        String text = keys.get(bytes, pos, length);
        if (text == null) {
            text = text(bytes, pos, length);
            keys.put(bytes, pos, length, text);
        }
        pos += length;
        return text;
    }

    static String text(byte[] bytes, int from, int length) {
        if (isAscii(bytes, from, length)) {
            return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
        }
        String text = new String(bytes, from, length, StandardCharsets.UTF_8);
        // Only a text that shows the replacement character can have been malformed: it is checked again, strictly.
        if (text.indexOf(REPLACEMENT) >= 0) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length));
            } catch (CharacterCodingException e) {
                throw new DecodeException("a string is not UTF-8");
            }
        }
        return text;
    }

    private static boolean isAscii(byte[] bytes, int from, int length) {
        int i = from;
        int to = from + length;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            if (((long) LONGS.get(bytes, i) & NOT_ASCII) != 0) {
                return false;
            }
        }
        for (; i < to; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    // Lists and maps

    /**
     * Reads the size and count of a list, map or array and makes its end the end of reading, until {@link #leave}.
     *
     * @return the count, not yet compared with the size if it is an array's
     */
    int enter(boolean wide) {
        int size = length(wide);
        end = pos + size;
        return wide ? i32() : u8();
    }

    /** The same for a list or map, whose items have at least one octet each. */
    int enterCompound(boolean wide) {
        int count = enter(wide);
        if (count < 0 || count > end - pos) {
            throw new DecodeException(
                    "count " + Integer.toUnsignedString(count) + " does not fit into " + (end - pos) + " octets");
        }
        return count;
    }

    /**
     * Reads the constructor, size and count of a composite's list and makes its end the end of reading, until
     * {@link #leave}.
     *
     * @return the count
     */
    int enterComposite(String type, int maxFields) {
        int code = u8();
        int count =
                switch (code) {
                    case FormatCode.LIST0 -> {
                        end = pos;
                        yield 0;
                    }
                    case FormatCode.LIST8 -> enterCompound(false);
                    case FormatCode.LIST32 -> enterCompound(true);
                    default -> throw new DecodeException(type + " must be a list, not " + FormatCode.describe(code));
                };
        if (count > maxFields) {
            throw new DecodeException(type + " has " + maxFields + " fields, not " + count);
        }
        return count;
    }

    /** Checks that a list, map or array was read to its end and goes back to what holds it. */
    void leave(int outerEnd, String type) {
        if (pos != end) {
            throw new DecodeException(type + " has " + (end - pos) + " octets more than its items");
        }
        end = outerEnd;
    }

    // Fields

    private static DecodeException wrongType(String type, String field, String expected, int code) {
        return new DecodeException(type + "." + field + " must be " + expected + ", not " + FormatCode.describe(code));
    }

    static DecodeException missing(String type, String field) {
        return new DecodeException(type + "." + field + " is mandatory");
    }

    /** Reads a uint, {@link UnsignedInteger#ABSENT} for null. */
    long uint(String type, String field) {
        int code = u8();
        return switch (code) {
            case FormatCode.SMALL_UINT -> u8();
            case FormatCode.UINT0 -> 0;
            case FormatCode.UINT -> i32() & UnsignedInteger.MAX;
            case FormatCode.NULL -> UnsignedInteger.ABSENT;
            default -> throw wrongType(type, field, "uint", code);
        };
    }

    long uint(String type, String field, long absent) {
        long value = uint(type, field);
        return value == UnsignedInteger.ABSENT ? absent : value;
    }

    long mandatoryUint(String type, String field) {
        long value = uint(type, field);
        if (value == UnsignedInteger.ABSENT) {
            throw missing(type, field);
        }
        return value;
    }

    /** Tells whether the next value is null, and reads it if so. */
    boolean isNull() {
        need(1);
        if (bytes[pos] == FormatCode.NULL) {
            pos++;
            return true;
        }
        return false;
    }

    /** Reads a ulong, the bits of {@code absent} for null. */
    long ulong(String type, String field, long absent) {
        int code = u8();
        return switch (code) {
            case FormatCode.SMALL_ULONG -> u8();
            case FormatCode.ULONG0 -> 0;
            case FormatCode.ULONG -> i64();
            case FormatCode.NULL -> absent;
            default -> throw wrongType(type, field, "ulong", code);
        };
    }

    int ushort(String type, String field, int absent) {
        int code = u8();
        return switch (code) {
            case FormatCode.USHORT -> u16();
            case FormatCode.NULL -> absent;
            default -> throw wrongType(type, field, "ushort", code);
        };
    }

    int ubyte(String type, String field, int absent) {
        int code = u8();
        return switch (code) {
            case FormatCode.UBYTE -> u8();
            case FormatCode.NULL -> absent;
            default -> throw wrongType(type, field, "ubyte", code);
        };
    }

    boolean bool(String type, String field, boolean absent) {
        int code = u8();
        return switch (code) {
            case FormatCode.TRUE -> true;
            case FormatCode.FALSE -> false;
            case FormatCode.BOOLEAN -> booleanBody();
            case FormatCode.NULL -> absent;
            default -> throw wrongType(type, field, "boolean", code);
        };
    }

    boolean booleanBody() {
        int octet = u8();
        if (octet > 1) {
            throw new DecodeException("a boolean is 0x00 or 0x01, not 0x" + Integer.toHexString(octet));
        }
        return octet == 1;
    }

    @Nullable
    String string(String type, String field) {
        int code = u8();
        return switch (code) {
            case FormatCode.STRING8 -> stringBody(length(false));
            case FormatCode.STRING32 -> stringBody(length(true));
            case FormatCode.NULL -> null;
            default -> throw wrongType(type, field, "string", code);
        };
    }

    /** Reads a string that will likely come again. */
    @Nullable
    String address(String type, String field) {
        if (remaining() > 1 && (bytes[pos] & 0xff) == FormatCode.STRING8) {
            pos++;
            return keyBody(length(false));
        }
        return string(type, field);
    }

    @Nullable
    Instant timestamp(String type, String field) {
        int code = u8();
        return switch (code) {
            case FormatCode.TIMESTAMP -> Instant.ofEpochMilli(i64());
            case FormatCode.NULL -> null;
            default -> throw wrongType(type, field, "timestamp", code);
        };
    }

    @Nullable
    Symbol symbol(String type, String field) {
        int code = u8();
        return switch (code) {
            case FormatCode.SYMBOL8 -> symbolBody(length(false));
            case FormatCode.SYMBOL32 -> symbolBody(length(true));
            case FormatCode.NULL -> null;
            default -> throw wrongType(type, field, "symbol", code);
        };
    }

    @Nullable
    Binary binary(String type, String field) {
        int length = binaryLength(type, field);
        return length < 0 ? null : Binary.wrap(copy(length));
    }

    /** Reads all of a binary but its octets: returns their number, which was checked, or -1 for null. */
    int binaryLength(String type, String field) {
        int code = u8();
        return switch (code) {
            case FormatCode.BINARY8 -> length(false);
            case FormatCode.BINARY32 -> length(true);
            case FormatCode.NULL -> -1;
            default -> throw wrongType(type, field, "binary", code);
        };
    }

    // Descriptors

    /**
     * Reads a descriptor, whose leading 0x00 was read.
     *
     * @return its number if the specification has it, else {@link Descriptor#UNKNOWN} with nothing read
     */
    int knownDescriptor() {
        int start = pos;
        int code = u8();
        int known =
                switch (code) {
                    case FormatCode.SMALL_ULONG -> Descriptor.codeOf((long) u8());
                    case FormatCode.ULONG -> Descriptor.codeOf(i64());
                    case FormatCode.SYMBOL8 -> Descriptor.codeOf(symbolBody(length(false)));
                    case FormatCode.SYMBOL32 -> Descriptor.codeOf(symbolBody(length(true)));
                    default -> Descriptor.UNKNOWN;
                };
        if (known == Descriptor.UNKNOWN) {
            pos = start;
        }
        return known;
    }
}
