package io.amqp10.types;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * One of the three decimal interchange formats of IEEE 754-2008 in binary integer encoding: sign, exponent, and the
 * coefficient as an integer.
 */
enum DecimalFormat {
    DECIMAL32("decimal32", 32, 8, 7, 101),
    DECIMAL64("decimal64", 64, 10, 16, 398),
    DECIMAL128("decimal128", 128, 14, 34, 6176);

    private final String typeName;
    private final int width;
    private final int exponentBits;
    private final int digits;
    private final int bias;
    private final BigInteger limit;

    DecimalFormat(String typeName, int width, int exponentBits, int digits, int bias) {
        this.typeName = typeName;
        this.width = width;
        this.exponentBits = exponentBits;
        this.digits = digits;
        this.bias = bias;
        this.limit = BigInteger.TEN.pow(digits);
    }

    /**
     * Returns the number of finite bits, which are given as an unsigned integer.
     *
     */
    BigDecimal decode(BigInteger bits) {
        // The two highest bits of the exponent tell which of two layouts this is; "11" moves the exponent down by two
        // bits and puts an implied "100" before the coefficient.
        boolean shifted = bits.testBit(width - 2) && bits.testBit(width - 3);
        int coefficientBits = width - 1 - exponentBits - (shifted ? 2 : 0);
        int exponent = bits.shiftRight(coefficientBits).intValue() & ((1 << exponentBits) - 1);
        BigInteger coefficient = bits.and(mask(coefficientBits));
        if (shifted) {
            coefficient = coefficient.or(BigInteger.valueOf(4).shiftLeft(coefficientBits));
        }
        if (coefficient.compareTo(limit) >= 0) {
            // Not canonical; the standard reads it as zero.
            coefficient = BigInteger.ZERO;
        }
        BigInteger unscaled = bits.testBit(width - 1) ? coefficient.negate() : coefficient;
        return new BigDecimal(unscaled, bias - exponent);
    }

    /** Returns the encoding of a number, as an unsigned integer. */
    BigInteger encode(BigDecimal value) {
        BigInteger coefficient = value.unscaledValue().abs();
        long exponent = -(long) value.scale() + bias;
        int maxExponent = 3 * (1 << (exponentBits - 2)) - 1;
        if (coefficient.signum() == 0) {
            exponent = Math.max(0, Math.min(exponent, maxExponent));
        }
        // The same number has other coefficients: drop zeros where the exponent is too small or the digits are too
        // many,
        // add some where the exponent is too large.
        while ((exponent < 0 || coefficient.compareTo(limit) >= 0) && exponent <= maxExponent) {
            BigInteger[] parts = coefficient.divideAndRemainder(BigInteger.TEN);
            if (parts[1].signum() != 0) {
                throw inexact(value);
            }
            coefficient = parts[0];
            exponent++;
        }
        while (exponent > maxExponent) {
            coefficient = coefficient.multiply(BigInteger.TEN);
            exponent--;
            if (coefficient.compareTo(limit) >= 0) {
                throw inexact(value);
            }
        }
        int coefficientBits = width - 1 - exponentBits;
        BigInteger bits;
        if (coefficient.bitLength() > coefficientBits) {
            coefficientBits -= 2;
            bits = coefficient
                    .and(mask(coefficientBits))
                    .or(BigInteger.valueOf(exponent).shiftLeft(coefficientBits))
                    .or(BigInteger.valueOf(3).shiftLeft(width - 3));
        } else {
            bits = coefficient.or(BigInteger.valueOf(exponent).shiftLeft(coefficientBits));
        }
        return value.signum() < 0 ? bits.setBit(width - 1) : bits;
    }

    /** Tells whether the five bits after the sign mean neither infinity nor not-a-number. */
    static boolean isFinite(long highBits, int width) {
        return (highBits >>> (width - 5) & 0xf) != 0xf;
    }

    /** Tells whether the five bits after the sign mean not-a-number. */
    static boolean isNaN(long highBits, int width) {
        return (highBits >>> (width - 6) & 0x1f) == 0x1f;
    }

    static String show(boolean nan, boolean negative) {
        return nan ? "NaN" : negative ? "-Infinity" : "Infinity";
    }

    private ArithmeticException inexact(BigDecimal value) {
        return new ArithmeticException("a " + typeName + " has " + digits + " digits and an exponent from " + -bias
                + " to " + (3 * (1 << (exponentBits - 2)) - 1 - bias) + ", too few for " + value);
    }

    private static BigInteger mask(int bits) {
        return BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
    }
}
