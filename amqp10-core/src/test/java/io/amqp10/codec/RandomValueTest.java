package io.amqp10.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Any value of any type is the same after a journey over the wire, and no part of its octets is another value. */
class RandomValueTest {

    private static final int DEPTH = 4;
    private static final int SIMPLE_TYPES = 22;
    private static final int TEXT = 20;

    @Property(tries = 2000)
    void valueComesBackAsItWas(@ForAll long seed) {
        Object value = value(new Random(seed), DEPTH);
        ByteBuf octets = encode(value);

        assertThat(new AmqpDecoder().read(octets)).isEqualTo(value);
        assertThat(octets.isReadable()).isFalse();
    }

    @Property(tries = 500)
    void valuesInARowAreTakenApartWhereTheyEnd(@ForAll long seed) {
        Random random = new Random(seed);
        List<@Nullable Object> values = new ArrayList<>();
        ByteBuf octets = Unpooled.buffer();
        for (int i = 0; i < 5; i++) {
            Object value = value(random, 2);
            values.add(value);
            new AmqpEncoder().write(octets, value);
        }
        AmqpDecoder decoder = new AmqpDecoder();
        List<@Nullable Object> read = new ArrayList<>();
        while (octets.isReadable()) {
            read.add(decoder.read(octets));
        }

        assertThat(read).isEqualTo(values);
    }

    /** Decoding needs all of a value: whatever part of it came is known to be a part. */
    @Property(tries = 500)
    void partOfAValueIsNeverTakenForOne(@ForAll long seed) {
        Random random = new Random(seed);
        ByteBuf octets = encode(value(random, DEPTH));
        int length = random.nextInt(octets.readableBytes());

        assertThatExceptionOfType(DecodeException.class)
                .isThrownBy(() -> new AmqpDecoder().read(octets.slice(octets.readerIndex(), length)));
    }

    private static ByteBuf encode(@Nullable Object value) {
        ByteBuf octets = Unpooled.buffer();
        new AmqpEncoder().write(octets, value);
        return octets;
    }

    private static @Nullable Object value(Random random, int depth) {
        if (depth == 0 || random.nextInt(3) > 0) {
            return simple(random, random.nextInt(SIMPLE_TYPES));
        }
        return switch (random.nextInt(4)) {
            case 0 -> list(random, depth);
            case 1 -> map(random, depth);
            case 2 -> array(random, depth);
            default -> new Described(descriptor(random), value(random, depth - 1));
        };
    }

    private static List<@Nullable Object> list(Random random, int depth) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = size(random); i > 0; i--) {
            list.add(value(random, depth - 1));
        }
        return list;
    }

    private static Map<@Nullable Object, @Nullable Object> map(Random random, int depth) {
        Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
        int size = size(random);
        for (int i = 0; i < size; i++) {
            // a map of very many keys that have no order costs too much, and is refused
            int keys = size > 60 ? TEXT : random.nextInt(SIMPLE_TYPES);
            map.put(simple(random, keys), value(random, depth - 1));
        }
        return map;
    }

    /** None of those that the standard gives a meaning. */
    private static Object descriptor(Random random) {
        return random.nextBoolean()
                ? Symbol.of("example:" + random.nextInt(100))
                : new UnsignedLong(random.nextLong() | 1L << 40);
    }

    private static AmqpArray array(Random random, int depth) {
        int kind = random.nextInt(SIMPLE_TYPES + 4);
        AmqpArray array;
        if (kind == 0) {
            array = AmqpArray.ofNulls(size(random));
        } else {
            List<Object> elements = new ArrayList<>();
            for (int i = 1 + size(random); i > 0; i--) {
                Object element =
                        switch (kind - SIMPLE_TYPES) {
                            case 0 -> list(random, depth);
                            case 1 -> map(random, depth);
                            case 2, 3 -> AmqpArray.from(new int[] {random.nextInt(), random.nextInt()});
                            default -> simple(random, kind);
                        };
                elements.add(element == null ? "" : element);
            }
            array = AmqpArray.of(typeOf(elements.get(0)), elements);
        }
        return random.nextInt(4) == 0 ? array.describedBy(descriptor(random)) : array;
    }

    private static AmqpType typeOf(Object element) {
        for (AmqpType type : AmqpType.values()) {
            if (type != AmqpType.NULL && type != AmqpType.DESCRIBED && type.isInstance(element)) {
                return type;
            }
        }
        throw new AssertionError("no type for " + element);
    }

    /** Mostly few, at times so many that the wide encodings are needed. */
    private static int size(Random random) {
        return random.nextInt(20) == 0 ? 200 + random.nextInt(200) : random.nextInt(4);
    }

    /** A number of any magnitude, the extremes among them. */
    private static long number(Random random) {
        long bits = random.nextLong() >> random.nextInt(64);
        return random.nextInt(8) == 0 ? Long.MIN_VALUE >> random.nextInt(64) : bits;
    }

    private static @Nullable Object simple(Random random, int type) {
        long n = number(random);
        return switch (type) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> UnsignedByte.of((int) (n & 0xff));
            case 3 -> UnsignedShort.of((int) (n & 0xffff));
            case 4 -> UnsignedInteger.of(n & UnsignedInteger.MAX);
            case 5 -> new UnsignedLong(n);
            case 6 -> (byte) n;
            case 7 -> (short) n;
            case 8 -> (int) n;
            case 9 -> n;
            case 10 -> Float.intBitsToFloat((int) n);
            case 11 -> Double.longBitsToDouble(n);
            case 12 -> new Decimal32((int) n);
            case 13 -> new Decimal64(n);
            case 14 -> new Decimal128(n, random.nextLong());
            case 15 -> CodePoint.of(codePoint(random));
            case 16 -> Instant.ofEpochMilli(n);
            case 17 -> new UUID(n, random.nextLong());
            case 18 -> binary(random);
            case 19, TEXT -> text(random);
            default -> Symbol.of("s" + Integer.toHexString((int) n).repeat(size(random)));
        };
    }

    private static Binary binary(Random random) {
        byte[] octets = new byte[size(random)];
        random.nextBytes(octets);
        return Binary.wrap(octets);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = size(random); i > 0; i--) {
            text.appendCodePoint(codePoint(random));
        }
        return text.toString();
    }

    private static int codePoint(Random random) {
        int code = random.nextInt(random.nextBoolean() ? 0x80 : 0x11_0000);
        return CodePoint.isScalar(code) ? code : 'x';
    }
}
