package io.amqp10.types;

/**
 * An integer from 0 to 255, the AMQP type {@code ubyte}, which is not a {@code short}.
 *
 * @param value the number, from 0 to 255
 * @see "AMQP 1.0 §1.6.3"
 */
public record UnsignedByte(int value) implements Comparable<UnsignedByte> {

    /**
     * Checks the range.
     *
     * @param value the number, from 0 to 255
     * @throws IllegalArgumentException if it is out of range
     */
    public UnsignedByte {
        if (value < 0 || value > 0xff) {
            throw new IllegalArgumentException("a ubyte is from 0 to 255, not " + value);
        }
    }

    /**
     * Returns the value of a number.
     *
     * @param value the number, from 0 to 255
     * @return the value
     * @throws IllegalArgumentException if it is out of range
     */
    public static UnsignedByte of(int value) {
        return new UnsignedByte(value);
    }

    @Override
    public int compareTo(UnsignedByte other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
