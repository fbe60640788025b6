package io.amqp10.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.types.AmqpArray;
import io.amqp10.types.Binary;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.UnsignedLong;
import io.amqp10.types.messaging.Properties;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Properties and application-properties have their own short code; what a list or map of any values gives is the measure for it. */
class SectionReaderTest {

    private static final int ROUNDS = 30_000;

    /** What octets are changed to: format codes, sizes, counts, and what is no UTF-8. */
    private static final int[] OCTETS = {
        0x00, 0x01, 0x02, 0x03, 0x7f, 0x80, 0xc3, 0xa9, 0xff, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x50, 0x51, 0x52,
        0x53, 0x54, 0x55, 0x56, 0x60, 0x61, 0x70, 0x71, 0x72, 0x73, 0x74, 0x81, 0x82, 0x83, 0x84, 0x94, 0x98, 0xa0,
        0xa1, 0xa3, 0xb0, 0xb1, 0xb3, 0xc0, 0xc1, 0xd0, 0xd1, 0xe0, 0xf0
    };

    private static final Object REFUSED = new Object();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a1016b a10176",
                // A value of each frequent type, at the end too.
                "a10161 a103616263 a10162 5403 a10163 71ffffff00 a10164 8100000000000000ff a10165 823ff8000000000000"
                        + " a10166 41 a10167 42",
                "a10161 42 a10162 41 a10163 823ff8000000000000 a10164 8100000000000000ff a10165 71ffffff00 a10166 54ff",
                // Other types and encodings.
                "b10000000161 b100000000 a10162 40 a10163 5600 a10164 55ff a10165 83000001020304050607"
                        + " a10166 9800112233445566778899aabbccddeeff a10167 a00101 a10168 a30101 a10169 700000ffff",
                // Not ASCII, not UTF-8, empty, a key twice, no key, no simple value, described.
                "a102c3a9 a102c3a9",
                "a101ff 40",
                "a10161 a101ff",
                "a100 a100",
                "a10161 40 a10161 40",
                "a10161 40 b10000000161 40",
                "40 40",
                "a30161 40",
                "a10161 45",
                "a10161 c10100",
                "a10161 00 a30178 5401",
                "a10161 00 a30178 45",
            })
    void applicationPropertiesAreWhatAnyMapIs(String items) {
        HexFormat hex = HexFormat.of();
        checkAll(hex.parseHex(items.replace(" ", "")), 0x74, FormatCode.MAP8, value -> {
            Map<?, ?> map = (Map<?, ?>) value;
            boolean fits = map.keySet().stream().allMatch(String.class::isInstance)
                    && map.values().stream()
                            .noneMatch(v -> v instanceof List || v instanceof Map || v instanceof AmqpArray);
            return fits ? new ArrayList<>(map.entrySet()) : REFUSED;
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a1026d31 a00175 a1026f72 a1017a a10172 a1026331 a30174 a30165 8300000000000000ff"
                        + " 83ffffffffffffffff a10167 5205 a10168",
                "40 40 40 40 40 40 40 40 40 40 40 40 40",
                "b1000000026d31 b00000000175 b1000000026f72 b1000000017a b10000000172 b1000000026331 b30000000174"
                        + " b30000000165 8300000000000000ff 40 b10000000167 7000000005 b10000000168",
                "9800112233445566778899aabbccddeeff 40 40 40 40 800000000000000001",
                "5305 a000 a100 a100 a100 44 a300 a300 40 40 a100 43 a100",
                "a00101 40 40 40 40 b00000000101",
                "a102c3a9 40 a102c3a9 a102c3a9 a102c3a9 a102c3a9",
                "a101ff",
                "40 40 40 a101ff",
                "40 40 40 40 40 40 a301ff",
            })
    void propertiesAreWhatAnyListIs(String fields) {
        HexFormat hex = HexFormat.of();
        checkAll(hex.parseHex(fields.replace(" ", "")), 0x73, FormatCode.LIST8, value -> properties((List<?>) value));
    }

    private static Object properties(List<?> list) {
        List<@Nullable Object> f = new ArrayList<>(list);
        if (f.size() > 13) {
            return REFUSED;
        }
        while (f.size() < 13) {
            f.add(null);
        }
        boolean fits = isId(f.get(0))
                && is(f.get(1), Binary.class)
                && is(f.get(2), String.class)
                && is(f.get(3), String.class)
                && is(f.get(4), String.class)
                && isId(f.get(5))
                && is(f.get(6), Symbol.class)
                && is(f.get(7), Symbol.class)
                && is(f.get(8), Instant.class)
                && is(f.get(9), Instant.class)
                && is(f.get(10), String.class)
                && is(f.get(11), UnsignedInteger.class)
                && is(f.get(12), String.class);
        if (!fits) {
            return REFUSED;
        }
        return new Properties(
                f.get(0),
                (Binary) f.get(1),
                (String) f.get(2),
                (String) f.get(3),
                (String) f.get(4),
                f.get(5),
                (Symbol) f.get(6),
                (Symbol) f.get(7),
                (Instant) f.get(8),
                (Instant) f.get(9),
                (String) f.get(10),
                f.get(11) instanceof UnsignedInteger number ? number.value() : UnsignedInteger.ABSENT,
                (String) f.get(12));
    }

    private static boolean is(@Nullable Object value, Class<?> type) {
        return value == null || type.isInstance(value);
    }

    private static boolean isId(@Nullable Object value) {
        return is(value, String.class)
                || is(value, UUID.class)
                || is(value, Binary.class)
                || is(value, UnsignedLong.class);
    }

    private interface Measure {
        Object of(Object value);
    }

    /** Checks items as they are, cut anywhere, with any count nearby, and with octets changed. */
    private static void checkAll(byte[] items, int descriptor, int shortCode, Measure measure) {
        int count = 0;
        try {
            for (var in = Unpooled.wrappedBuffer(items); in.isReadable(); count++) {
                new AmqpDecoder().read(in);
            }
        } catch (DecodeException e) {
            count++;
        }
        for (int other = 0; other <= count + 2; other++) {
            check(items, other, descriptor, shortCode, measure);
            for (int length = 0; length < items.length; length++) {
                check(Arrays.copyOf(items, length), other, descriptor, shortCode, measure);
            }
        }
        Random random = new Random(items.length);
        for (int i = 0; i < ROUNDS && items.length > 0; i++) {
            byte[] changed = items.clone();
            for (int j = random.nextInt(3); j >= 0; j--) {
                changed[random.nextInt(changed.length)] = (byte) OCTETS[random.nextInt(OCTETS.length)];
            }
            check(changed, count, descriptor, shortCode, measure);
        }
    }

    private static void check(byte[] items, int count, int descriptor, int shortCode, Measure measure) {
        // Octets behind the section, which nobody may take for its own.
        byte[] padding = HexFormat.of().parseHex("005375a002a141");
        byte[] small = Unpooled.buffer()
                .writeBytes(new byte[] {0, 0x53, (byte) descriptor, (byte) shortCode})
                .writeByte(items.length + 1)
                .writeByte(count)
                .writeBytes(items)
                .writeBytes(padding)
                .array();
        byte[] wide = Unpooled.buffer()
                .writeBytes(new byte[] {0, 0x53, (byte) descriptor, (byte) (shortCode + 0x10)})
                .writeInt(items.length + 4)
                .writeInt(count)
                .writeBytes(items)
                .writeBytes(padding)
                .array();
        int smallLength = 6 + items.length + padding.length;
        int wideLength = 12 + items.length + padding.length;
        Object expected = expected(Arrays.copyOfRange(small, 3, 6 + items.length), measure);

        assertThat(read(small, smallLength, descriptor))
                .describedAs(() -> HexFormat.of().formatHex(small, 0, smallLength))
                .isEqualTo(expected);
        assertThat(read(wide, wideLength, descriptor))
                .describedAs(() -> HexFormat.of().formatHex(wide, 0, wideLength))
                .isEqualTo(expected);
        // And nothing behind it, not even in the array.
        byte[] last = Arrays.copyOf(small, 6 + items.length);
        assertThat(read(last, last.length, descriptor))
                .describedAs(() -> HexFormat.of().formatHex(last))
                .isEqualTo(expected);
    }

    private static Object expected(byte[] value, Measure measure) {
        try {
            Object read = new AmqpDecoder().read(Unpooled.wrappedBuffer(value));
            return read == null ? REFUSED : measure.of(read);
        } catch (DecodeException e) {
            return REFUSED;
        }
    }

    private static Object read(byte[] section, int length, int descriptor) {
        SectionReader.scan(section, 0, length, DecodeLimits.DEFAULT, (type, from, to) -> {});
        try {
            return descriptor == 0x73
                    ? SectionReader.properties(section, 0, length, DecodeLimits.DEFAULT)
                    : new ArrayList<>(SectionReader.applicationProperties(section, 0, length, DecodeLimits.DEFAULT)
                            .entrySet());
        } catch (DecodeException e) {
            return REFUSED;
        }
    }
}
