package io.amqp10.cli;

import io.amqp10.types.AmqpArray;
import io.amqp10.types.AmqpType;
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
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.qpid.proton.amqp.DescribedType;
import org.apache.qpid.proton.amqp.UnknownDescribedType;
import org.jspecify.annotations.Nullable;

/** Our values and those of Proton-J, the engine below qpid-jms, made of each other. */
final class InteropProtonValues {

    private static final Map<AmqpType, Class<?>> CLASSES = Map.ofEntries(
            Map.entry(AmqpType.BOOLEAN, Boolean.class),
            Map.entry(AmqpType.UBYTE, org.apache.qpid.proton.amqp.UnsignedByte.class),
            Map.entry(AmqpType.USHORT, org.apache.qpid.proton.amqp.UnsignedShort.class),
            Map.entry(AmqpType.UINT, org.apache.qpid.proton.amqp.UnsignedInteger.class),
            Map.entry(AmqpType.ULONG, org.apache.qpid.proton.amqp.UnsignedLong.class),
            Map.entry(AmqpType.BYTE, Byte.class),
            Map.entry(AmqpType.SHORT, Short.class),
            Map.entry(AmqpType.INT, Integer.class),
            Map.entry(AmqpType.LONG, Long.class),
            Map.entry(AmqpType.FLOAT, Float.class),
            Map.entry(AmqpType.DOUBLE, Double.class),
            Map.entry(AmqpType.DECIMAL32, org.apache.qpid.proton.amqp.Decimal32.class),
            Map.entry(AmqpType.DECIMAL64, org.apache.qpid.proton.amqp.Decimal64.class),
            Map.entry(AmqpType.DECIMAL128, org.apache.qpid.proton.amqp.Decimal128.class),
            Map.entry(AmqpType.CHAR, Character.class),
            Map.entry(AmqpType.TIMESTAMP, Date.class),
            Map.entry(AmqpType.UUID, UUID.class),
            Map.entry(AmqpType.BINARY, org.apache.qpid.proton.amqp.Binary.class),
            Map.entry(AmqpType.STRING, String.class),
            Map.entry(AmqpType.SYMBOL, org.apache.qpid.proton.amqp.Symbol.class),
            Map.entry(AmqpType.LIST, List.class),
            Map.entry(AmqpType.MAP, Map.class),
            Map.entry(AmqpType.ARRAY, Object[].class));

    private InteropProtonValues() {}

    /** Proton-J has no room for a value. */
    static final class Unable extends RuntimeException {

        Unable(String why) {
            super(why);
        }
    }

    // --- from ours

    static @Nullable Object toProton(@Nullable Object value) {
        if (value instanceof UnsignedByte number) {
            return org.apache.qpid.proton.amqp.UnsignedByte.valueOf((byte) number.value());
        } else if (value instanceof UnsignedShort number) {
            return org.apache.qpid.proton.amqp.UnsignedShort.valueOf((short) number.value());
        } else if (value instanceof UnsignedInteger number) {
            return org.apache.qpid.proton.amqp.UnsignedInteger.valueOf(number.value());
        } else if (value instanceof UnsignedLong number) {
            return org.apache.qpid.proton.amqp.UnsignedLong.valueOf(number.bits());
        } else if (value instanceof Decimal32 number) {
            return new org.apache.qpid.proton.amqp.Decimal32(number.bits());
        } else if (value instanceof Decimal64 number) {
            return new org.apache.qpid.proton.amqp.Decimal64(number.bits());
        } else if (value instanceof Decimal128 number) {
            return new org.apache.qpid.proton.amqp.Decimal128(number.highBits(), number.lowBits());
        } else if (value instanceof CodePoint character) {
            return character(character.value());
        } else if (value instanceof Instant instant) {
            return new Date(instant.toEpochMilli());
        } else if (value instanceof Binary octets) {
            return new org.apache.qpid.proton.amqp.Binary(octets.toByteArray());
        } else if (value instanceof Symbol symbol) {
            return org.apache.qpid.proton.amqp.Symbol.valueOf(symbol.toString());
        } else if (value instanceof List<?> list) {
            List<@Nullable Object> elements = new ArrayList<>();
            list.forEach(element -> elements.add(toProton(element)));
            return elements;
        } else if (value instanceof Map<?, ?> map) {
            Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
            map.forEach((key, entry) -> entries.put(toProton(key), toProton(entry)));
            return entries;
        } else if (value instanceof AmqpArray array) {
            return array(array);
        } else if (value instanceof Described described) {
            return new UnknownDescribedType(toProton(described.descriptor()), toProton(described.value()));
        }
        return value;
    }

    private static Character character(int codePoint) {
        if (!Character.isBmpCodePoint(codePoint)) {
            throw new Unable("a char is 16 bits in Proton-J");
        }
        return (char) codePoint;
    }

    private static Object array(AmqpArray array) {
        Object descriptor = array.descriptor();
        Class<?> elementClass = descriptor == null ? CLASSES.get(array.type()) : DescribedType.class;
        List<@Nullable Object> elements = new ArrayList<>();
        for (Object element : array.asList()) {
            elements.add(toProton(element));
        }
        if (array.type() == AmqpType.ARRAY && !elements.isEmpty()) {
            elementClass = Objects.requireNonNull(elements.get(0)).getClass();
        }
        Object made = Objects.requireNonNull(Array.newInstance(Objects.requireNonNull(elementClass), elements.size()));
        for (int i = 0; i < elements.size(); i++) {
            Array.set(made, i, elements.get(i));
        }
        return made;
    }

    // --- to ours

    static @Nullable Object toOurs(@Nullable Object value) {
        if (value instanceof org.apache.qpid.proton.amqp.UnsignedByte number) {
            return UnsignedByte.of(number.intValue());
        } else if (value instanceof org.apache.qpid.proton.amqp.UnsignedShort number) {
            return UnsignedShort.of(number.intValue());
        } else if (value instanceof org.apache.qpid.proton.amqp.UnsignedInteger number) {
            return UnsignedInteger.of(number.longValue());
        } else if (value instanceof org.apache.qpid.proton.amqp.UnsignedLong number) {
            return new UnsignedLong(number.longValue());
        } else if (value instanceof org.apache.qpid.proton.amqp.Decimal32 number) {
            return new Decimal32(number.getBits());
        } else if (value instanceof org.apache.qpid.proton.amqp.Decimal64 number) {
            return new Decimal64(number.getBits());
        } else if (value instanceof org.apache.qpid.proton.amqp.Decimal128 number) {
            return new Decimal128(number.getMostSignificantBits(), number.getLeastSignificantBits());
        } else if (value instanceof Character character) {
            return CodePoint.of(character);
        } else if (value instanceof Date date) {
            return date.toInstant();
        } else if (value instanceof org.apache.qpid.proton.amqp.Binary octets) {
            byte[] copy = new byte[octets.getLength()];
            octets.asByteBuffer().get(copy);
            return Binary.wrap(copy);
        } else if (value instanceof org.apache.qpid.proton.amqp.Symbol symbol) {
            return Symbol.of(symbol.toString());
        } else if (value instanceof List<?> list) {
            List<@Nullable Object> elements = new ArrayList<>();
            list.forEach(element -> elements.add(toOurs(element)));
            return elements;
        } else if (value instanceof Map<?, ?> map) {
            Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
            map.forEach((key, entry) -> entries.put(toOurs(key), toOurs(entry)));
            return entries;
        } else if (value instanceof DescribedType described) {
            return new Described(toOurs(described.getDescriptor()), toOurs(described.getDescribed()));
        } else if (value != null && value.getClass().isArray()) {
            return arrayToOurs(value);
        }
        return value;
    }

    private static AmqpArray arrayToOurs(Object array) {
        Class<?> elementClass = Objects.requireNonNull(array.getClass().getComponentType());
        List<@Nullable Object> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            elements.add(toOurs(Array.get(array, i)));
        }
        if (DescribedType.class.isAssignableFrom(elementClass)) {
            return describedArray(elements);
        }
        Class<?> boxed = MethodType.methodType(elementClass).wrap().returnType();
        AmqpType type = CLASSES.entrySet().stream()
                .filter(each -> each.getValue().isAssignableFrom(boxed))
                .map(Map.Entry::getKey)
                .filter(each -> each != AmqpType.ARRAY)
                .findFirst()
                .orElse(elementClass.isArray() ? AmqpType.ARRAY : AmqpType.NULL);
        return AmqpArray.of(type, elements);
    }

    private static AmqpArray describedArray(List<@Nullable Object> elements) {
        List<@Nullable Object> values = new ArrayList<>();
        elements.forEach(each -> values.add(((Described) Objects.requireNonNull(each)).value()));
        AmqpType type = Objects.requireNonNull(AmqpType.of(values.get(0)));
        return AmqpArray.of(type, values)
                .describedBy(((Described) Objects.requireNonNull(elements.get(0))).descriptor());
    }
}
