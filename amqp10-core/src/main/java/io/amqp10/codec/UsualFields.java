package io.amqp10.codec;

import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.DeliveryState;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a performative that comes all the time, in the encodings that peers use for it, straight from where the
 * octets came, which mostly is outside of the heap. It never complains: when it meets anything else, it is
 * {@linkplain #isAtEnd never at its end}, and all is read again by a {@link WireReader}, which knows every encoding and every error.
 * Nothing is read beyond the end of the list.
 *
 * <p>It has the place to read at but not the buffer: to keep a new one for each performative in something old would make some
 * garbage collectors wait for all stores.
 */
final class UsualFields {

    /** An index behind every end. */
    private static final int UNUSUAL = Integer.MAX_VALUE;

    /** How many octets the descriptor, constructor, size and count of a short list take. */
    static final int HEADER = 6;

    private int end;
    private int at;

    /**
     * Starts to read a list.
     *
     * @param start the first eight octets
     * @param from the index of the first octet
     * @param limit the index behind the last octet that may be read
     */
    void begin(long start, int from, int limit) {
        int behind = end(start, from);
        end = behind;
        at = behind <= limit ? from + HEADER : UNUSUAL;
    }

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

    /** Tells whether an octet is a whole boolean, or null. */
    static boolean isFlag(int code) {
        return code == FormatCode.TRUE || code == FormatCode.FALSE || code == FormatCode.NULL;
    }

    /** Tells whether everything was read, and was usual. */
    boolean isAtEnd() {
        return at == end;
    }

    /** Returns the index behind the list. */
    int end() {
        return end;
    }

    /** Reads a uint, {@link UnsignedInteger#ABSENT} for null. */
    long uint(ByteBuffer in) {
        int from = at;
        if (from < end) {
            int code = in.get(from);
            if (code == FormatCode.UINT) {
                if (end - from > Integer.BYTES) {
                    at = from + 1 + Integer.BYTES;
                    return in.getInt(from + 1) & UnsignedInteger.MAX;
                }
            } else if (code == FormatCode.SMALL_UINT) {
                if (end - from > 1) {
                    at = from + 2;
                    return in.get(from + 1) & 0xff;
                }
            } else if (code == FormatCode.UINT0) {
                at = from + 1;
                return 0;
            } else if (code == FormatCode.NULL) {
                at = from + 1;
                return UnsignedInteger.ABSENT;
            }
        }
        at = UNUSUAL;
        return UnsignedInteger.ABSENT;
    }

    /** Reads a boolean of one octet, or null; returns its octet. */
    int bool(ByteBuffer in) {
        int from = at;
        if (from < end) {
            int code = in.get(from);
            if (isFlag(code)) {
                at = from + 1;
                return code;
            }
        }
        at = UNUSUAL;
        return FormatCode.NULL;
    }

    /** Reads a state without fields. */
    @Nullable
    DeliveryState state(ByteBuffer in) {
        int from = at;
        if (end - from >= Integer.BYTES) {
            DeliveryState state = WireReader.stateWithoutFields(in.getInt(from));
            if (state != null) {
                at = from + Integer.BYTES;
                return state;
            }
        }
        at = UNUSUAL;
        return null;
    }

    /**
     * Reads a binary of at most some octets.
     *
     * @param target gets the octets; as long as the longest
     * @return how many octets there were, -1 for null
     */
    int binary(ByteBuffer in, byte[] target) {
        int from = at;
        if (end - from > 1) {
            int code = in.get(from) & 0xff;
            if (code == FormatCode.NULL) {
                at = from + 1;
                return -1;
            }
            int length = in.get(from + 1) & 0xff;
            if (code == FormatCode.BINARY8 && length <= target.length && length <= end - from - 2) {
                copy(in, from + 2, target, length);
                at = from + 2 + length;
                return length;
            }
        }
        at = UNUSUAL;
        return -1;
    }

    /** Copies octets; for the few of a tag this is quicker than the call that copies any number of them. */
    private static void copy(ByteBuffer in, int from, byte[] target, int length) {
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
