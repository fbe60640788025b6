package io.amqp10.types;

import java.lang.reflect.Modifier;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The types of AMQP, each with the Java class that stands for it, and the described types, which are more than one.
 *
 * @see "AMQP 1.0 §1.6"
 */
public enum AmqpType {
    /** No value: {@code null}. */
    NULL("null", Void.class),
    /** A truth value: {@code Boolean}. */
    BOOLEAN("boolean", Boolean.class),
    /** 8 bits, unsigned: {@link UnsignedByte}. */
    UBYTE("ubyte", UnsignedByte.class),
    /** 16 bits, unsigned: {@link UnsignedShort}. */
    USHORT("ushort", UnsignedShort.class),
    /** 32 bits, unsigned: {@link UnsignedInteger}. */
    UINT("uint", UnsignedInteger.class),
    /** 64 bits, unsigned: {@link UnsignedLong}. */
    ULONG("ulong", UnsignedLong.class),
    /** 8 bits: {@code Byte}. */
    BYTE("byte", Byte.class),
    /** 16 bits: {@code Short}. */
    SHORT("short", Short.class),
    /** 32 bits: {@code Integer}. */
    INT("int", Integer.class),
    /** 64 bits: {@code Long}. */
    LONG("long", Long.class),
    /** 32 bits, binary floating point: {@code Float}. */
    FLOAT("float", Float.class),
    /** 64 bits, binary floating point: {@code Double}. */
    DOUBLE("double", Double.class),
    /** 32 bits, decimal floating point: {@link Decimal32}. */
    DECIMAL32("decimal32", Decimal32.class),
    /** 64 bits, decimal floating point: {@link Decimal64}. */
    DECIMAL64("decimal64", Decimal64.class),
    /** 128 bits, decimal floating point: {@link Decimal128}. */
    DECIMAL128("decimal128", Decimal128.class),
    /** A Unicode character: {@link CodePoint}. */
    CHAR("char", CodePoint.class),
    /** A point in time, in milliseconds: {@code Instant}. */
    TIMESTAMP("timestamp", Instant.class),
    /** A universally unique identifier: {@code UUID}. */
    UUID("uuid", java.util.UUID.class),
    /** Octets: {@link Binary}. */
    BINARY("binary", Binary.class),
    /** Unicode text: {@code String}. */
    STRING("string", String.class),
    /** An ASCII name: {@link Symbol}. */
    SYMBOL("symbol", Symbol.class),
    /** Values of any type: {@code List}. */
    LIST("list", List.class),
    /** Values by distinct keys, in order: {@code Map}. */
    MAP("map", Map.class),
    /** Values of one type: {@link AmqpArray}. */
    ARRAY("array", AmqpArray.class),
    /** A value with a descriptor: {@link Described}, or the type that stands for that descriptor. */
    DESCRIBED("described", Described.class);

    private static final Map<Class<?>, AmqpType> BY_CLASS =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(type -> type.javaType, type -> type));

    /** Those whose Java types have subtypes. */
    private static final AmqpType[] OPEN = Stream.of(values())
            .filter(type -> !Modifier.isFinal(type.javaType.getModifiers()))
            .toArray(AmqpType[]::new);

    private final String wireName;
    private final Class<?> javaType;

    AmqpType(String wireName, Class<?> javaType) {
        this.wireName = wireName;
        this.javaType = javaType;
    }

    /**
     * Returns the type that a value has without any conversion.
     *
     * @param value the value
     * @return its type, null if its class stands for no type, or for a certain described type
     */
    public static @Nullable AmqpType of(@Nullable Object value) {
        return value == null ? NULL : ofClass(value.getClass());
    }

    /**
     * Returns the type that a class stands for.
     *
     * @param type the class
     * @return the type, null if it stands for none, or for a certain described type
     */
    public static @Nullable AmqpType ofClass(Class<?> type) {
        AmqpType exact = BY_CLASS.get(type);
        if (exact != null) {
            return exact;
        }
        for (AmqpType candidate : OPEN) {
            if (candidate.javaType.isAssignableFrom(type)) {
                return candidate;
            }
        }
        return null;
    }

    /**
     * Tells whether a value is of this type without any conversion.
     *
     * @param value the value
     * @return whether it is
     */
    public boolean isInstance(@Nullable Object value) {
        return value == null ? this == NULL : javaType.isInstance(value);
    }

    /**
     * Returns the name in the specification.
     *
     * @return such as {@code ubyte}
     */
    @Override
    public String toString() {
        return wireName;
    }
}
