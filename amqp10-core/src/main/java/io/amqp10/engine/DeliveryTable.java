package io.amqp10.engine;

import io.amqp10.types.SequenceNumber;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Unsettled deliveries by delivery-id. A ring: the slot of an id is its low bits, so that consecutive ids neither collide nor
 * need hashing. An old delivery that outlives a turn of the ring only displaces its successors by a slot (Robin Hood open
 * addressing), so that memory is in proportion to how many deliveries there are, not to how far their ids are apart.
 */
final class DeliveryTable {

    private static final int INITIAL_SLOTS = 64;
    private static final int MOST_SLOTS_WHEN_EMPTY = 1 << 16;
    private static final LinkDelivery[] NONE = {};

    private @Nullable LinkDelivery[] slots = new LinkDelivery[INITIAL_SLOTS];
    private int mask = INITIAL_SLOTS - 1;
    private int size;

    int size() {
        return size;
    }

    int capacity() {
        return slots.length;
    }

    @Nullable
    LinkDelivery get(int id) {
        int slot = indexOf(id);
        return slot < 0 ? null : slots[slot];
    }

    void put(LinkDelivery delivery) {
        if (size * 2 >= slots.length) {
            resize(slots.length * 2);
        }
        insert(delivery);
        size++;
    }

    /** Removes a delivery if it is here. */
    boolean remove(LinkDelivery delivery) {
        int slot = indexOf(delivery.deliveryId);
        if (slot < 0 || slots[slot] != delivery) {
            return false;
        }
        int next = slot + 1 & mask;
        for (LinkDelivery moved = slots[next]; moved != null && displacement(moved, next) > 0; moved = slots[next]) {
            slots[slot] = moved;
            slot = next;
            next = next + 1 & mask;
        }
        slots[slot] = null;
        if (--size == 0 && slots.length > MOST_SLOTS_WHEN_EMPTY) {
            allocate(INITIAL_SLOTS);
        }
        return true;
    }

    void clear() {
        if (size > 0) {
            size = 0;
            allocate(INITIAL_SLOTS);
        }
    }

    /** Returns the deliveries with ids from {@code first} to {@code last}, in their order. */
    LinkDelivery[] within(int first, int last) {
        if (size == 0) {
            return NONE;
        }
        LinkDelivery[] found = new LinkDelivery[size];
        int count = 0;
        for (LinkDelivery delivery : slots) {
            if (delivery != null
                    && !SequenceNumber.isBefore(delivery.deliveryId, first)
                    && !SequenceNumber.isBefore(last, delivery.deliveryId)) {
                found[count++] = delivery;
            }
        }
        LinkDelivery[] ordered = Arrays.copyOf(found, count);
        Arrays.sort(ordered, (a, b) -> SequenceNumber.distance(b.deliveryId, a.deliveryId));
        return ordered;
    }

    /** Returns the deliveries of a link in the order of their ids. */
    LinkDelivery[] of(LinkEndpoint link) {
        LinkDelivery[] found = new LinkDelivery[size];
        int count = 0;
        for (LinkDelivery delivery : slots) {
            if (delivery != null && delivery.endpoint() == link) {
                found[count++] = delivery;
            }
        }
        LinkDelivery[] ordered = Arrays.copyOf(found, count);
        Arrays.sort(ordered, (a, b) -> SequenceNumber.distance(b.deliveryId, a.deliveryId));
        return ordered;
    }

    private int indexOf(int id) {
        int slot = id & mask;
        for (int distance = 0; ; distance++) {
            LinkDelivery delivery = slots[slot];
            if (delivery == null || displacement(delivery, slot) < distance) {
                return -1;
            }
            if (delivery.deliveryId == id) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
    }

    private void insert(LinkDelivery delivery) {
        LinkDelivery homeless = delivery;
        int slot = delivery.deliveryId & mask;
        for (int distance = 0; ; distance++) {
            LinkDelivery resident = slots[slot];
            if (resident == null) {
                slots[slot] = homeless;
                return;
            }
            int displaced = displacement(resident, slot);
            if (displaced < distance) {
                slots[slot] = homeless;
                homeless = resident;
                distance = displaced;
            }
            slot = slot + 1 & mask;
        }
    }

    private int displacement(LinkDelivery delivery, int slot) {
        return slot - delivery.deliveryId & mask;
    }

    private void resize(int capacity) {
        @Nullable LinkDelivery[] old = slots;
        allocate(capacity);
        for (LinkDelivery delivery : old) {
            if (delivery != null) {
                insert(delivery);
            }
        }
    }

    private void allocate(int capacity) {
        slots = new LinkDelivery[capacity];
        mask = capacity - 1;
    }
}
