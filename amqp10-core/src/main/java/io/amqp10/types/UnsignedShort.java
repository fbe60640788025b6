package io.amqp10.types;

/**
 * An integer from 0 to 65535, the AMQP type {@code ushort}.
 *
 * @param value the number, from 0 to 65535
 * @see "AMQP 1.0 §1.6.4"
 */
public record UnsignedShort(int value) implements Comparable<UnsignedShort> {

    /**
     * Checks the range.
     *
     * @param value the number, from 0 to 65535
     * @throws IllegalArgumentException if it is out of range
     */
    public UnsignedShort {
        if (value < 0 || value > 0xffff) {
            throw new IllegalArgumentException("a ushort is from 0 to 65535, not " + value);
        }
    }

    /**
     * Returns the value of a number.
     *
     * @param value the number, from 0 to 65535
     * @return the value
     * @throws IllegalArgumentException if it is out of range
     */
    public static UnsignedShort of(int value) {
        return new UnsignedShort(value);
    }

    @Override
    public int compareTo(UnsignedShort other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
