package io.amqp10.types;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A 128-bit decimal number, the AMQP type {@code decimal128}, held as its bits so that every value survives: not-a-number,
 * the infinities, negative zero, and several encodings of the same number.
 *
 * @param highBits the first 64 bits
 * @param lowBits the last 64 bits
 * @see "AMQP 1.0 §1.6.15, IEEE 754-2008"
 */
public record Decimal128(long highBits, long lowBits) {

    /**
     * Returns the value of a number.
     *
     * @param value the number
     * @return the value, with the exponent of {@code value} where that is possible
     * @throws ArithmeticException if it has more than 34 digits or too large or small an exponent
     */
    public static Decimal128 of(BigDecimal value) {
        BigInteger bits = DecimalFormat.DECIMAL128.encode(value);
        return new Decimal128(bits.shiftRight(Long.SIZE).longValue(), bits.longValue());
    }

    /**
     * Returns the number without loss but for the sign of zero.
     *
     * @return the number
     * @throws ArithmeticException if {@link #isFinite} says no
     */
    public BigDecimal toBigDecimal() {
        if (!isFinite()) {
            throw new ArithmeticException(this + " is no finite number");
        }
        BigInteger bits = new UnsignedLong(highBits)
                .toBigInteger()
                .shiftLeft(Long.SIZE)
                .or(new UnsignedLong(lowBits).toBigInteger());
        return DecimalFormat.DECIMAL128.decode(bits);
    }

    /**
     * Tells whether this is a number.
     *
     * @return false for the infinities and not-a-number
     */
    public boolean isFinite() {
        return DecimalFormat.isFinite(highBits, 64);
    }

    /**
     * Tells whether this is not-a-number.
     *
     * @return whether it is, quiet or signalling
     */
    public boolean isNaN() {
        return DecimalFormat.isNaN(highBits, 64);
    }

    /** Returns the number, {@code NaN}, {@code Infinity} or {@code -Infinity}. */
    @Override
    public String toString() {
        return isFinite() ? toBigDecimal().toString() : DecimalFormat.show(isNaN(), highBits < 0);
    }
}
