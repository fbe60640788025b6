package io.amqp10.codec;

import io.amqp10.types.UnsignedInteger;
import java.nio.ByteBuffer;

/**
 * Writes the fields of a performative that is sent all the time straight to where the octets go, which mostly is outside of
 * the heap: a {@link WireWriter} would write to an array first. There must be room for all that is written and {@link #SLACK}
 * octets more.
 *
 * <p>One is made for each performative and never given away, so that the compiler keeps its fields in registers.
 */
final class UsualFieldsWriter {

    /** How many octets behind the last one may be written, which mean nothing. */
    static final int SLACK = 3;

    private final ByteBuffer out;
    private final int from;
    private int at;

    /** Starts to write a list of at most 255 octets at an index. */
    UsualFieldsWriter(ByteBuffer out, int from) {
        this.out = out;
        this.from = from;
        this.at = from + UsualFields.HEADER;
    }

    /** Writes a uint. */
    void uint(long value) {
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
    void uintOrNull(long value) {
        if (value == UnsignedInteger.ABSENT) {
            octet(FormatCode.NULL);
        } else {
            uint(value);
        }
    }

    void bool(boolean value) {
        octet(value ? FormatCode.TRUE : FormatCode.FALSE);
    }

    void trueOrNull(boolean value) {
        octet(value ? FormatCode.TRUE : FormatCode.NULL);
    }

    /** Writes an octet. */
    void octet(int value) {
        out.put(at, (byte) value);
        at++;
    }

    /** Writes four octets. */
    void octets(int value) {
        out.putInt(at, value);
        at += Integer.BYTES;
    }

    /** Writes a binary of at most 255 octets. */
    void binary(byte[] source, int length) {
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
    int end(int start, int count) {
        out.putInt(from, start);
        out.putShort(from + Integer.BYTES, (short) ((at - from - UsualFields.HEADER + 1) << 8 | count));
        return at;
    }
}
