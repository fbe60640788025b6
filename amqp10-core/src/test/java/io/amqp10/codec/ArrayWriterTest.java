package io.amqp10.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.types.AmqpArray;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArrayWriterTest {

    private static final int[] INTS = {1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x01020304};

    @ParameterizedTest
    @CsvSource({
        "0, e0020071",
        "1, e006017100000001",
        "2, e00a027100000001ffffffff",
        "3, e00e037100000001ffffffff80000000",
        "4, e012047100000001ffffffff800000007fffffff",
        "5, e016057100000001ffffffff800000007fffffff01020304",
    })
    void intsOfOddAndEvenNumberAreWrittenInTheirOrder(int count, String octets) {
        ByteBuf out = Unpooled.buffer();
        int[] ints = new int[count];
        System.arraycopy(INTS, 0, ints, 0, count);

        new AmqpEncoder().write(out, ints);

        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(octets);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 511, 512, 513, 1_023, 1_024, 1_025, 2_047, 2_048, 2_049, 5_000})
    void manyIntsAreWrittenInTheirOrder(int count) {
        int[] ints = new Random(count).ints(count).toArray();
        ByteBuffer octets = ByteBuffer.allocate(10 + count * Integer.BYTES);
        octets.put((byte) 0xf0).putInt(5 + count * Integer.BYTES).putInt(count).put((byte) 0x71);
        for (int value : ints) {
            octets.putInt(value);
        }
        AmqpEncoder encoder = new AmqpEncoder();

        for (ByteBuf out : List.of(Unpooled.buffer(1), Unpooled.directBuffer(1))) {
            // The array begins elsewhere each time, and what came before and comes behind stays.
            for (int before = 0; before < 9; before++) {
                out.clear().writeZero(before);
                encoder.write(out, ints);
                encoder.write(out, true);

                assertThat(out.readableBytes()).isEqualTo(before + octets.capacity() + 1);
                assertThat(ByteBufUtil.hexDump(out, before, octets.capacity() + 1))
                        .isEqualTo(ByteBufUtil.hexDump(octets.array()) + "41");
            }
            out.release();
        }
    }

    @Test
    void manyIntsInAListDoNotTouchTheirNeighbours() {
        int[] ints = new Random(1).ints(1_030).toArray();
        ByteBuf out = Unpooled.buffer();
        new AmqpEncoder().write(out, List.of("before", ints, "behind"));

        assertThat(new AmqpDecoder().read(out)).isEqualTo(List.of("before", AmqpArray.from(ints), "behind"));
    }
}
