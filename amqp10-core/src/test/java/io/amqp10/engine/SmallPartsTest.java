package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of parts too small for a class each. */
class SmallPartsTest {

    @Test
    void rateLimitAllowsABurstAndThenSoManyEachSecond() {
        long start = Long.MAX_VALUE - 10;
        RateLimit limit = new RateLimit(3, 10, start);
        assertThat(allowed(limit, start)).isEqualTo(3);
        assertThat(allowed(limit, start + 99_000_000)).isZero();
        assertThat(allowed(limit, start + 250_000_000)).isEqualTo(2);
        assertThat(allowed(limit, start + 10_000_000_000L)).isEqualTo(3);
    }

    @Test
    void handleTableGivesTheLowestFreeNumber() {
        HandleTable<String> table = new HandleTable<>();
        for (int i = 0; i < 10; i++) {
            assertThat(table.lowestFree()).isEqualTo(i);
            table.put(i, "x" + i);
        }
        table.remove(7);
        table.remove(2);
        table.remove(2);

        assertThat(table.lowestFree()).isEqualTo(2);
        assertThat(table.size()).isEqualTo(8);
        assertThat(table.get(3)).isEqualTo("x3");
        assertThat(table.get(1_000_000)).isNull();
    }

    @Test
    void partialPayloadPutsSmallAndLargePartsTogetherAndReleasesThem() {
        PartialPayload payload = new PartialPayload();
        List<ByteBuf> parts = new ArrayList<>();
        byte value = 0;
        int bytes = 0;
        for (int length : new int[] {1, 0, 500, 9000, 9000, 3, 8192, 0, 2000, 2000}) {
            ByteBuf part = Unpooled.buffer(length + 3).writeZero(3).skipBytes(3);
            for (int i = 0; i < length; i++) {
                part.writeByte(value++);
            }
            bytes += length;
            parts.add(part);
            payload.add(part);
        }

        byte[] all = payload.assemble();

        assertThat(all).hasSize(bytes);
        for (int i = 0; i < bytes; i++) {
            assertThat(all[i]).isEqualTo((byte) i);
        }
        payload.release();
        for (ByteBuf part : parts) {
            assertThat(part.refCnt()).isEqualTo(1);
            part.release();
        }
    }

    private static int allowed(RateLimit limit, long now) {
        int count = 0;
        while (limit.allows(now)) {
            count++;
        }
        return count;
    }
}
