package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import io.amqp10.codec.AmqpDecoder;
import io.amqp10.codec.DecodeException;
import io.amqp10.codec.DecodeLimits;
import io.amqp10.codec.SectionReader;
import io.amqp10.codec.SectionType;
import io.amqp10.types.AmqpArray;
import io.amqp10.types.AmqpError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.List;

/** Values, composites and sections of messages that are none, or that are made to cost much. */
final class HostileValues {

    /** A list, map or array inside an open's properties: {@code open} of container "c" with property "k". */
    private static final String OPEN_PROPERTY = "a10163 40 40 40 40 40 40 40 40";

    private final HostileInputs table;

    private HostileValues(HostileInputs table) {
        this.table = table;
    }

    static void addTo(HostileInputs table) {
        HostileValues topic = new HostileValues(table);
        topic.values();
        topic.performatives();
        topic.messages();
    }

    private void values() {
        table.row(12, "a frame of nothing but descriptors", s -> {
            s.bytes(new byte[1_000_000]);
            s.closes(AmqpError.DECODE_ERROR);
        });
        table.early(12, "a first frame of nothing but descriptors", s -> {
            s.unopened().bytes(new byte[1_000_000]);
            s.closes(AmqpError.DECODE_ERROR);
        });
        for (String kind : List.of("list", "map", "array", "described")) {
            table.row(13, "a " + kind + " in itself, 51 times", s -> {
                s.bytes(open(nested(kind, 51)));
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        for (String counted : List.of("d0 00000009 7fffffff 4040404040", "d1 00000009 7fffffff 4040404040")) {
            table.row(14, "a list or map of nine octets with 2147483647 items: " + counted, s -> {
                byte[] frame = open(counted);
                assertThat(allocatedBy(() -> s.bytes(frame))).isLessThan(1_000_000);
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        for (String element : List.of("40", "41", "43", "45")) {
            table.row(15, "an array of 2147483647 elements without octets: " + element, s -> {
                s.bytes(open("f0 00000005 7fffffff " + element));
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        table.row(16, "100000 arrays each just under the limit in one message", s -> {
            String array = "f0 00000005 0000ffff 40";
            ByteBuf message = Unpooled.wrappedBuffer(
                    octets("d0 " + word(4 + 100_000 * 10) + word(100_000) + array.repeat(100_000)));
            assertThatExceptionOfType(DecodeException.class)
                    .isThrownBy(() -> new AmqpDecoder().read(message))
                    .withMessageContaining("array elements without octets");
            s.ignores();
        });
        table.row(17, "an array of a million strings is read in one pass", s -> {
            ByteBuf array = Unpooled.buffer(2_000_010);
            array.writeByte(0xf0).writeInt(5 + 2_000_000).writeInt(1_000_000).writeByte(0xa1);
            for (int i = 0; i < 1_000_000; i++) {
                array.writeByte(1).writeByte('a' + i % 26);
            }
            assertThat(new AmqpDecoder().read(array))
                    .isInstanceOfSatisfying(
                            AmqpArray.class, read -> assertThat(read.size()).isEqualTo(1_000_000));
            s.ignores();
        });
        for (String value :
                List.of("c0 01 02", "c0 02 01", "c0 03 01 a10178", "d0 7fffffff 00000001 40", "e0 04 01 a10000")) {
            table.row(18, "sizes that do not fit together: " + value, s -> {
                s.bytes(open(value));
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        for (String value : List.of("b0 ffffffff", "b1 ffffffff", "b3 80000000")) {
            table.row(19, "octets or text of a size beyond everything: " + value, s -> {
                s.bytes(open(value));
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        for (String value : List.of("c1 02 01 40", "c1 07 04 a3016b 40 a3016b 41")) {
            table.row(20, "a map with half a pair, or with a key twice: " + value, s -> {
                s.bytes(open(value));
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        for (String value : List.of("a1 01 80", "a1 03 eda080", "a3 01 80", "73 00110000", "73 0000d800")) {
            table.row(22, "text that is none: " + value, s -> {
                s.bytes(open(value));
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        for (String value : List.of("4f", "46", "57 00", "ff 00 00", "01", "e0 02 00 4f")) {
            table.row(23, "an unknown format code: " + value, s -> {
                s.bytes(open(value));
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
    }

    private void performatives() {
        for (String body : List.of(
                "005313 d0 000003ec 000003e8" + "40".repeat(1000), "005313 c0 05 04 40 a10178 43 43", "005316 45")) {
            table.row(24, "too many fields, one of another type, none at all: " + cut(body), s -> {
                s.bytes(body);
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        for (String body : List.of("005319 45", "005340 45", "005341 45", "005370 45", "00a304 6f70656e 45", "40")) {
            table.row(25, "a body that is no performative: " + body, s -> {
                s.bytes(body);
                s.closes(AmqpError.DECODE_ERROR);
            });
        }
        table.row(26, "a payload behind a flow", s -> {
            s.bytes("005313 c005 04 40434343 cafebabe");
            s.closes(AmqpError.DECODE_ERROR);
        });
    }

    private void messages() {
        for (String message : List.of(
                "005375a000 005370 45",
                "005370 45 005370 45",
                "005377 40 005373 45",
                "005377 40 005377 40",
                "005378c10100 005375a000")) {
            table.row(69, "sections out of their order: " + message, s -> {
                assertThatExceptionOfType(DecodeException.class).isThrownBy(() -> scan(octets(message)));
                s.ignores();
            });
        }
        table.row(70, "a million data sections of an octet", s -> {
            byte[] message = octets("005375a00100".repeat(1_000_000));
            assertThatExceptionOfType(DecodeException.class)
                    .isThrownBy(() -> scan(message))
                    .withMessageContaining("10000");
            s.ignores();
        });
        table.row(71, "an annotation by a string, an application property that is a map", s -> {
            byte[] annotations = octets("c105 02 a10161 40");
            assertThatExceptionOfType(DecodeException.class)
                    .isThrownBy(() -> SectionReader.annotations(
                            annotations, 0, annotations.length, DecodeLimits.DEFAULT, SectionType.MESSAGE_ANNOTATIONS));
            byte[] properties = octets("c107 02 a10161 c10100");
            assertThatExceptionOfType(DecodeException.class)
                    .isThrownBy(() -> SectionReader.applicationProperties(
                            properties, 0, properties.length, DecodeLimits.DEFAULT));
            s.ignores();
        });
    }

    /** An open with a property of this value, as a frame's body. */
    private static byte[] open(String value) {
        byte[] octets = octets(value);
        ByteBuf list = Unpooled.buffer();
        list.writeBytes(octets(OPEN_PROPERTY));
        list.writeByte(0xd1).writeInt(4 + 3 + octets.length).writeInt(2);
        list.writeBytes(octets("a3016b")).writeBytes(octets);
        ByteBuf body = Unpooled.buffer();
        body.writeBytes(octets("005310 d0"))
                .writeInt(4 + list.readableBytes())
                .writeInt(10)
                .writeBytes(list);
        byte[] frame = new byte[body.readableBytes()];
        body.readBytes(frame);
        return frame;
    }

    /** A value of a kind that holds one of its kind, so many times. */
    private static String nested(String kind, int depth) {
        String value = kind.equals("array") ? "40" : "45";
        for (int i = 0; i < depth; i++) {
            int length = value.replace(" ", "").length() / 2;
            value = switch (kind) {
                case "list" -> "d0" + word(4 + length) + word(1) + value;
                case "map" -> "d1" + word(5 + length) + word(2) + "40" + value;
                case "array" -> "f0" + word(4 + length) + word(1) + value;
                default -> "00 a30178" + value;
            };
        }
        return value;
    }

    private static String word(int value) {
        return HexFormat.of().toHexDigits(value);
    }

    private static byte[] octets(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static String cut(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }

    private static long allocatedBy(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);
        work.run();
        return threads.getThreadAllocatedBytes(id) - before;
    }

    private static void scan(byte[] message) {
        SectionReader.scan(message, 0, message.length, DecodeLimits.DEFAULT, (type, from, to) -> {});
    }
}
