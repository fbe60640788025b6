package io.amqp10.codec;

import io.amqp10.types.UnsignedInteger;
import java.nio.ByteBuffer;

/**
 * Writes the fields of a performative that is sent all the time straight to where the octets go, which mostly is outside of
 * the heap: a {@link WireWriter} would write to an array first. There must be room for all that is written and {@link #SLACK}
 * octets more. Each field is written at an index, and where the next begins is returned.
 */
final class UsualFieldsWriter {

    /** How many octets behind the last one may be written, which mean nothing. */
    static final int SLACK = 3;

    /** The least number that takes four octets. */
    private static final int MIN_WIDE = 0x100;

    private UsualFieldsWriter() {}

    /** Writes a uint. */
    static int uint(ByteBuffer out, int to, long value) {
        return isWide(value) ? wide(out, to, value) : narrow(out, to, value);
    }

    /** The same, and null for {@link UnsignedInteger#ABSENT}. */
    static int uintOrNull(ByteBuffer out, int to, long value) {
        if (isWide(value)) {
            return wide(out, to, value);
        }
        return value == UnsignedInteger.ABSENT ? octet(out, to, FormatCode.NULL) : narrow(out, to, value);
    }

    /** Writes a uint that mostly is less than 256, such as a handle: asks for that first. */
    static int smallUint(ByteBuffer out, int to, long value) {
        return value >>> 8 == 0 ? narrow(out, to, value) : uint(out, to, value);
    }

    /** Tells by one comparison whether a number takes four octets. */
    private static boolean isWide(long value) {
        return Long.compareUnsigned(value - MIN_WIDE, UnsignedInteger.MAX - MIN_WIDE) <= 0;
    }

    private static int wide(ByteBuffer out, int to, long value) {
        // One store for all five octets, and three that mean nothing.
        out.putLong(to, (long) FormatCode.UINT << 56 | value << 24);
        return to + 1 + Integer.BYTES;
    }

    private static int narrow(ByteBuffer out, int to, long value) {
        if (value == 0) {
            return octet(out, to, FormatCode.UINT0);
        }
        if (value >>> 8 != 0) {
            throw WireWriter.noUint(value);
        }
        out.putShort(to, (short) (FormatCode.SMALL_UINT << 8 | (int) value));
        return to + 2;
    }

    static int bool(ByteBuffer out, int to, boolean value) {
        return octet(out, to, value ? FormatCode.TRUE : FormatCode.FALSE);
    }

    static int trueOrNull(ByteBuffer out, int to, boolean value) {
        return octet(out, to, value ? FormatCode.TRUE : FormatCode.NULL);
    }

    /** Writes an octet. */
    static int octet(ByteBuffer out, int to, int value) {
        out.put(to, (byte) value);
        return to + 1;
    }

    /** Writes four octets. */
    static int octets(ByteBuffer out, int to, int value) {
        out.putInt(to, value);
        return to + Integer.BYTES;
    }

    /** Writes a binary of at most 255 octets. */
    static int binary(ByteBuffer out, int index, byte[] source, int length) {
        int to = index + 2;
        out.putShort(index, (short) (FormatCode.BINARY8 << 8 | length));
        int copied = 0;
        for (; length - copied >= Long.BYTES; copied += Long.BYTES) {
            out.putLong(to + copied, BigEndian.getLong(source, copied));
        }
        if (length - copied >= Integer.BYTES) {
            out.putInt(to + copied, BigEndian.getInt(source, copied));
            copied += Integer.BYTES;
        }
        for (; copied < length; copied++) {
            out.put(to + copied, source[copied]);
        }
        return to + length;
    }

    /**
     * Writes what is before the fields.
     *
     * @param from the index of the first octet
     * @param start what {@link UsualFields#start} says
     * @param count how many fields were written
     * @param end the index behind the last
     * @return the same index
     */
    static int begin(ByteBuffer out, int from, int start, int count, int end) {
        out.putInt(from, start);
        out.putShort(from + Integer.BYTES, (short) ((end - from - UsualFields.HEADER + 1) << 8 | count));
        return end;
    }
}
