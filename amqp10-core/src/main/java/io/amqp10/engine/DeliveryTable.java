package io.amqp10.engine;

import io.amqp10.types.SequenceNumber;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Unsettled deliveries by delivery-id. The latest are in a ring, where neighbours in number are neighbours in memory and
 * nothing is searched for. A delivery that is still unsettled when the ring has come around moves to another place, once:
 * however many old deliveries there are, those that come and go never touch them.
 */
final class DeliveryTable {

    private static final int INITIAL_SLOTS = 64;
    private static final int MOST_SLOTS = 1 << 14;
    private static final LinkDelivery[] NONE = {};

    private @Nullable LinkDelivery[] latest = new LinkDelivery[INITIAL_SLOTS];
    private int mask = INITIAL_SLOTS - 1;

    /** How many are in the ring. */
    private int latestSize;

    private @Nullable ScatteredDeliveries overtaken;

    int size() {
        return latestSize + (overtaken == null ? 0 : overtaken.size());
    }

    int capacity() {
        return latest.length + (overtaken == null ? 0 : overtaken.capacity());
    }

    @Nullable
    LinkDelivery get(int id) {
        LinkDelivery found = latest[id & mask];
        if (found != null && found.deliveryId == id) {
            return found;
        }
        return overtaken == null ? null : overtaken.get(id);
    }

    void put(LinkDelivery delivery) {
        LinkDelivery resident = latest[delivery.deliveryId & mask];
        if (resident != null) {
            makeRoom(delivery.deliveryId);
        }
        latest[delivery.deliveryId & mask] = delivery;
        latestSize++;
    }

    /** Frees the slot of an id: in a larger ring if this one is well filled, else the resident moves out. */
    private void makeRoom(int id) {
        while (latestSize > latest.length / 2 && latest.length < MOST_SLOTS && latest[id & mask] != null) {
            grow();
        }
        LinkDelivery resident = latest[id & mask];
        if (resident != null) {
            ScatteredDeliveries to = overtaken;
            if (to == null) {
                to = new ScatteredDeliveries();
                overtaken = to;
            }
            to.put(resident);
            latest[id & mask] = null;
            latestSize--;
        }
    }

    /** Those that had a slot each have one in a ring of twice the size, too. */
    private void grow() {
        @Nullable LinkDelivery[] larger = new LinkDelivery[latest.length * 2];
        for (LinkDelivery delivery : latest) {
            if (delivery != null) {
                larger[delivery.deliveryId & larger.length - 1] = delivery;
            }
        }
        latest = larger;
        mask = larger.length - 1;
    }

    /** Removes a delivery if it is here. */
    boolean remove(LinkDelivery delivery) {
        int slot = delivery.deliveryId & mask;
        if (latest[slot] == delivery) {
            latest[slot] = null;
            latestSize--;
            return true;
        }
        return overtaken != null && overtaken.remove(delivery);
    }

    void clear() {
        overtaken = null;
        latestSize = 0;
        latest = new LinkDelivery[INITIAL_SLOTS];
        mask = INITIAL_SLOTS - 1;
    }

    /** Returns the deliveries with ids from {@code first} to {@code last}, in their order. */
    LinkDelivery[] within(int first, int last) {
        return ordered(delivery -> !SequenceNumber.isBefore(delivery.deliveryId, first)
                && !SequenceNumber.isBefore(last, delivery.deliveryId));
    }

    /** Returns the deliveries of a link in the order of their ids. */
    LinkDelivery[] of(LinkEndpoint link) {
        return ordered(delivery -> delivery.endpoint() == link);
    }

    private LinkDelivery[] ordered(Predicate<LinkDelivery> which) {
        int size = size();
        if (size == 0) {
            return NONE;
        }
        LinkDelivery[] all = new LinkDelivery[size];
        int count = overtaken == null ? 0 : overtaken.copyTo(all, 0);
        for (LinkDelivery delivery : latest) {
            if (delivery != null) {
                all[count++] = delivery;
            }
        }
        return Arrays.stream(all)
                .filter(which)
                .sorted((a, b) -> SequenceNumber.distance(b.deliveryId, a.deliveryId))
                .toArray(LinkDelivery[]::new);
    }
}
