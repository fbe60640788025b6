package io.amqp10.engine;

import org.jspecify.annotations.Nullable;

/**
 * Deliveries by delivery-id, wherever in the range of ids they are. Consecutive ids are neighbours in blocks of a cache line, and
 * the blocks are spread over the slots, so that those which stay in a row are not in the way of those that come. A delivery
 * whose slot is taken displaces those behind it (Robin Hood open addressing), so that memory is in proportion to how many
 * deliveries there are, not to how far their ids are apart.
 */
final class ScatteredDeliveries {

    private static final int INITIAL_SLOTS = 64;
    private static final int BLOCK_BITS = 4;
    private static final int BLOCK_MASK = (1 << BLOCK_BITS) - 1;

    /** 2 to the 32nd divided by the golden ratio: multiples of it lie as far from each other as they can. */
    private static final int SPREAD = 0x9E3779B9;

    private static final int MOST_SLOTS_WHEN_EMPTY = 1 << 16;

    private @Nullable LinkDelivery[] slots = new LinkDelivery[INITIAL_SLOTS];
    private int mask = INITIAL_SLOTS - 1;

    /** What is left of a spread block number is as many bits as number the blocks. */
    private int shift = shiftFor(INITIAL_SLOTS);

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

    /** Appends all to an array, from an index on, in no order; returns the index behind the last. */
    int copyTo(LinkDelivery[] target, int from) {
        int count = from;
        for (LinkDelivery delivery : slots) {
            if (delivery != null) {
                target[count++] = delivery;
            }
        }
        return count;
    }

    private int indexOf(int id) {
        int slot = home(id);
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
        int slot = home(delivery.deliveryId);
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

    private int home(int id) {
        return (id >>> BLOCK_BITS) * SPREAD >>> shift << BLOCK_BITS | id & BLOCK_MASK;
    }

    private static int shiftFor(int capacity) {
        return Integer.SIZE - (Integer.numberOfTrailingZeros(capacity) - BLOCK_BITS);
    }

    private int displacement(LinkDelivery delivery, int slot) {
        return slot - home(delivery.deliveryId) & mask;
    }

    /** Returns how many deliveries at most lie in a row, which is what an insertion may have to pass or move. */
    int longestRow() {
        int longest = 0;
        int row = 0;
        for (LinkDelivery delivery : slots) {
            row = delivery == null ? 0 : row + 1;
            longest = Math.max(longest, row);
        }
        return longest;
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
        shift = shiftFor(capacity);
    }
}
