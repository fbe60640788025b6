package io.amqp10.types;

import java.math.BigDecimal;

/**
 * A 64-bit decimal number, the AMQP type {@code decimal64}, held as its bits so that every value survives: not-a-number,
 * the infinities, negative zero, and several encodings of the same number.
 *
 * @param bits the 64 bits
 * @see "AMQP 1.0 §1.6.14, IEEE 754-2008"
 */
public record Decimal64(long bits) {

    /**
     * Returns the value of a number.
     *
     * @param value the number
     * @return the value, with the exponent of {@code value} where that is possible
     * @throws ArithmeticException if it has more than 16 digits or too large or small an exponent
     */
    public static Decimal64 of(BigDecimal value) {
        return new Decimal64(DecimalFormat.DECIMAL64.encode(value).longValue());
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
        return DecimalFormat.DECIMAL64.decode(new UnsignedLong(bits).toBigInteger());
    }

    /**
     * Tells whether this is a number.
     *
     * @return false for the infinities and not-a-number
     */
    public boolean isFinite() {
        return DecimalFormat.isFinite(bits, 64);
    }

    /**
     * Tells whether this is not-a-number.
     *
     * @return whether it is, quiet or signalling
     */
    public boolean isNaN() {
        return DecimalFormat.isNaN(bits, 64);
    }

    /** Returns the number, {@code NaN}, {@code Infinity} or {@code -Infinity}. */
    @Override
    public String toString() {
        return isFinite() ? toBigDecimal().toString() : DecimalFormat.show(isNaN(), bits < 0);
    }
}
