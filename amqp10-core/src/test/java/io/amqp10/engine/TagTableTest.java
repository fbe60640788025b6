package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.testing.Recorder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TagTableTest {

    private final TagTable table = new TagTable();

    // X3
    @Test
    void takesATagOnceUntilItIsRemoved() {
        IncomingDelivery first = tagged(1, 2, 3);

        assertThat(table.putIfAbsent(first)).isTrue();
        assertThat(table.putIfAbsent(tagged(1, 2, 3))).isFalse();
        table.remove(first);
        assertThat(table.putIfAbsent(tagged(1, 2, 3))).isTrue();
    }

    @Test
    void tellsTagsOfDifferentLengthApart() {
        assertThat(table.putIfAbsent(tagged())).isTrue();
        assertThat(table.putIfAbsent(tagged(0))).isTrue();
        assertThat(table.putIfAbsent(tagged(0, 0))).isTrue();
        assertThat(table.putIfAbsent(tagged(0, 0, 0, 0, 0, 0, 0, 0))).isTrue();
        assertThat(table.putIfAbsent(tagged(0, 0, 0, 0, 0, 0, 0, 0, 0))).isTrue();
        assertThat(table.putIfAbsent(tagged(0, 0, 0, 0, 0, 0, 0, 0, 0))).isFalse();
        assertThat(table.size()).isEqualTo(5);
    }

    @Test
    void keepsAllWhenItGrows() {
        List<IncomingDelivery> all = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            IncomingDelivery delivery = tagged(i >> 8, i);
            all.add(delivery);
            assertThat(table.putIfAbsent(delivery)).isTrue();
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(table.putIfAbsent(tagged(i >> 8, i))).isFalse();
        }
        all.forEach(table::remove);
        assertThat(table.size()).isZero();
    }

    @Test
    void ignoresTheRemovalOfWhatIsNotThere() {
        table.remove(tagged(1));
        assertThat(table.size()).isZero();
    }

    @Test
    void aDeliveryKnowsItsTagAgain() {
        for (int length : new int[] {0, 1, 8, 9, 32}) {
            byte[] octets = new byte[32];
            for (int i = 0; i < length; i++) {
                octets[i] = (byte) (200 + i);
            }
            IncomingDelivery delivery = new Recorder.Received(false);
            delivery.tag(octets, length);

            byte[] copy = new byte[32];
            delivery.copyTagTo(copy);
            assertThat(copy).containsExactly(octets);
            assertThat(delivery.hasTag(octets, length)).isTrue();
            if (length > 0) {
                octets[length - 1]++;
                assertThat(delivery.hasTag(octets, length)).isFalse();
                assertThat(delivery.hasTag(copy, length - 1)).isFalse();
            }
        }
    }

    private static IncomingDelivery tagged(int... octets) {
        byte[] tag = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            tag[i] = (byte) octets[i];
        }
        IncomingDelivery delivery = new Recorder.Received(false);
        delivery.tag(tag, tag.length);
        return delivery;
    }
}
