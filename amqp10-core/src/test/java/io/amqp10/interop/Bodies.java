package io.amqp10.interop;

import io.amqp10.Message;
import io.amqp10.types.Binary;
import io.amqp10.types.CodePoint;
import io.amqp10.types.Described;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedByte;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.UnsignedShort;
import io.amqp10.types.messaging.AmqpSequence;
import io.amqp10.types.messaging.Data;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Bodies that messages are made of here: each section, each type, the ends of each range. */
final class Bodies {

    private Bodies() {}

    /** What any peer can keep, even one that reads a message and writes it anew with its own language's types. */
    static List<Message> portable() {
        List<Message> bodies = new ArrayList<>();
        bodies.add(Message.of("text, \u00e9\u4f60\ud83d\ude00"));
        bodies.add(Message.of("x".repeat(300)));
        bodies.add(Message.of(""));
        bodies.add(Message.of(true));
        bodies.add(Message.of(1.5));
        bodies.add(Message.of(new byte[] {0, 1, (byte) 0xff}));
        bodies.add(Message.of(new byte[300]));
        bodies.add(Message.of(Arrays.asList("one", true, null)));
        bodies.add(Message.of(mapOf("key", "value", "list", List.of("a", "b"), "none", null)));
        return bodies;
    }

    /** Every value type, which a peer that reads and writes them with their AMQP types keeps. */
    static List<Message> typed() {
        List<Message> bodies = new ArrayList<>(portable());
        for (Object value : values()) {
            bodies.add(Message.of(value));
            bodies.add(Message.of(List.of(value, value)));
            bodies.add(Message.of(mapOf("key", value)));
        }
        return bodies;
    }

    /** All, which a peer that hands a message on as it came keeps. */
    static List<Message> all() {
        List<Message> bodies = new ArrayList<>(typed());
        bodies.add(Message.builder().valueBody(null).build());
        bodies.add(Message.of(mapOf(1, "int", Symbol.of("s"), "symbol", 2L, mapOf("nested", List.of(List.of(1))))));
        bodies.add(Message.of(new Described(Symbol.of("amqp10:test"), List.of("described", 1))));
        bodies.add(Message.of(new Described(UnsignedLong.of(0x1234L), "described")));
        bodies.add(Message.builder().sequenceBody(Arrays.asList("one", 2, null)).build());
        bodies.add(Message.builder().sequenceBody(List.of()).build());
        bodies.add(Message.builder()
                .bodySections(List.of(
                        new Data(Binary.copyOf((byte) 1, (byte) 2)),
                        new Data(Binary.copyOf()),
                        new Data(Binary.copyOf((byte) 3))))
                .build());
        bodies.add(Message.builder()
                .bodySections(List.of(new AmqpSequence(List.of(1)), new AmqpSequence(List.of(2, "three"))))
                .build());
        return bodies;
    }

    private static List<Object> values() {
        return List.of(
                false,
                UnsignedByte.of(255),
                UnsignedShort.of(65535),
                UnsignedInteger.of(0xffff_ffffL),
                UnsignedInteger.of(0),
                UnsignedLong.of(0),
                UnsignedLong.of(255),
                UnsignedLong.of(BigInteger.TWO.pow(64).subtract(BigInteger.ONE)),
                Byte.MIN_VALUE,
                Short.MIN_VALUE,
                Integer.MIN_VALUE,
                Integer.MAX_VALUE,
                -128,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                127L,
                1.25f,
                Float.NEGATIVE_INFINITY,
                Double.MIN_VALUE,
                CodePoint.of(0x1f600),
                Instant.ofEpochMilli(1_700_000_000_123L),
                Instant.ofEpochMilli(-1),
                Binary.copyOf((byte) 1, (byte) 2),
                Symbol.of("a:symbol"),
                UUID.fromString("12345678-9abc-def0-0123-456789abcdef"));
    }

    static Map<Object, @Nullable Object> mapOf(@Nullable Object... keysAndValues) {
        Map<Object, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            Object key = keysAndValues[i];
            if (key == null) {
                throw new IllegalArgumentException("key " + i + " is null");
            }
            map.put(key, keysAndValues[i + 1]);
        }
        return map;
    }
}
