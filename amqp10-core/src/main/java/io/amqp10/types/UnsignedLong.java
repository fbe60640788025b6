package io.amqp10.types;

import java.math.BigInteger;

/**
 * An integer from 0 to 2^64 - 1, the AMQP type {@code ulong}.
 *
 * @param bits the 64 bits; a negative {@code long} stands for a value of 2^63 or more
 * @see "AMQP 1.0 §1.6.6"
 */
public record UnsignedLong(long bits) implements Comparable<UnsignedLong> {

    private static final int BITS = 64;

    /**
     * Returns the value of a number below 2^63.
     *
     * @param value the number, not negative
     * @return the value
     * @throws IllegalArgumentException if it is negative
     */
    public static UnsignedLong of(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("a ulong is not negative: " + value);
        }
        return new UnsignedLong(value);
    }

    /**
     * Returns the value of a decimal number.
     *
     * @param decimal digits, from 0 to 18446744073709551615
     * @return the value
     * @throws NumberFormatException if it is not such a number
     */
    public static UnsignedLong parse(String decimal) {
        return new UnsignedLong(Long.parseUnsignedLong(decimal));
    }

    /**
     * Returns the value of an integer of any size.
     *
     * @param value the number, from 0 to 2^64 - 1
     * @return the value
     * @throws IllegalArgumentException if it is out of range
     */
    public static UnsignedLong of(BigInteger value) {
        if (value.signum() < 0 || value.bitLength() > BITS) {
            throw new IllegalArgumentException("a ulong is from 0 to 2^64 - 1, not " + value);
        }
        return new UnsignedLong(value.longValue());
    }

    /**
     * Returns the number without loss.
     *
     * @return the number
     */
    public BigInteger toBigInteger() {
        return new BigInteger(Long.toUnsignedString(bits));
    }

    @Override
    public int compareTo(UnsignedLong other) {
        return Long.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(bits);
    }
}
