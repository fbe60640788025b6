package io.amqp10.spring.converter;

import io.amqp10.types.AmqpArray;
import io.amqp10.types.Binary;
import io.amqp10.types.CodePoint;
import io.amqp10.types.Decimal128;
import io.amqp10.types.Decimal32;
import io.amqp10.types.Decimal64;
import io.amqp10.types.Described;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedByte;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.UnsignedShort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sees values of types that only AMQP has as the nearest ones of Java, which conversions know. */
final class PlainValues {

    private PlainValues() {}

    /** Returns the nearest type of Java, also of all elements of lists and maps. */
    static @Nullable Object of(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return ofList(list);
        }
        if (value instanceof AmqpArray array) {
            return ofList(array.asList());
        }
        if (value instanceof Map<?, ?> map) {
            Map<@Nullable Object, @Nullable Object> plain = new LinkedHashMap<>();
            map.forEach((key, element) -> plain.put(of(key), of(element)));
            return plain;
        }
        if (value instanceof Described described) {
            return of(described.value());
        }
        if (value instanceof Binary binary) {
            return binary.toByteArray();
        }
        if (value instanceof Symbol || value instanceof CodePoint) {
            return value.toString();
        }
        Number number = number(value);
        return number != null ? number : value;
    }

    /** Returns the number that a value is, null if it is none. */
    static @Nullable Number number(@Nullable Object value) {
        if (value instanceof Number number) {
            return number;
        }
        if (value instanceof UnsignedByte octet) {
            return octet.value();
        }
        if (value instanceof UnsignedShort number) {
            return number.value();
        }
        if (value instanceof UnsignedInteger number) {
            return number.value();
        }
        if (value instanceof UnsignedLong number) {
            return number.toBigInteger();
        }
        if (value instanceof Decimal32 decimal && decimal.isFinite()) {
            return decimal.toBigDecimal();
        }
        if (value instanceof Decimal64 decimal && decimal.isFinite()) {
            return decimal.toBigDecimal();
        }
        if (value instanceof Decimal128 decimal && decimal.isFinite()) {
            return decimal.toBigDecimal();
        }
        return null;
    }

    private static List<@Nullable Object> ofList(List<?> list) {
        List<@Nullable Object> plain = new ArrayList<>(list.size());
        list.forEach(element -> plain.add(of(element)));
        return plain;
    }
}
