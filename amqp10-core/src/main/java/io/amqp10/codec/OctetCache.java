package io.amqp10.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what short sequences of octets were decoded to, so that a symbol that was seen before costs a hash and a
 * comparison. Its size is fixed: where two sequences want the same place, the later one gets it.
 *
 * <p>Safe for any thread without locks: entries are immutable, and losing one to a race costs no more than a decoding.
 *
 * @param <T> what octets are decoded to, immutable
 */
final class OctetCache<T> {

    /** Longer sequences are not remembered. */
    static final int MAX_LENGTH = 64;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;
    private static final long MULTIPLIER_OF_LAST = 0xc2b2_ae3d_27d4_eb4fL;

    private final int size;
    private final int shift;
    private @Nullable Entry<T> @Nullable [] entries;

    /**
     * Makes a cache.
     *
     * @param size how many sequences to remember, rounded up to a power of two; 0 for none
     */
    OctetCache(int size) {
        this.size = size == 0 ? 0 : Integer.highestOneBit(Math.max(1, Math.min(size, 1 << 16) * 2 - 1));
        this.shift = Integer.numberOfLeadingZeros(this.size) + Integer.SIZE + 1;
    }

    @Nullable
    T get(byte[] bytes, int offset, int length) {
        @Nullable Entry<T> @Nullable [] table = entries;
        if (table == null || length > MAX_LENGTH) {
            return null;
        }
        long first = first(bytes, offset, length);
        long last = last(bytes, offset, length);
        int slot = slot(first, last);
        Entry<T> entry = table[slot];
        if (entry != null && entry.matches(first, last, bytes, offset, length)) {
            return entry.value;
        }
        entry = table[slot ^ 1];
        return entry != null && entry.matches(first, last, bytes, offset, length) ? entry.value : null;
    }

    void put(byte[] bytes, int offset, int length, T value) {
        if (size < 2 || length > MAX_LENGTH) {
            return;
        }
        @Nullable Entry<T> @Nullable [] table = entries;
        if (table == null) {
            table = newTable(size);
            entries = table;
        }
        long first = first(bytes, offset, length);
        long last = last(bytes, offset, length);
        int slot = slot(first, last);
        // The older of two that share a pair of places moves over, so that both are found.
        if (table[slot] != null) {
            table[slot ^ 1] = table[slot];
        }
        table[slot] = new Entry<>(first, last, bytes, offset, length, value);
    }

    /** Returns how many sequences are remembered. */
    int size() {
        int remembered = 0;
        @Nullable Entry<T> @Nullable [] table = entries;
        if (table != null) {
            for (Entry<T> entry : table) {
                remembered += entry == null ? 0 : 1;
            }
        }
        return remembered;
    }

    @SuppressWarnings("unchecked")
    private static <T> @Nullable Entry<T>[] newTable(int size) {
        return (@Nullable Entry<T>[]) new Entry<?>[size];
    }

    /** Returns the first octets as a number: all of them if there are at most eight. */
    private static long first(byte[] bytes, int offset, int length) {
        if (length >= Long.BYTES) {
            return (long) LONGS.get(bytes, offset);
        }
        if (length >= Integer.BYTES) {
            long head = (int) INTS.get(bytes, offset);
            return head << Integer.SIZE ^ (int) INTS.get(bytes, offset + length - Integer.BYTES);
        }
        long octets = 0;
        for (int i = 0; i < length; i++) {
            octets = octets << Byte.SIZE | bytes[offset + i] & 0xff;
        }
        return octets;
    }

    /** Returns the last eight octets as a number, 0 if there are fewer. */
    private static long last(byte[] bytes, int offset, int length) {
        return length >= Long.BYTES ? (long) LONGS.get(bytes, offset + length - Long.BYTES) : 0;
    }

    private int slot(long first, long last) {
        // First and last octets are enough to tell names apart; the comparison decides. All octets change the highest
        // bits, also the last ones: names often end with a number.
        return (int) (first * MULTIPLIER + last * MULTIPLIER_OF_LAST >>> shift);
    }

    private static final class Entry<T> {
        private static final int COMPARED_AS_NUMBERS = 2 * Long.BYTES;
        private static final byte[] NONE = new byte[0];

        final long first;
        final long last;
        final int length;
        final byte[] octets;
        final T value;

        Entry(long first, long last, byte[] bytes, int offset, int length, T value) {
            this.first = first;
            this.last = last;
            this.length = length;
            this.octets = length > COMPARED_AS_NUMBERS ? Arrays.copyOfRange(bytes, offset, offset + length) : NONE;
            this.value = value;
        }

        boolean matches(long first, long last, byte[] bytes, int offset, int length) {
            return first == this.first
                    && last == this.last
                    && length == this.length
                    && (length <= COMPARED_AS_NUMBERS || equal(octets, bytes, offset));
        }

        /** Compares what is between the first and the last eight octets; up to 16 of them without a loop. */
        private static boolean equal(byte[] octets, byte[] bytes, int offset) {
            int length = octets.length;
            if (length <= 4 * Long.BYTES) {
                int last = length - 2 * Long.BYTES;
                return (long) LONGS.get(octets, Long.BYTES) == (long) LONGS.get(bytes, offset + Long.BYTES)
                        && (long) LONGS.get(octets, last) == (long) LONGS.get(bytes, offset + last);
            }
            return Arrays.equals(octets, 0, length, bytes, offset, offset + length);
        }
    }
}
