package io.amqp10.sample;

import io.amqp10.spring.annotation.AmqpListener;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.stereotype.Component;

/** Takes what was rejected from the broker's dead-letter queue, if there is one. */
@Component
@ConditionalOnExpression("!'${sample.dead-letter-address:}'.isEmpty()")
final class DeadLetterWorker {

    private final OrderBook book;

    DeadLetterWorker(OrderBook book) {
        this.book = book;
    }

    @AmqpListener(id = "dead-letters", address = "${sample.dead-letter-address}")
    void note(Order order) {
        book.deadLettered(order);
    }
}
