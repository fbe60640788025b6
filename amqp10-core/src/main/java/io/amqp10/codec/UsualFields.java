package io.amqp10.codec;

import io.amqp10.types.UnsignedInteger;
import java.nio.ByteBuffer;

/**
 * What helps to read the fields of a performative that comes all the time, in the encodings that peers use for it, straight from
 * where the octets came, which mostly is outside of the heap. Its codecs never complain: when they meet anything else, all is read
 * again by a {@link WireReader}, which knows every encoding and every error.
 *
 * <p>Eight octets are loaded at once, which hold several fields. They may be of what is behind the list, but never of what is behind
 * the frame; who read beyond the list's end sees it from the place in the end.
 */
final class UsualFields {

    /** How many octets the descriptor, constructor, size and count of a short list take. */
    static final int HEADER = 6;

    private static final int CODE_SHIFT = Long.SIZE - Byte.SIZE;

    private UsualFields() {}

    /** Returns what the first eight octets begin with if they are a performative's usual encoding. */
    static int start(int descriptor) {
        return FormatCode.DESCRIBED << 24 | FormatCode.SMALL_ULONG << 16 | descriptor << 8 | FormatCode.LIST8;
    }

    /** Returns how many fields a list has that starts with eight octets. */
    static int count(long start) {
        return (int) (start >>> 16) & 0xff;
    }

    /** Returns the index behind a list that starts with eight octets, of which the first is at {@code from}. */
    static int end(long start, int from) {
        return from + HEADER - 1 + ((int) (start >>> 24) & 0xff);
    }

    /**
     * Returns the octets from an index on; instead of those behind the frame there are zeros, which begin no field. At the frame's
     * end, and behind it, whatever is returned leads still further behind, and so is seen in the end.
     *
     * @param end the index behind the frame, which has eight octets at least
     */
    static long eightOctets(ByteBuffer octets, int at, int end) {
        int last = end - Long.BYTES;
        return at <= last ? octets.getLong(at) : octets.getLong(last) << (at - last) * Byte.SIZE;
    }

    /** Returns the first of eight octets. */
    static int firstOf(long eight) {
        return (int) (eight >>> CODE_SHIFT);
    }

    /** Returns the second of eight octets, which is the number behind {@link FormatCode#SMALL_UINT}. */
    static int secondOf(long eight) {
        return (int) (eight >>> CODE_SHIFT - Byte.SIZE) & 0xff;
    }

    /** Returns the number behind {@link FormatCode#UINT}, which is the first of eight octets. */
    static long uintOf(long eight) {
        return eight >>> CODE_SHIFT - Integer.SIZE & UnsignedInteger.MAX;
    }

    /** Tells whether an octet is a whole boolean, or null. */
    static boolean isFlag(int code) {
        return code == FormatCode.TRUE || code == FormatCode.FALSE || code == FormatCode.NULL;
    }

    /** Copies octets; for the few of a tag this is quicker than the call that copies any number of them. */
    static void copy(ByteBuffer in, int from, byte[] target, int length) {
        int copied = 0;
        for (; length - copied >= Long.BYTES; copied += Long.BYTES) {
            BigEndian.putLong(target, copied, in.getLong(from + copied));
        }
        if (length - copied >= Integer.BYTES) {
            BigEndian.putInt(target, copied, in.getInt(from + copied));
            copied += Integer.BYTES;
        }
        for (; copied < length; copied++) {
            target[copied] = in.get(from + copied);
        }
    }
}
