package io.amqp10.types;

/**
 * An integer from 0 to 4294967295, the AMQP type {@code uint}.
 *
 * @param value the number, from 0 to 4294967295
 * @see "AMQP 1.0 §1.6.5"
 */
public record UnsignedInteger(long value) implements Comparable<UnsignedInteger> {

    /** The largest value, 4294967295. */
    public static final long MAX = 0xffff_ffffL;

    /** Stands for "no value" where a {@code uint} field is held in a {@code long}. */
    public static final long ABSENT = -1;

    /**
     * Checks the range.
     *
     * @param value the number, from 0 to 4294967295
     * @throws IllegalArgumentException if it is out of range
     */
    public UnsignedInteger {
        if (value < 0 || value > MAX) {
            throw new IllegalArgumentException("a uint is from 0 to 4294967295, not " + value);
        }
    }

    /**
     * Returns the value of a number.
     *
     * @param value the number, from 0 to 4294967295
     * @return the value
     * @throws IllegalArgumentException if it is out of range
     */
    public static UnsignedInteger of(long value) {
        return new UnsignedInteger(value);
    }

    @Override
    public int compareTo(UnsignedInteger other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
