package io.amqp10.types;

/**
 * Arithmetic for the specification's 32-bit serial numbers (delivery-id, transfer-id, delivery-count), which wrap around.
 * A number is held in an {@code int}; {@link #toWire} and {@link #fromWire} translate from and to a {@code uint} in a
 * {@code long}.
 *
 * @see "AMQP 1.0 §2.8.10, RFC 1982"
 */
public final class SequenceNumber {

    private SequenceNumber() {}

    /**
     * Tells whether {@code a} comes before {@code b}.
     *
     * @param a a serial number
     * @param b a serial number, less than 2^31 away from {@code a}
     * @return whether {@code a < b}
     */
    public static boolean isBefore(int a, int b) {
        return a - b < 0;
    }

    /**
     * Returns how far it is from one number to another.
     *
     * @param from a serial number
     * @param to a serial number, less than 2^31 away from {@code from}
     * @return {@code to - from}, negative if {@code to} comes first
     */
    public static int distance(int from, int to) {
        return to - from;
    }

    /**
     * Returns the {@code uint} to put into a field.
     *
     * @param serial a serial number
     * @return from 0 to 4294967295
     */
    public static long toWire(int serial) {
        return Integer.toUnsignedLong(serial);
    }

    /**
     * Returns the serial number of a {@code uint} field.
     *
     * @param uint from 0 to 4294967295
     * @return the serial number
     */
    public static int fromWire(long uint) {
        return (int) uint;
    }
}
