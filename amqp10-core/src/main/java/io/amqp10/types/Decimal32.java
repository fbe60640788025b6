package io.amqp10.types;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A 32-bit decimal number, the AMQP type {@code decimal32}, held as its bits so that every value survives: not-a-number,
 * the infinities, negative zero, and several encodings of the same number.
 *
 * @param bits the 32 bits
 * @see "AMQP 1.0 §1.6.13, IEEE 754-2008"
 */
public record Decimal32(int bits) {

    /**
     * Returns the value of a number.
     *
     * @param value the number
     * @return the value, with the exponent of {@code value} where that is possible
     * @throws ArithmeticException if it has more than 7 digits or too large or small an exponent
     */
    public static Decimal32 of(BigDecimal value) {
        return new Decimal32(DecimalFormat.DECIMAL32.encode(value).intValue());
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
        return DecimalFormat.DECIMAL32.decode(BigInteger.valueOf(Integer.toUnsignedLong(bits)));
    }

    /**
     * Tells whether this is a number.
     *
     * @return false for the infinities and not-a-number
     */
    public boolean isFinite() {
        return DecimalFormat.isFinite(Integer.toUnsignedLong(bits), 32);
    }

    /**
     * Tells whether this is not-a-number.
     *
     * @return whether it is, quiet or signalling
     */
    public boolean isNaN() {
        return DecimalFormat.isNaN(Integer.toUnsignedLong(bits), 32);
    }

    /** Returns the number, {@code NaN}, {@code Infinity} or {@code -Infinity}. */
    @Override
    public String toString() {
        return isFinite() ? toBigDecimal().toString() : DecimalFormat.show(isNaN(), bits < 0);
    }
}
