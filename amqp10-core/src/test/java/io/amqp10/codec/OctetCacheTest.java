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

    @Test
    void namesThatDifferInOneOctetAreAllRemembered() {
        for (String pattern :
                new String[] {"double-#", "#-double", "x-opt-partition-#", "a-name-with-#-inside", "int-#", "k#"}) {
            OctetCache<String> cache = new OctetCache<>(256);

            for (char digit = '0'; digit <= '9'; digit++) {
                byte[] name = octets(pattern.replace('#', digit));
                cache.put(name, 0, name.length, "remembered");
            }

            for (char digit = '0'; digit <= '9'; digit++) {
                byte[] name = octets(pattern.replace('#', digit));
                assertThat(cache.get(name, 0, name.length))
                        .describedAs(pattern + digit)
                        .isEqualTo("remembered");
            }
        }
    }

    @Test
    void namesOfAnyLengthThatDifferInOneOctetAreToldApart() {
        for (int length = 1; length <= OctetCache.MAX_LENGTH; length++) {
            OctetCache<String> cache = new OctetCache<>(2);
            byte[] known = octets("a".repeat(length));
            cache.put(known, 0, length, "known");
            assertThat(cache.get(octets("--" + "a".repeat(length) + "--"), 2, length))
                    .isEqualTo("known");

            for (int i = 0; i < length; i++) {
                byte[] other = known.clone();
                other[i] = 'b';
                assertThat(cache.get(other, 0, length))
                        .describedAs("length %d, octet %d", length, i)
                        .isNull();
            }
        }
    }

    @Test
    void whatIsAlikeAtBothEndsIsToldApart() {
        // A cache of two places, so that each is looked at.
        for (String[] pair : new String[][] {
            {"", "\0"},
            {"\0", "\0\0"},
            {"aaa", "aaaa"},
            {"aaaa", "aaaaa"},
            {"aaaaaaa", "aaaaaaaa"},
            {"aaaaaaaa", "aaaaaaaaa"},
            {"aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaa"},
            {"aaaaaaaa1aaaaaaaa", "aaaaaaaa2aaaaaaaa"},
        }) {
            OctetCache<String> cache = new OctetCache<>(2);
            byte[] known = octets(pair[0]);
            byte[] other = octets(pair[1]);

            cache.put(known, 0, known.length, pair[0]);

            assertThat(cache.get(known, 0, known.length)).isEqualTo(pair[0]);
            assertThat(cache.get(other, 0, other.length)).isNull();
        }
    }

    @Test
    void twoThatShareThePlacesOfACacheAreBothRemembered() {
        for (int i = 0; i < 10; i++) {
            OctetCache<String> cache = new OctetCache<>(2);
            byte[][] names = {octets("first-" + i), octets("second-" + i)};

            for (byte[] name : names) {
                cache.put(name, 0, name.length, "remembered");
            }

            assertThat(cache.size()).isEqualTo(2);
            for (byte[] name : names) {
                assertThat(cache.get(name, 0, name.length)).isEqualTo("remembered");
            }
        }
    }
}
