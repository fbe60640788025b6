package io.amqp10.internal;

import io.amqp10.codec.AmqpEncoder;
import io.amqp10.codec.PerformativeEncoder;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.messaging.AmqpSequence;
import io.amqp10.types.messaging.AmqpValue;
import io.amqp10.types.messaging.Data;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.Modified;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Section;
import io.amqp10.types.transport.Attach;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Checks of what applications put into messages, so that a wrong type is reported where it comes from. Elements of lists and
 * maps are left to the encoder.
 */
final class Checked {

    private Checked() {}

    static @Nullable Object value(@Nullable Object value) {
        if (!AmqpEncoder.isEncodable(value)) {
            throw new IllegalArgumentException(
                    (value == null ? "null" : value.getClass().getTypeName()) + " has no AMQP type");
        }
        return value;
    }

    static @Nullable Object simple(String name, @Nullable Object value) {
        if (!AmqpEncoder.isSimple(value)) {
            throw new IllegalArgumentException("the property " + name + " must be of a simple type, not "
                    + (value == null ? "null" : value.getClass().getTypeName()));
        }
        return value;
    }

    /**
     * Checks a map to the bottom, before it gets where an exception would hit more than the one who gave it.
     *
     * @throws IllegalArgumentException naming it if something in it has no AMQP type
     */
    static void map(String name, Map<?, ? extends @Nullable Object> entries) {
        if (entries.isEmpty()) {
            return;
        }
        ByteBuf scratch = Unpooled.buffer();
        try {
            new AmqpEncoder().write(scratch, entries);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " cannot be sent: " + e.getMessage(), e);
        } finally {
            scratch.release();
        }
    }

    /**
     * Checks an outcome of a message to the bottom, likewise.
     *
     * @throws IllegalArgumentException if something in it cannot be sent, or it is none of the four
     */
    static Outcome outcome(Outcome outcome) {
        if (outcome instanceof Rejected rejected) {
            ErrorCondition error = rejected.error();
            if (error != null) {
                map("the error's info", error.info());
            }
        } else if (outcome instanceof Modified modified) {
            map("annotations", modified.messageAnnotations());
        } else if (outcome instanceof Declared) {
            throw new IllegalArgumentException("no outcome of a message: " + outcome);
        }
        return outcome;
    }

    /**
     * Checks an attach to the bottom, likewise.
     *
     * @throws IllegalArgumentException if something in it cannot be sent
     */
    static Attach attach(Attach attach) {
        ByteBuf scratch = Unpooled.buffer();
        try {
            new PerformativeEncoder().write(scratch, attach);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the link cannot be accepted so: " + e.getMessage(), e);
        } finally {
            scratch.release();
        }
        return attach;
    }

    static Map<String, @Nullable Object> simple(Map<String, ? extends @Nullable Object> entries) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        for (Map.Entry<String, ? extends @Nullable Object> entry : entries.entrySet()) {
            copy.put(entry.getKey(), simple(entry.getKey(), entry.getValue()));
        }
        return copy;
    }

    static Map<Object, @Nullable Object> annotations(Map<?, ? extends @Nullable Object> entries) {
        Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
        for (Map.Entry<?, ? extends @Nullable Object> entry : entries.entrySet()) {
            Object key = entry.getKey();
            if (key instanceof String text) {
                copy.put(Symbol.of(text), value(entry.getValue()));
            } else if (key instanceof Symbol || key instanceof UnsignedLong) {
                copy.put(key, value(entry.getValue()));
            } else {
                throw new IllegalArgumentException(
                        "an annotation's key is a String, Symbol or UnsignedLong, not " + key);
            }
        }
        return copy;
    }

    static @Nullable Object messageId(@Nullable Object value) {
        if (value == null
                || value instanceof String
                || value instanceof UUID
                || value instanceof UnsignedLong
                || value instanceof Binary) {
            return value;
        }
        throw new IllegalArgumentException("a message-id is a String, UUID, UnsignedLong or Binary, not a "
                + value.getClass().getName());
    }

    static Binary copy(ByteBuffer octets) {
        return Binary.wrap(Bodies.octets(octets));
    }

    static List<Section> body(List<? extends Section> sections) {
        List<Section> copy = List.copyOf(sections);
        boolean legal = copy.stream().allMatch(Data.class::isInstance)
                || copy.stream().allMatch(AmqpSequence.class::isInstance)
                || copy.size() == 1 && copy.get(0) instanceof AmqpValue;
        if (copy.isEmpty() || !legal) {
            throw new IllegalArgumentException(
                    "a body is one or more Data, one or more AmqpSequence, or one AmqpValue");
        }
        return copy;
    }
}
