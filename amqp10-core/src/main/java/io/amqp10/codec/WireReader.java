package io.amqp10.codec;

import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.Released;
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

    // A described list0.
    private static final int ACCEPTED = FormatCode.SMALL_ULONG << 16 | Descriptor.ACCEPTED << 8 | FormatCode.LIST0;
    private static final int RELEASED = FormatCode.SMALL_ULONG << 16 | Descriptor.RELEASED << 8 | FormatCode.LIST0;
    private static final byte[] NOTHING = new byte[0];

    private final DecodeLimits limits;
    private final OctetCache<Symbol> symbols;
    private final OctetCache<String> keys;

    byte[] bytes = NOTHING;
    int pos;
    int end;
    private int depth;
    private int zeroWidth;
    private int values;

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

    /** Starts to read, with nothing of the limits used. */
    void begin(byte[] source, int from, int to) {
        bytes = source;
        pos = from;
        end = to;
        depth = 0;
        zeroWidth = 0;
        values = 0;
    }

    /** Lets the array go. */
    void release() {
        bytes = NOTHING;
        pos = 0;
        end = 0;
    }

    // Budgets

    void descend() {
        if (++depth > limits.maxDepth()) {
            throw new DecodeException("values are nested deeper than maxDepth allows, which is " + limits.maxDepth());
        }
    }

    void ascend() {
        depth--;
    }

    void chargeValues(int count) {
        // Both are at most 2^31 - 1, so that their sum as an int is negative if it is too large.
        values += count;
        if (values < 0 || values > limits.maxValues()) {
            throw new DecodeException(
                    AmqpError.DECODE_ERROR, "more values than maxValues allows, which is " + limits.maxValues());
        }
    }

    void chargeZeroWidth(int count) {
        if (count < 0 || count > limits.maxZeroWidthElements() - zeroWidth) {
            throw new DecodeException(
                    AmqpError.DECODE_ERROR,
                    "more array elements without octets than maxZeroWidthElements allows, which is "
                            + limits.maxZeroWidthElements());
        }
        zeroWidth += count;
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
        int value = BigEndian.getShort(bytes, pos) & 0xffff;
        pos += Short.BYTES;
        return value;
    }

    int i32() {
        need(Integer.BYTES);
        int value = BigEndian.getInt(bytes, pos);
        pos += Integer.BYTES;
        return value;
    }

    long i64() {
        need(Long.BYTES);
        long value = BigEndian.getLong(bytes, pos);
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

    /** Copies octets, whose number was checked, to the start of an array. */
    void copyTo(byte[] target, int length) {
        System.arraycopy(bytes, pos, target, 0, length);
        pos += length;
    }

    /** Makes a symbol of the next octets, whose number was checked. */
    Symbol symbolBody(int length) {
        Symbol symbol = symbols.get(bytes, pos, length);
        if (symbol == null) {
            if (!Text.isAscii(bytes, pos, length)) {
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
        String text = Text.decode(bytes, pos, length);
        pos += length;
        return text;
    }

    /** The same for a string that will likely come again, such as a key. */
    String keyBody(int length) {
        String text = key(pos, length);
        pos += length;
        return text;
    }

    /** The same for octets that are there at an index, and are not skipped. */
    String key(int from, int length) {
        String text = keys.get(bytes, from, length);
        if (text == null) {
            text = Text.decode(bytes, from, length);
            keys.put(bytes, from, length, text);
        }
        return text;
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
        int at = pos;
        int left = end - at;
        if (code == FormatCode.UINT && left >= Integer.BYTES) {
            pos = at + Integer.BYTES;
            return BigEndian.getInt(bytes, at) & UnsignedInteger.MAX;
        }
        if (code == FormatCode.SMALL_UINT && left > 0) {
            pos = at + 1;
            return bytes[at] & 0xff;
        }
        return switch (code) {
            case FormatCode.UINT0 -> 0;
            case FormatCode.NULL -> UnsignedInteger.ABSENT;
            case FormatCode.SMALL_UINT -> throw truncated(1);
            case FormatCode.UINT -> throw truncated(Integer.BYTES);
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
        if (pos < end && bytes[pos] == FormatCode.NULL) {
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
        int at = pos;
        if (at < end) {
            switch (bytes[at] & 0xff) {
                case FormatCode.TRUE -> {
                    pos = at + 1;
                    return true;
                }
                case FormatCode.FALSE -> {
                    pos = at + 1;
                    return false;
                }
                case FormatCode.NULL -> {
                    pos = at + 1;
                    return absent;
                }
                case FormatCode.BOOLEAN -> {
                    pos = at + 1;
                    return booleanBody();
                }
                default -> throw wrongType(type, field, "boolean", bytes[at] & 0xff);
            }
        }
        throw truncated(1);
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
     * Reads the usual start of a described value, 0x00 and a number in one octet.
     *
     * @return the number, or -1 with nothing read if the start is another
     */
    int smallDescriptor() {
        int at = pos;
        if (end - at > Integer.BYTES - 1) {
            int octets = BigEndian.getInt(bytes, at);
            if (octets >>> 16 == FormatCode.SMALL_ULONG) {
                pos = at + 3;
                return octets >>> 8 & 0xff;
            }
        }
        return -1;
    }

    /** Reads accepted or released in their usual encoding; returns null, with nothing read, if it is something else. */
    @Nullable
    DeliveryState stateWithoutFields() {
        if (end - pos > Integer.BYTES - 1) {
            DeliveryState state = stateWithoutFields(BigEndian.getInt(bytes, pos));
            if (state != null) {
                pos += Integer.BYTES;
            }
            return state;
        }
        return null;
    }

    /** Returns the state whose usual encoding four octets are, or null. */
    static @Nullable DeliveryState stateWithoutFields(int octets) {
        return octets == ACCEPTED ? Accepted.INSTANCE : octets == RELEASED ? Released.INSTANCE : null;
    }

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
