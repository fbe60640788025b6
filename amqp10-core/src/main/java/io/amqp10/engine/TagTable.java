package io.amqp10.engine;

import org.jspecify.annotations.Nullable;

/** A link's unsettled deliveries by delivery-tag. Chained through the deliveries themselves, so that it allocates nothing. */
final class TagTable {

    private static final int INITIAL_BUCKETS = 16;

    private @Nullable LinkDelivery[] buckets = new LinkDelivery[INITIAL_BUCKETS];
    private int size;

    /** Puts a delivery in unless one with its tag is here. */
    boolean putIfAbsent(LinkDelivery delivery) {
        int bucket = bucketOf(delivery);
        for (LinkDelivery other = buckets[bucket]; other != null; other = other.nextByTag) {
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
    void remove(LinkDelivery delivery) {
        int bucket = bucketOf(delivery);
        LinkDelivery before = null;
        for (LinkDelivery other = buckets[bucket]; other != null; other = other.nextByTag) {
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

    private int bucketOf(LinkDelivery delivery) {
        return delivery.tagHash() & buckets.length - 1;
    }

    private void grow() {
        @Nullable LinkDelivery[] old = buckets;
        buckets = new LinkDelivery[old.length * 2];
        for (LinkDelivery head : old) {
            LinkDelivery delivery = head;
            while (delivery != null) {
                LinkDelivery next = delivery.nextByTag;
                int bucket = bucketOf(delivery);
                delivery.nextByTag = buckets[bucket];
                buckets[bucket] = delivery;
                delivery = next;
            }
        }
    }
}
