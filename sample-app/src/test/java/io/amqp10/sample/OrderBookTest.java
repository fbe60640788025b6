package io.amqp10.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class OrderBookTest {

    private final List<Object> events = new ArrayList<>();
    private final OrderBook book = new OrderBook(events::add);
    private final Order order = newOrder();

    @Test
    void orderGoesFromPlacedToDone() {
        assertThat(book.place(order).status()).isEqualTo(OrderStatus.PLACED);
        book.sent(order, "accepted");
        assertThat(tracked().status()).isEqualTo(OrderStatus.SENT);
        assertThat(book.delivered(order)).isTrue();
        assertThat(tracked().status()).isEqualTo(OrderStatus.PROCESSING);
        book.done(order);

        assertThat(tracked())
                .isEqualTo(new TrackedOrder(
                        order.id(), "Coffee", 2, order.placedAt(), OrderStatus.DONE, "accepted", 1, null));
    }

    @Test
    void rejectedOrderKeepsItsReasonInTheDeadLetterQueue() {
        book.place(order);
        book.delivered(order);
        book.rejected(order, "no");
        assertThat(tracked().status()).isEqualTo(OrderStatus.REJECTED);
        book.deadLettered(order);

        assertThat(tracked().status()).isEqualTo(OrderStatus.DEAD_LETTERED);
        assertThat(tracked().reason()).isEqualTo("no");
    }

    @Test
    void duplicateDeliveryOfFinishedOrderHasNothingLeftToDo() {
        book.place(order);
        book.delivered(order);
        book.done(order);

        assertThat(book.delivered(order)).isFalse();
        assertThat(tracked().status()).isEqualTo(OrderStatus.DONE);
        assertThat(tracked().deliveries()).isEqualTo(2);
    }

    @Test
    void redeliveryOfUnfinishedOrderIsProcessed() {
        book.place(order);
        book.delivered(order);

        assertThat(book.delivered(order)).isTrue();
    }

    @Test
    void firstEndCounts() {
        book.place(order);
        book.delivered(order);
        book.done(order);
        book.rejected(order, "too late");
        book.deadLettered(order);

        assertThat(tracked().status()).isEqualTo(OrderStatus.DONE);
        assertThat(tracked().reason()).isNull();
    }

    @Test
    void brokersAnswerAfterTheWorkerDoesNotSetTheOrderBack() {
        book.place(order);
        book.delivered(order);
        book.sent(order, "accepted");
        assertThat(tracked().status()).isEqualTo(OrderStatus.PROCESSING);
        book.rejected(order, "no");
        book.sent(order, "accepted");

        assertThat(tracked().status()).isEqualTo(OrderStatus.REJECTED);
        assertThat(tracked().reason()).isEqualTo("no");
        assertThat(tracked().sendOutcome()).isEqualTo("accepted");
    }

    @Test
    void orderThatCouldNotBeSentSaysWhy() {
        book.place(order);
        book.notSent(order, "released", "The broker did not take it.");

        assertThat(tracked().status()).isEqualTo(OrderStatus.NOT_SENT);
        assertThat(tracked().reason()).isEqualTo("The broker did not take it.");
    }

    @Test
    void orderThatArrivedAfterAllIsNotCalledUnsent() {
        book.place(order);
        book.notSent(order, null, "no answer in time");
        book.delivered(order);
        book.notSent(order, null, "no answer in time");
        book.done(order);

        assertThat(tracked().status()).isEqualTo(OrderStatus.DONE);
        assertThat(tracked().reason()).isNull();
    }

    @Test
    void orderOfAnEarlierRunIsTakenIn() {
        assertThat(book.delivered(order)).isTrue();

        assertThat(tracked().status()).isEqualTo(OrderStatus.PROCESSING);
    }

    @Test
    void eachChangeIsPublishedOnce() {
        book.place(order);
        book.delivered(order);
        book.done(order);
        book.done(order);

        assertThat(events)
                .extracting(event -> ((TrackedOrder) event).status())
                .containsExactly(OrderStatus.PLACED, OrderStatus.PROCESSING, OrderStatus.DONE);
    }

    @Test
    void newestOrderComesFirst() {
        Order newer = newOrder();
        book.place(order);
        book.place(newer);

        assertThat(book.all()).extracting(TrackedOrder::id).containsExactly(newer.id(), order.id());
    }

    @Test
    void oldestFinishedOrdersAreForgottenButNoOpenOne() {
        book.place(order);
        List<Order> finished = new ArrayList<>();
        for (int i = 0; i < 1_010; i++) {
            Order next = newOrder();
            finished.add(next);
            book.done(next);
        }

        assertThat(book.all()).hasSize(1_000);
        assertThat(tracked().status()).isEqualTo(OrderStatus.PLACED);
        assertThat(book.find(finished.get(10).id())).isNull();
        assertThat(book.find(finished.get(11).id())).isNotNull();
    }

    private TrackedOrder tracked() {
        return Objects.requireNonNull(book.find(order.id()));
    }

    private static Order newOrder() {
        return new Order(UUID.randomUUID(), "Coffee", 2, Instant.parse("2026-01-02T03:04:05Z"));
    }
}
