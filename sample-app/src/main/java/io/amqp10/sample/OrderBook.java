package io.amqp10.sample;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Remembers what happened to each order, in memory, and publishes every change as a {@link TrackedOrder} event. Open
 * orders are all kept, finished ones up to a limit. Safe for any thread.
 *
 * <p>All changes are idempotent by the order's id, so an order that is delivered twice is still processed once. An order
 * that is not known was placed before a restart of this application; it is taken in.
 */
@Component
final class OrderBook {

    private static final int KEPT = 1_000;

    private final Map<UUID, TrackedOrder> orders = new LinkedHashMap<>();
    private final ApplicationEventPublisher events;

    OrderBook(ApplicationEventPublisher events) {
        this.events = events;
    }

    TrackedOrder place(Order order) {
        return change(order, tracked -> tracked);
    }

    void sent(Order order, String outcome) {
        change(order, tracked -> tracked.sent(outcome));
    }

    void notSent(Order order, @Nullable String outcome, String reason) {
        change(order, tracked -> tracked.notSent(outcome, reason));
    }

    /**
     * Notes that a worker got an order.
     *
     * @return whether there is something left to do; false if it has been processed before
     */
    boolean delivered(Order order) {
        return !change(order, TrackedOrder::delivered).status().isFinished();
    }

    /** Notes that an order is processed, unless it was before. */
    void done(Order order) {
        finish(order, OrderStatus.DONE, null);
    }

    /** Notes that an order will never be processed, unless it was before. */
    void rejected(Order order, String reason) {
        finish(order, OrderStatus.REJECTED, reason);
    }

    /** Notes that an order came out of the dead-letter queue. */
    void deadLettered(Order order) {
        change(
                order,
                tracked -> tracked.status() == OrderStatus.DONE
                        ? tracked
                        : tracked.finished(OrderStatus.DEAD_LETTERED, tracked.reason()));
    }

    /** Returns all orders, the newest first. */
    synchronized List<TrackedOrder> all() {
        List<TrackedOrder> all = new ArrayList<>(orders.values());
        Collections.reverse(all);
        return all;
    }

    /** Returns an order, or null if there is none of that id. */
    synchronized @Nullable TrackedOrder find(UUID id) {
        return orders.get(id);
    }

    private void finish(Order order, OrderStatus end, @Nullable String reason) {
        change(order, tracked -> tracked.status().isFinished() ? tracked : tracked.finished(end, reason));
    }

    // publishes under the lock, so that changes of one order are seen in their order
    private synchronized TrackedOrder change(Order order, Function<TrackedOrder, TrackedOrder> step) {
        TrackedOrder before = orders.get(order.id());
        TrackedOrder after = step.apply(before == null ? TrackedOrder.of(order) : before);
        if (!after.equals(before)) {
            orders.put(order.id(), after);
            forgetOldest();
            events.publishEvent(after);
        }
        return after;
    }

    private void forgetOldest() {
        Iterator<TrackedOrder> oldest = orders.values().iterator();
        for (int tooMany = orders.size() - KEPT; tooMany > 0 && oldest.hasNext(); ) {
            if (oldest.next().status().isFinished()) {
                oldest.remove();
                tooMany--;
            }
        }
    }
}
