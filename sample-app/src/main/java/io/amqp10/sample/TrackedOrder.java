package io.amqp10.sample;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An order and what happened to it; this is what the page shows.
 *
 * @param id the order's id
 * @param item what
 * @param quantity how many
 * @param placedAt when
 * @param status how far it is
 * @param sendOutcome what the broker said when it was sent, null if it did not say anything yet
 * @param deliveries how often a worker got it
 * @param reason why it was rejected or not sent, null if it was not
 */
record TrackedOrder(
        UUID id,
        String item,
        int quantity,
        Instant placedAt,
        OrderStatus status,
        @Nullable String sendOutcome,
        int deliveries,
        @Nullable String reason) {

    static TrackedOrder of(Order order) {
        return new TrackedOrder(
                order.id(), order.item(), order.quantity(), order.placedAt(), OrderStatus.PLACED, null, 0, null);
    }

    TrackedOrder sent(String outcome) {
        // workers are sometimes faster than the broker's answer
        OrderStatus next = status.isWithWorkers() ? status : OrderStatus.SENT;
        return new TrackedOrder(
                id, item, quantity, placedAt, next, outcome, deliveries, status.isWithWorkers() ? reason : null);
    }

    TrackedOrder notSent(@Nullable String outcome, String why) {
        if (status.isWithWorkers()) {
            return this;
        }
        return new TrackedOrder(id, item, quantity, placedAt, OrderStatus.NOT_SENT, outcome, deliveries, why);
    }

    TrackedOrder delivered() {
        OrderStatus next = status.isFinished() ? status : OrderStatus.PROCESSING;
        return new TrackedOrder(
                id, item, quantity, placedAt, next, sendOutcome, deliveries + 1, status.isFinished() ? reason : null);
    }

    TrackedOrder finished(OrderStatus end, @Nullable String why) {
        return new TrackedOrder(id, item, quantity, placedAt, end, sendOutcome, deliveries, why);
    }
}
