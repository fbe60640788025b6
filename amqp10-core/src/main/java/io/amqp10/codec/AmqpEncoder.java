package io.amqp10.codec;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Writes single values of any AMQP type. Not safe for more than one thread.
 *
 * @see "AMQP 1.0 §1.6"
 */
public final class AmqpEncoder {

    private final WireWriter writer = new WireWriter();

    /** Makes an encoder. */
    public AmqpEncoder() {}

    /**
     * Writes a value in its smallest encoding.
     *
     * @param out where to; grows as needed
     * @param value what to write
     * @throws IllegalArgumentException if its class has no AMQP type; the writer index is as before
     */
    public void write(ByteBuf out, @Nullable Object value) {
        writer.begin(out);
        try {
            ValueWriter.write(writer, value);
            writer.finish();
        } catch (RuntimeException e) {
            writer.abort();
            throw e;
        }
    }

    /**
     * Tells whether a value's class has an AMQP type. The elements of collections are not looked at.
     *
     * @param value the value
     * @return whether {@link #write} takes it
     */
    public static boolean isEncodable(@Nullable Object value) {
        return value instanceof String || isSimple(value) || ValueWriter.isCompound(value);
    }

    /**
     * Tells whether a value is of a simple type: one that is no list, map or array, and so may be an application property.
     *
     * @param value the value
     * @return whether it is
     */
    public static boolean isSimple(@Nullable Object value) {
        return value instanceof String || value == null || ValueWriter.isScalar(value);
    }
}
