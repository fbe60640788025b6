package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

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

    private static int allowed(RateLimit limit, long now) {
        int count = 0;
        while (limit.allows(now)) {
            count++;
        }
        return count;
    }
}
