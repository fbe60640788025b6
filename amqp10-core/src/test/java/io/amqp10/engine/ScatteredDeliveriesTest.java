package io.amqp10.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.testing.Recorder;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ScatteredDeliveriesTest {

    private final ScatteredDeliveries table = new ScatteredDeliveries();

    @Test
    void findsIdsOnBothSidesOfTheWrap() {
        LinkDelivery before = put(-1);
        LinkDelivery after = put(0);

        assertThat(table.get(-1)).isSameAs(before);
        assertThat(table.get(0)).isSameAs(after);
        assertThat(table.get(1)).isNull();
        assertThat(all()).containsExactlyInAnyOrder(before, after);
    }

    // one delivery that is never settled must not make the table grow with all that come after it
    @Test
    void staysSmallThoughAnOldDeliveryRemains() {
        LinkDelivery old = put(0);
        for (int id = 1; id < 1_000_000; id++) {
            LinkDelivery delivery = put(id);
            if (id > 20) {
                LinkDelivery settled = table.get(id - 20);
                assertThat(settled).isNotNull();
                table.remove(java.util.Objects.requireNonNull(settled));
            }
            assertThat(table.get(id)).isSameAs(delivery);
        }

        assertThat(table.get(0)).isSameAs(old);
        assertThat(table.size()).isEqualTo(21);
        assertThat(table.capacity()).isEqualTo(64);
    }

    @Test
    void manyOldDeliveriesAreInNobodysWay() {
        for (int id = 0; id < 100_000; id++) {
            put(id);
        }
        int longestRow = 0;
        for (int id = 100_000; id < 300_000; id++) {
            put(id);
            if (id >= 100_500) {
                table.remove(requireNonNull(table.get(id - 500)));
            }
            if (id % 10_000 == 0) {
                longestRow = Math.max(longestRow, table.longestRow());
            }
        }

        assertThat(longestRow).isLessThan(100);
        assertThat(table.size()).isEqualTo(100_500);
        assertThat(table.capacity()).isEqualTo(262_144);
        assertThat(all()).doesNotHaveDuplicates().doesNotContainNull();
    }

    @Test
    void removesOnlyTheDeliveryItself() {
        put(5);

        assertThat(table.remove(delivery(5))).isFalse();
        assertThat(table.remove(delivery(6))).isFalse();
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void givesItsMemoryBackWhenItIsEmptyAgain() {
        for (int id = 0; id < 100_000; id++) {
            put(id);
        }
        assertThat(table.capacity()).isGreaterThanOrEqualTo(200_000);
        for (int id = 0; id < 100_000; id++) {
            table.remove(java.util.Objects.requireNonNull(table.get(id)));
        }
        assertThat(table.capacity()).isEqualTo(64);
    }

    @Property(tries = 300)
    void holdsWhatAMapHolds(@ForAll @Size(max = 400) short[] ids) {
        ScatteredDeliveries tested = new ScatteredDeliveries();
        Map<Integer, LinkDelivery> model = new HashMap<>();
        for (short id : ids) {
            // multiples of the table's size collide
            int key = id % 4 == 0 ? id * 64 : id;
            LinkDelivery known = model.remove(key);
            if (known == null) {
                LinkDelivery added = delivery(key);
                model.put(key, added);
                tested.put(added);
            } else {
                assertThat(tested.remove(known)).isTrue();
            }
            assertThat(tested.size()).isEqualTo(model.size());
        }
        for (int key = -40_000; key < 40_000; key++) {
            assertThat(tested.get(key)).isSameAs(model.get(key));
        }
        model.forEach((key, value) -> assertThat(tested.get(key)).isSameAs(value));
    }

    private LinkDelivery[] all() {
        LinkDelivery[] all = new LinkDelivery[table.size()];
        assertThat(table.copyTo(all, 0)).isEqualTo(all.length);
        return all;
    }

    private LinkDelivery put(int id) {
        LinkDelivery delivery = delivery(id);
        table.put(delivery);
        return delivery;
    }

    private static LinkDelivery delivery(int id) {
        LinkDelivery delivery = new Recorder.Received(false);
        delivery.deliveryId = id;
        return delivery;
    }
}
