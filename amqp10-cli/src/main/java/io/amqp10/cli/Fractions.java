package io.amqp10.cli;

import io.amqp10.types.AmqpType;
import io.amqp10.types.Decimal128;
import io.amqp10.types.Decimal32;
import io.amqp10.types.Decimal64;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Binary and decimal floating point as text that keeps every bit. A number is shown in decimal where that gives the same
 * bits again, and as {@code 0x} with all its bits where it does not: not-a-number with a payload, a negative decimal zero,
 * the many forms of a decimal infinity.
 */
final class Fractions {

    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,9})?");
    private static final int FLOAT_NAN = 0x7fc0_0000;
    private static final long DOUBLE_NAN = 0x7ff8_0000_0000_0000L;

    private Fractions() {}

    /** Reads a decimal number, {@code NaN}, {@code Infinity}, {@code -Infinity}, or {@code 0x} and all bits. */
    static Object parse(AmqpType type, String text) {
        if (text.startsWith("0x")) {
            return ofBits(type, text.substring(2));
        }
        return switch (type) {
            case FLOAT -> text.equals("NaN") ? Float.intBitsToFloat(FLOAT_NAN) : Float.parseFloat(checked(text));
            case DOUBLE -> text.equals("NaN") ? Double.longBitsToDouble(DOUBLE_NAN) : Double.parseDouble(checked(text));
            default -> parseDecimal(type, text);
        };
    }

    /** Java reads more than numbers: "1f", "0x1p3", spaces. */
    private static String checked(String text) {
        if (!text.equals("Infinity")
                && !text.equals("-Infinity")
                && !DECIMAL.matcher(text).matches()) {
            throw new NumberFormatException(text);
        }
        return text;
    }

    private static Object parseDecimal(AmqpType type, String text) {
        // The bits after the sign: 11110 is infinity, 11111 is not-a-number.
        int special =
                switch (text) {
                    case "Infinity" -> 0x78;
                    case "-Infinity" -> 0xf8;
                    case "NaN" -> 0x7c;
                    default -> 0;
                };
        if (special != 0) {
            return switch (type) {
                case DECIMAL32 -> new Decimal32(special << 24);
                case DECIMAL64 -> new Decimal64((long) special << 56);
                default -> new Decimal128((long) special << 56, 0);
            };
        }
        BigDecimal number = new BigDecimal(checked(text));
        return switch (type) {
            case DECIMAL32 -> Decimal32.of(number);
            case DECIMAL64 -> Decimal64.of(number);
            default -> Decimal128.of(number);
        };
    }

    private static Object ofBits(AmqpType type, String digits) {
        int octets =
                switch (type) {
                    case FLOAT, DECIMAL32 -> Integer.BYTES;
                    case DOUBLE, DECIMAL64 -> Long.BYTES;
                    default -> 2 * Long.BYTES;
                };
        if (digits.length() != 2 * octets) {
            throw new IllegalArgumentException("its bits are " + 2 * octets + " hexadecimal digits");
        }
        BigInteger bits = new BigInteger(1, HexFormat.of().parseHex(digits));
        return switch (type) {
            case FLOAT -> Float.intBitsToFloat(bits.intValue());
            case DOUBLE -> Double.longBitsToDouble(bits.longValue());
            case DECIMAL32 -> new Decimal32(bits.intValue());
            case DECIMAL64 -> new Decimal64(bits.longValue());
            default -> new Decimal128(bits.shiftRight(Long.SIZE).longValue(), bits.longValue());
        };
    }

    /** Shows a {@code Float} or {@code Double}. */
    static String show(Number value) {
        HexFormat hex = HexFormat.of();
        if (value instanceof Float number) {
            int bits = Float.floatToRawIntBits(number);
            return number.isNaN() && bits != FLOAT_NAN ? "0x" + hex.toHexDigits(bits) : number.toString();
        }
        long bits = Double.doubleToRawLongBits(value.doubleValue());
        return Double.isNaN(value.doubleValue()) && bits != DOUBLE_NAN
                ? "0x" + hex.toHexDigits(bits)
                : value.toString();
    }

    /** Shows a decimal. */
    static String showDecimal(Object value) {
        String text = value.toString();
        AmqpType type = AmqpType.of(value);
        if (type != null && isSame(type, text, value)) {
            return text;
        }
        HexFormat hex = HexFormat.of();
        if (value instanceof Decimal32 number) {
            return "0x" + hex.toHexDigits(number.bits());
        }
        if (value instanceof Decimal64 number) {
            return "0x" + hex.toHexDigits(number.bits());
        }
        Decimal128 number = (Decimal128) value;
        return "0x" + hex.toHexDigits(number.highBits()) + hex.toHexDigits(number.lowBits());
    }

    private static boolean isSame(AmqpType type, String text, Object value) {
        try {
            return parseDecimal(type, text).equals(value);
        } catch (ArithmeticException e) {
            return false; // not canonical, and the number read from it cannot be written
        }
    }
}
