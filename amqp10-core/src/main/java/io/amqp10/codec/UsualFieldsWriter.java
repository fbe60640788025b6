package io.amqp10.codec;

import io.amqp10.types.UnsignedInteger;
import java.nio.ByteBuffer;

/**
 * Writes the fields of a performative that is sent all the time straight to where the octets go, which mostly is outside of
 * the heap: a {@link WireWriter} would write to an array first. There must be room for all that is written and {@link #SLACK}
 * octets more.
 *
 * <p>It has the place to write at but not the buffer, as {@link UsualFields}.
 */
final class UsualFieldsWriter {

    /** How many octets behind the last one may be written, which mean nothing. */
    static final int SLACK = 3;

    private int from;
    private int at;

    /** Starts to write a list of at most 255 octets at an index. */
    void begin(int index) {
        from = index;
        at = index + UsualFields.HEADER;
    }

    /** Writes a uint. */
    void uint(ByteBuffer out, long value) {
        int to = at;
        if (value >>> 8 == 0) {
            if (value == 0) {
                out.put(to, (byte) FormatCode.UINT0);
                at = to + 1;
            } else {
                out.putShort(to, (short) (FormatCode.SMALL_UINT << 8 | (int) value));
                at = to + 2;
            }
        } else {
            if (value >>> Integer.SIZE != 0) {
                throw WireWriter.noUint(value);
            }
            // One store for all five octets, and three that mean nothing.
            out.putLong(to, (long) FormatCode.UINT << 56 | value << 24);
            at = to + 1 + Integer.BYTES;
        }
    }

    /** The same, and null for {@link UnsignedInteger#ABSENT}. */
    void uintOrNull(ByteBuffer out, long value) {
        if (value == UnsignedInteger.ABSENT) {
            octet(out, FormatCode.NULL);
        } else {
            uint(out, value);
        }
    }

    void bool(ByteBuffer out, boolean value) {
        octet(out, value ? FormatCode.TRUE : FormatCode.FALSE);
    }

    void trueOrNull(ByteBuffer out, boolean value) {
        octet(out, value ? FormatCode.TRUE : FormatCode.NULL);
    }

    /** Writes an octet. */
    void octet(ByteBuffer out, int value) {
        out.put(at, (byte) value);
        at++;
    }

    /** Writes four octets. */
    void octets(ByteBuffer out, int value) {
        out.putInt(at, value);
        at += Integer.BYTES;
    }

    /** Writes a binary of at most 255 octets. */
    void binary(ByteBuffer out, byte[] source, int length) {
        int to = at + 2;
        out.putShort(at, (short) (FormatCode.BINARY8 << 8 | length));
        at = to + length;
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
    }

    /**
     * Writes what is before the fields.
     *
     * @param start what {@link UsualFields#start} says
     * @param count how many fields were written
     * @return the index behind the last
     */
    int end(ByteBuffer out, int start, int count) {
        out.putInt(from, start);
        out.putShort(from + Integer.BYTES, (short) ((at - from - UsualFields.HEADER + 1) << 8 | count));
        return at;
    }
}
