package io.amqp10.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
