package io.amqp10.spring.listener;

import io.amqp10.types.Binary;
import io.amqp10.types.CodePoint;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedByte;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.UnsignedShort;
import org.jspecify.annotations.Nullable;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.format.support.DefaultFormattingConversionService;

/**
 * Converts headers to what parameters want, also out of the types that only AMQP has. What cannot be converted is a mistake
 * of the message, not of the listener.
 */
final class HeaderConversions implements ConversionService {

    private final ConversionService known = new DefaultFormattingConversionService();

    @Override
    public boolean canConvert(@Nullable Class<?> sourceType, Class<?> targetType) {
        return true;
    }

    @Override
    public boolean canConvert(@Nullable TypeDescriptor sourceType, TypeDescriptor targetType) {
        return true;
    }

    @Override
    public <T> @Nullable T convert(@Nullable Object source, Class<T> targetType) {
        Object plain = plain(source);
        try {
            return known.convert(plain, targetType);
        } catch (ConversionException | IllegalArgumentException e) {
            throw refused(source, targetType.getTypeName(), e);
        }
    }

    @Override
    public @Nullable Object convert(
            @Nullable Object source, @Nullable TypeDescriptor sourceType, TypeDescriptor targetType) {
        Object plain = plain(source);
        try {
            return known.convert(plain, TypeDescriptor.forObject(plain), targetType);
        } catch (ConversionException | IllegalArgumentException e) {
            throw refused(source, targetType.getResolvableType().toString(), e);
        }
    }

    /** Does not show the value, since this gets to the peer and into logs. */
    private static ArgumentException refused(@Nullable Object source, String target, RuntimeException cause) {
        return new ArgumentException(
                "a header of the type "
                        + (source == null ? "null" : source.getClass().getSimpleName()) + " cannot be converted to "
                        + target,
                cause);
    }

    private static @Nullable Object plain(@Nullable Object source) {
        if (source instanceof UnsignedByte value) {
            return value.value();
        }
        if (source instanceof UnsignedShort value) {
            return value.value();
        }
        if (source instanceof UnsignedInteger value) {
            return value.value();
        }
        if (source instanceof UnsignedLong value) {
            return value.toBigInteger();
        }
        if (source instanceof Binary value) {
            return value.toByteArray();
        }
        return source instanceof Symbol || source instanceof CodePoint ? source.toString() : source;
    }
}
