package io.amqp10.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DeliveryTableTest {

    private final DeliveryTable table = new DeliveryTable();
    private final DeliveryModel model = modelOf(table);

    @Test
    void findsIdsOnBothSidesOfTheWrap() {
        LinkDelivery before = put(-1);
        LinkDelivery after = put(0);

        assertThat(table.get(-1)).isSameAs(before);
        assertThat(table.get(0)).isSameAs(after);
        assertThat(table.get(1)).isNull();
        assertThat(table.within(-5, 5)).containsExactly(before, after);
        assertThat(table.within(-5, -1)).containsExactly(before);
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
        assertThat(table.capacity())
                .as("the ring, and the place of the old one")
                .isEqualTo(64 + 64);
    }

    @Test
    void manyThatComeAndGoAllHaveTheirPlaceInTheRing() {
        for (int id = 0; id < 1_000_000; id++) {
            put(id);
            if (id >= 10_000) {
                assertThat(table.remove(requireNonNull(table.get(id - 10_000)))).isTrue();
            }
        }

        assertThat(table.size()).isEqualTo(10_000);
        assertThat(table.capacity()).isEqualTo(16_384);
    }

    @Test
    void manyOldDeliveriesAreInNobodysWay() {
        for (int id = 0; id < 100_000; id++) {
            put(id);
        }
        for (int id = 100_000; id < 300_000; id++) {
            put(id);
            if (id >= 100_500) {
                table.remove(requireNonNull(table.get(id - 500)));
            }
        }

        assertThat(table.size()).isEqualTo(100_500);
        assertThat(table.capacity()).isEqualTo(16_384 + 262_144);
        for (int id = 0; id < 300_000; id++) {
            LinkDelivery found = table.get(id);
            if (id < 100_000 || id >= 299_500) {
                assertThat(requireNonNull(found).deliveryId).isEqualTo(id);
            } else {
                assertThat(found).isNull();
            }
        }
    }

    @Test
    void givesThemInOrderThoughOldOnesHaveMoved() {
        LinkDelivery first = put(-3);
        LinkDelivery second = put(-2);
        for (int id = -1; id < 200; id++) {
            LinkDelivery delivery = put(id);
            if (id >= 5) {
                table.remove(delivery);
            }
        }
        LinkDelivery last = put(-3 + 64 * 5);

        assertThat(table.within(-2, 1)).containsExactly(second, table.get(-1), table.get(0), table.get(1));
        assertThat(table.within(-100, 1000))
                .hasSize(9)
                .startsWith(first, second)
                .endsWith(last);
        assertThat(table.remove(first)).isTrue();
        assertThat(table.remove(first)).isFalse();
        assertThat(table.within(-100, 1000)).hasSize(8);
        table.clear();
        assertThat(table.within(-100, 1000)).isEmpty();
        assertThat(table.get(-2)).isNull();
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
        assertThat(table.size()).isZero();
        assertThat(table.capacity()).isEqualTo(16_384 + 64);
    }

    @Property(tries = 300)
    void holdsWhatAMapHolds(@ForAll @Size(max = 400) short[] ids) {
        modelOf(new DeliveryTable()).check(ids);
    }

    private static DeliveryModel modelOf(DeliveryTable of) {
        return new DeliveryModel(of::put, of::remove, of::get, of::size);
    }

    private LinkDelivery put(int id) {
        return model.put(id);
    }
}
