package io.amqp10.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OctetCacheTest {

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static long known(OctetCache<String> cache, int from, int to) {
        return IntStream.range(from, to)
                .filter(i -> cache.get(octets("symbol-" + i), 0, ("symbol-" + i).length()) != null)
                .count();
    }

    // hostile row 21
    @Test
    void aMillionSymbolsTakeNoMoreRoomThanAFew() {
        OctetCache<String> cache = new OctetCache<>(256);

        for (int i = 0; i < 1_000_000; i++) {
            byte[] symbol = octets("symbol-" + i);
            cache.put(symbol, 0, symbol.length, "symbol-" + i);
        }

        assertThat(known(cache, 0, 1_000_000)).isBetween(1L, 256L);
    }

    @Test
    void whatIsLongIsNotRemembered() {
        OctetCache<String> cache = new OctetCache<>(256);
        byte[] longest = octets("x".repeat(OctetCache.MAX_LENGTH));
        byte[] longer = octets("x".repeat(OctetCache.MAX_LENGTH + 1));

        cache.put(longest, 0, longest.length, "kept");
        cache.put(longer, 0, longer.length, "not kept");

        assertThat(cache.get(longest, 0, longest.length)).isEqualTo("kept");
        assertThat(cache.get(longer, 0, longer.length)).isNull();
    }
}
