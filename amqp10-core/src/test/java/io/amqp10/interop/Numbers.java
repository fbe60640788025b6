package io.amqp10.interop;

import io.amqp10.Delivery;
import io.amqp10.Message;
import java.time.Duration;
import java.util.BitSet;
import org.awaitility.Awaitility;

/** Which of the numbers from 0 have been seen, and how often none was new. All methods may be called from any thread. */
final class Numbers {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String PROPERTY = "number";
    private static final byte[] PADDING = new byte[100];

    private final int count;
    private final BitSet seen;
    private int duplicates;
    private int outOfOrder;
    private int highest = -1;

    Numbers(int count) {
        this.count = count;
        this.seen = new BitSet(count);
    }

    static Message message(int number) {
        return Message.builder()
                .property(PROPERTY, String.valueOf(number))
                .body(PADDING)
                .build();
    }

    static Message durableMessage(int number) {
        return Message.builder()
                .durable(true)
                .property(PROPERTY, String.valueOf(number))
                .body(PADDING)
                .build();
    }

    static int of(Delivery delivery) {
        Object number = delivery.message().property(PROPERTY);
        if (number instanceof String text) {
            return Integer.parseInt(text);
        }
        throw new AssertionError("a message without number came: " + delivery.message());
    }

    synchronized void add(int number) {
        if (seen.get(number)) {
            duplicates++;
            return;
        }
        if (number < highest) {
            outOfOrder++;
        }
        highest = Math.max(highest, number);
        seen.set(number);
    }

    synchronized int size() {
        return seen.cardinality();
    }

    synchronized int duplicates() {
        return duplicates;
    }

    synchronized int outOfOrder() {
        return outOfOrder;
    }

    void awaitAll() {
        await(count);
    }

    void await(int atLeast) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .failFast(() -> size() > count)
                .untilAsserted(() -> {
                    if (size() < atLeast) {
                        throw new AssertionError(this + " of " + atLeast);
                    }
                });
    }

    @Override
    public synchronized String toString() {
        return seen.cardinality() + " seen, first missing " + seen.nextClearBit(0) + ", " + duplicates + " again";
    }
}
