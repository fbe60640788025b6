package io.amqp10.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.testing.Recorder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What tables of deliveries by id must do, whatever is inside. */
record DeliveryModel(
        Consumer<LinkDelivery> put,
        Predicate<LinkDelivery> remove,
        IntFunction<@Nullable LinkDelivery> get,
        IntSupplier size) {

    static LinkDelivery delivery(int id) {
        LinkDelivery delivery = new Recorder.Received(false);
        delivery.deliveryId = id;
        return delivery;
    }

    LinkDelivery put(int id) {
        LinkDelivery delivery = delivery(id);
        put.accept(delivery);
        return delivery;
    }

    /** Puts a delivery for each id that is not there, removes it for each that is, and compares with a map. */
    void check(short[] ids) {
        Map<Integer, LinkDelivery> model = new HashMap<>();
        for (short id : ids) {
            // multiples of a table's size collide
            int key = id % 4 == 0 ? id * 64 : id;
            LinkDelivery known = model.remove(key);
            if (known == null) {
                model.put(key, put(key));
            } else {
                assertThat(remove.test(known)).isTrue();
            }
            assertThat(size.getAsInt()).isEqualTo(model.size());
        }
        for (int key = -40_000; key < 40_000; key++) {
            assertThat(get.apply(key)).isSameAs(model.get(key));
        }
        model.forEach((key, value) -> assertThat(get.apply(key)).isSameAs(value));
    }

    /** Only the delivery itself is removed, not another one that has its id, or none. */
    void checkRemoval() {
        put(5);

        assertThat(remove.test(delivery(5))).isFalse();
        assertThat(remove.test(delivery(6))).isFalse();
        assertThat(size.getAsInt()).isEqualTo(1);
    }
}
