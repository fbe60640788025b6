package io.amqp10.cli;

import io.amqp10.types.AmqpType;
import io.amqp10.types.Binary;
import io.amqp10.types.CodePoint;
import io.amqp10.types.Decimal128;
import io.amqp10.types.Decimal32;
import io.amqp10.types.Decimal64;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedByte;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.UnsignedShort;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Values of simple types as text that keeps every bit, for command lines and JSON. */
final class Literals {

    private static final Set<AmqpType> COMPOUND =
            EnumSet.of(AmqpType.LIST, AmqpType.MAP, AmqpType.ARRAY, AmqpType.DESCRIBED);

    /** Beyond the years of four digits, times are shown as milliseconds: few programs read such dates. */
    private static final long FIRST_SHOWN_MILLIS =
            Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();

    private static final long LAST_SHOWN_MILLIS =
            Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private Literals() {}

    /** Returns the type of a name, null if there is none. */
    static @Nullable AmqpType typeOf(String name) {
        for (AmqpType type : AmqpType.values()) {
            if (type.toString().equals(name)) {
                return type;
            }
        }
        return null;
    }

    /** Tells whether a name is that of a simple type. */
    static boolean isType(String name) {
        AmqpType type = typeOf(name);
        return type != null && !COMPOUND.contains(type);
    }

    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException if the text is no value of the type, or the type is not simple
     */
    static @Nullable Object parse(String type, String text) {
        AmqpType known = typeOf(type);
        if (known == null) {
            throw new IllegalArgumentException("there is no AMQP type '" + type + "'");
        }
        return parse(known, text);
    }

    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException if the text is no value of the type, or the type is not simple
     */
    static @Nullable Object parse(AmqpType type, String text) {
        try {
            return switch (type) {
                case NULL -> parseNull(text);
                case BOOLEAN -> parseBoolean(text);
                case UBYTE -> UnsignedByte.of(Integer.parseInt(text));
                case USHORT -> UnsignedShort.of(Integer.parseInt(text));
                case UINT -> UnsignedInteger.of(Long.parseLong(text));
                case ULONG -> UnsignedLong.parse(text);
                case BYTE -> Byte.parseByte(text);
                case SHORT -> Short.parseShort(text);
                case INT -> Integer.parseInt(text);
                case LONG -> Long.parseLong(text);
                case FLOAT, DOUBLE, DECIMAL32, DECIMAL64, DECIMAL128 -> Fractions.parse(type, text);
                case CHAR -> parseChar(text);
                case TIMESTAMP -> parseTimestamp(text);
                case UUID -> parseUuid(text);
                case BINARY -> Binary.wrap(Base64.getDecoder().decode(text));
                case STRING -> text;
                case SYMBOL -> Symbol.of(text);
                case LIST, MAP, ARRAY, DESCRIBED ->
                    throw new IllegalArgumentException("a " + type + " cannot be written as plain text");
            };
        } catch (ArithmeticException | IllegalArgumentException e) {
            String why = e instanceof NumberFormatException ? "" : ": " + e.getMessage();
            throw new IllegalArgumentException("'" + text + "' is no " + type + why, e);
        }
    }

    private static @Nullable Object parseNull(String text) {
        if (!text.isEmpty() && !text.equals("null")) {
            throw new IllegalArgumentException("it has the only value null");
        }
        return null;
    }

    private static Boolean parseBoolean(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("it is true or false");
        }
        return Boolean.valueOf(text);
    }

    private static CodePoint parseChar(String text) {
        if (text.isEmpty() || text.codePointCount(0, text.length()) != 1) {
            throw new IllegalArgumentException("it is a single character");
        }
        return CodePoint.of(text.codePointAt(0));
    }

    private static UUID parseUuid(String text) {
        UUID uuid = UUID.fromString(text);
        if (!uuid.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("it has 32 digits in five groups");
        }
        return uuid;
    }

    /** Reads a time of ISO 8601 in UTC with at most milliseconds, or milliseconds since 1970. */
    static Instant parseTimestamp(String text) {
        if (text.matches("[+-]?\\d+")) {
            return Instant.ofEpochMilli(Long.parseLong(text));
        }
        try {
            Instant time = Instant.parse(text);
            if (!Instant.ofEpochMilli(time.toEpochMilli()).equals(time)) {
                throw new IllegalArgumentException("it has whole milliseconds");
            }
            return time;
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "it looks like 2026-01-31T12:00:00.000Z, or is milliseconds since 1970", e);
        }
    }

    /** Shows a value of a simple type so that {@link #parse} finds the same again. */
    static String show(@Nullable Object value) {
        if (value instanceof Float || value instanceof Double) {
            return Fractions.show((Number) value);
        }
        if (value instanceof Decimal32 || value instanceof Decimal64 || value instanceof Decimal128) {
            return Fractions.showDecimal(value);
        }
        if (value instanceof Instant time) {
            long millis = time.toEpochMilli();
            return millis >= FIRST_SHOWN_MILLIS && millis <= LAST_SHOWN_MILLIS
                    ? time.toString()
                    : Long.toString(millis);
        }
        if (value instanceof Binary octets) {
            return Base64.getEncoder().encodeToString(octets.toByteArray());
        }
        return String.valueOf(value);
    }
}
