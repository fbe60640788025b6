package io.amqp10.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ScatteredDeliveriesTest {

    private final ScatteredDeliveries table = new ScatteredDeliveries();
    private final DeliveryModel model = modelOf(table);

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
                table.remove(requireNonNull(settled));
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
        model.checkRemoval();
    }

    @Test
    void givesItsMemoryBackWhenItIsEmptyAgain() {
        for (int id = 0; id < 100_000; id++) {
            put(id);
        }
        assertThat(table.capacity()).isGreaterThanOrEqualTo(200_000);
        for (int id = 0; id < 100_000; id++) {
            table.remove(requireNonNull(table.get(id)));
        }
        assertThat(table.capacity()).isEqualTo(64);
    }

    @Property(tries = 300)
    void holdsWhatAMapHolds(@ForAll @Size(max = 400) short[] ids) {
        modelOf(new ScatteredDeliveries()).check(ids);
    }

    private LinkDelivery[] all() {
        LinkDelivery[] all = new LinkDelivery[table.size()];
        assertThat(table.copyTo(all, 0)).isEqualTo(all.length);
        return all;
    }

    private static DeliveryModel modelOf(ScatteredDeliveries of) {
        return new DeliveryModel(of::put, of::remove, of::get, of::size);
    }

    private LinkDelivery put(int id) {
        return model.put(id);
    }
}
