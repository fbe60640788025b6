package io.amqp10.types;

/**
 * A single Unicode character, the AMQP type {@code char}: any code point, which a Java {@code char} is not.
 *
 * @param value the code point, from 0 to 0x10FFFF, no surrogate
 * @see "AMQP 1.0 §1.6.16"
 */
public record CodePoint(int value) {

    /**
     * Checks the range.
     *
     * @param value the code point
     * @throws IllegalArgumentException if it is no Unicode scalar value
     */
    public CodePoint {
        if (!isScalar(value)) {
            throw new IllegalArgumentException("no Unicode scalar value: 0x" + Integer.toHexString(value));
        }
    }

    /**
     * Tells whether a number is a Unicode scalar value, that is a code point and no surrogate.
     *
     * @param value the number
     * @return whether a {@code char} can hold it
     */
    public static boolean isScalar(int value) {
        return Character.isValidCodePoint(value)
                && (value < Character.MIN_SURROGATE || value > Character.MAX_SURROGATE);
    }

    /**
     * Returns the value of a code point.
     *
     * @param value the code point
     * @return the value
     * @throws IllegalArgumentException if it is no Unicode scalar value
     */
    public static CodePoint of(int value) {
        return new CodePoint(value);
    }

    @Override
    public String toString() {
        return Character.toString(value);
    }
}
