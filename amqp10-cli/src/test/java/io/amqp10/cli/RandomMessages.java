package io.amqp10.cli;

import io.amqp10.Message;
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
import io.amqp10.types.messaging.AmqpSequence;
import io.amqp10.types.messaging.Data;
import io.amqp10.types.messaging.Section;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Messages with values of all types, the same in each run. */
final class RandomMessages {

    private static final List<AmqpType> SIMPLE = List.of(
            AmqpType.BOOLEAN,
            AmqpType.UBYTE,
            AmqpType.USHORT,
            AmqpType.UINT,
            AmqpType.ULONG,
            AmqpType.BYTE,
            AmqpType.SHORT,
            AmqpType.INT,
            AmqpType.LONG,
            AmqpType.FLOAT,
            AmqpType.DOUBLE,
            AmqpType.DECIMAL32,
            AmqpType.DECIMAL64,
            AmqpType.DECIMAL128,
            AmqpType.CHAR,
            AmqpType.TIMESTAMP,
            AmqpType.UUID,
            AmqpType.BINARY,
            AmqpType.STRING,
            AmqpType.SYMBOL);

    private final Random random;

    private RandomMessages(long seed) {
        random = new Random(seed);
    }

    static List<Message> some(int count) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(new RandomMessages(i).message());
        }
        return messages;
    }

    private Message message() {
        Message.Builder message = Message.builder();
        if (random.nextBoolean()) {
            message.messageId(random.nextBoolean() ? "id-" + random.nextInt() : new UnsignedLong(bits64()))
                    .correlationId(random.nextBoolean() ? new UUID(bits64(), bits64()) : octets())
                    .subject(text())
                    .contentType("a/b")
                    .creationTime(Instant.ofEpochMilli(random.nextInt()));
        }
        int properties = random.nextInt(4);
        for (int i = 0; i < properties; i++) {
            message.property("p" + i, simple(any(SIMPLE)));
        }
        switch (random.nextInt(4)) {
            case 0 -> message.dataBody(octets().toByteArray());
            case 1 -> message.bodySections(sections());
            default -> message.valueBody(value(3));
        }
        return message.build();
    }

    private List<Section> sections() {
        List<Section> sections = new ArrayList<>();
        boolean data = random.nextBoolean();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            sections.add(data ? new Data(octets()) : new AmqpSequence(list(2)));
        }
        return sections;
    }

    private @Nullable Object value(int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 4)) {
            case 0 -> null;
            case 1, 2, 3, 4 -> simple(any(SIMPLE));
            case 5 -> list(depth - 1);
            case 6 -> map(depth - 1);
            case 7 -> array(depth - 1);
            default ->
                // a descriptor that the protocol does not use itself
                new Described(
                        random.nextBoolean()
                                ? new UnsignedLong(0x1000 + random.nextInt(99))
                                : Symbol.of("x:" + random.nextInt(99)),
                        value(depth - 1));
        };
    }

    private List<@Nullable Object> list(int depth) {
        List<@Nullable Object> list = new ArrayList<>();
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
            list.add(value(depth));
        }
        return list;
    }

    private Map<@Nullable Object, @Nullable Object> map(int depth) {
        Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
            map.put(simple(any(SIMPLE)), value(depth));
        }
        return map;
    }

    private AmqpArray array(int depth) {
        List<@Nullable Object> elements = new ArrayList<>();
        int size = random.nextInt(4);
        AmqpType type = random.nextInt(5) == 0 ? AmqpType.LIST : any(SIMPLE);
        for (int i = 0; i < size; i++) {
            elements.add(type == AmqpType.LIST ? list(Math.max(0, depth - 1)) : simple(type));
        }
        AmqpArray array = AmqpArray.of(type, elements);
        return random.nextInt(4) == 0 ? array.describedBy(Symbol.of("x:d")) : array;
    }

    private Object simple(AmqpType type) {
        long bits = bits64();
        return switch (type) {
            case BOOLEAN -> random.nextBoolean();
            case UBYTE -> UnsignedByte.of((int) bits & 0xff);
            case USHORT -> UnsignedShort.of((int) bits & 0xffff);
            case UINT -> UnsignedInteger.of(bits & UnsignedInteger.MAX);
            case ULONG -> new UnsignedLong(bits);
            case BYTE -> (byte) bits;
            case SHORT -> (short) bits;
            case INT -> (int) bits;
            case LONG -> bits;
            case FLOAT -> Float.intBitsToFloat((int) bits);
            case DOUBLE -> Double.longBitsToDouble(bits);
            case DECIMAL32 -> new Decimal32((int) bits);
            case DECIMAL64 -> new Decimal64(bits);
            case DECIMAL128 -> new Decimal128(bits, bits64());
            case CHAR -> CodePoint.of(random.nextBoolean() ? 0x1f600 : 'a');
            case TIMESTAMP -> Instant.ofEpochMilli(bits);
            case UUID -> new UUID(bits, bits64());
            case BINARY -> octets();
            case STRING -> text();
            default -> Symbol.of("s" + (bits & 0xff));
        };
    }

    /** Small and large numbers, and all bits alike. */
    private long bits64() {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> random.nextInt(256) - 128;
            case 3 -> 0x7ff8_0000_7fc0_0001L;
            default -> random.nextLong();
        };
    }

    private Binary octets() {
        byte[] octets = new byte[random.nextInt(300)];
        random.nextBytes(octets);
        return Binary.wrap(octets);
    }

    private String text() {
        return "\u00e4\n\"\\\u0000\u2028".substring(random.nextInt(6)) + random.nextInt(1000);
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
