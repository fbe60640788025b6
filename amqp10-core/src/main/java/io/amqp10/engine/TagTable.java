package io.amqp10.engine;

import org.jspecify.annotations.Nullable;

/** A link's unsettled deliveries by delivery-tag. Chained through the deliveries themselves, so that it allocates nothing. */
final class TagTable {

    private static final int INITIAL_BUCKETS = 16;

    private @Nullable IncomingDelivery[] buckets = new IncomingDelivery[INITIAL_BUCKETS];
    private int size;

    /** Puts a delivery in unless one with its tag is here. */
    boolean putIfAbsent(IncomingDelivery delivery) {
        int bucket = bucketOf(delivery);
        for (IncomingDelivery other = buckets[bucket]; other != null; other = other.nextByTag) {
            if (other.hasTagOf(delivery)) {
                return false;
            }
        }
        if (size == buckets.length) {
            grow();
            bucket = bucketOf(delivery);
        }
        delivery.nextByTag = buckets[bucket];
        buckets[bucket] = delivery;
        size++;
        return true;
    }

    /** Removes a delivery if it is here. */
    void remove(IncomingDelivery delivery) {
        int bucket = bucketOf(delivery);
        IncomingDelivery before = null;
        for (IncomingDelivery other = buckets[bucket]; other != null; other = other.nextByTag) {
            if (other == delivery) {
                if (before == null) {
                    buckets[bucket] = delivery.nextByTag;
                } else {
                    before.nextByTag = delivery.nextByTag;
                }
                delivery.nextByTag = null;
                size--;
                return;
            }
            before = other;
        }
    }

    int size() {
        return size;
    }

    private int bucketOf(IncomingDelivery delivery) {
        return delivery.tagHash() & buckets.length - 1;
    }

    private void grow() {
        @Nullable IncomingDelivery[] old = buckets;
        buckets = new IncomingDelivery[old.length * 2];
        for (IncomingDelivery head : old) {
            IncomingDelivery delivery = head;
            while (delivery != null) {
                IncomingDelivery next = delivery.nextByTag;
                int bucket = bucketOf(delivery);
                delivery.nextByTag = buckets[bucket];
                buckets[bucket] = delivery;
                delivery = next;
            }
        }
    }
}
