package io.amqp10.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueMapTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 9, 63, 64, 65, 1_000})
    void anyNumberOfEntriesIsAMapInTheOrderOfTheWire(int entries) {
        Map<Object, Object> expected = new LinkedHashMap<>();
        List<Object> items = new ArrayList<>();
        for (int i = entries; i > 0; i--) {
            expected.put("key-" + i, i);
            items.add("key-" + i);
            items.add(i);
        }

        Map<Object, Object> map = ValueMap.of(items.toArray(), "map");

        assertThat(map).hasSize(entries).isEqualTo(expected).hasSameHashCodeAs(expected);
        assertThat(map.entrySet()).containsExactlyElementsOf(expected.entrySet());
        expected.forEach((key, value) -> assertThat(map.get(key)).isEqualTo(value));
        assertThat(map.get("key-0")).isNull();
        assertThat(map.containsKey("key-0")).isFalse();
        List<Object> visited = new ArrayList<>();
        map.forEach((key, value) -> visited.addAll(List.of(key, value)));
        assertThat(visited).isEqualTo(items);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 1_000})
    void keysThatComeAgainAreWrittenAndReadAsTheyAre(int entries) {
        AmqpEncoder encoder = new AmqpEncoder();
        AmqpDecoder decoder = new AmqpDecoder();
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < entries; i++) {
            map.put("Aa".repeat(i % 3) + "BB".repeat(2 - i % 3) + "x".repeat(i % 70) + i, i);
        }

        for (int i = 0; i < 20; i++) {
            ByteBuf octets = Unpooled.buffer();
            encoder.write(octets, map);

            assertThat(decoder.read(octets)).isEqualTo(map);
            assertThat(octets.isReadable()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 20, 100})
    void keysWithOneHashCodeAreToldApart(int entries) {
        Object[] items = new Object[2 * entries];
        for (int i = 0; i < entries; i++) {
            items[2 * i] = new SameHash(i);
            items[2 * i + 1] = i;
        }

        Map<Object, Object> map = ValueMap.of(items, "map");

        for (int i = 0; i < entries; i++) {
            assertThat(map.get(new SameHash(i))).isEqualTo(i);
        }
        assertThat(map.containsKey(new SameHash(entries))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8, 9, 20, 100})
    void aKeyThatIsThereTwiceIsRefused(int entries) {
        Object[] items = new Object[2 * entries];
        for (int i = 0; i < entries; i++) {
            items[2 * i] = i == entries - 1 ? "key-0" : "key-" + i;
        }

        assertThatThrownBy(() -> ValueMap.of(items, "map"))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("map has a key twice")
                .hasMessageContaining("key-0");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 20, 100})
    void nullIsAKeyAndAValue(int entries) {
        Object[] items = new Object[2 * entries];
        for (int i = 1; i < entries; i++) {
            items[2 * i] = "key-" + i;
        }

        Map<Object, Object> map = ValueMap.of(items, "map");

        assertThat(map.containsKey(null)).isTrue();
        assertThat(map.get(null)).isNull();
        assertThat(map).hasSize(entries);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 20, 100})
    void nobodyChangesIt(int entries) {
        Object[] items = new Object[2 * entries];
        for (int i = 0; i < entries; i++) {
            items[2 * i] = "key-" + i;
            items[2 * i + 1] = i;
        }
        Map<Object, Object> map = ValueMap.of(items, "map");

        assertThatThrownBy(() -> map.put("other", 1)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> map.remove("key-0")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(map::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> map.entrySet().iterator().next().setValue(1))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> map.keySet().iterator().remove()).isInstanceOf(RuntimeException.class);
        assertThat(map).hasSize(entries);
    }

    @Test
    void anIteratorEnds() {
        Map<Object, Object> map = ValueMap.of(new Object[] {"key", "value"}, "map");

        var entries = map.entrySet().iterator();
        entries.next();

        assertThat(entries.hasNext()).isFalse();
        assertThatThrownBy(entries::next).isInstanceOf(java.util.NoSuchElementException.class);
    }

    private record SameHash(int number) {
        @Override
        public int hashCode() {
            return 7;
        }
    }
}
