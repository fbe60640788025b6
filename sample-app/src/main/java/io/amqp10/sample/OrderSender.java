package io.amqp10.sample;

import io.amqp10.SendOutcome;
import io.amqp10.spring.AmqpTemplate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Sends orders to the broker, as JSON, and notes in the book what the broker says. */
@Component
final class OrderSender {

    private final AmqpTemplate template;
    private final OrderBook book;
    private final String address;

    OrderSender(AmqpTemplate template, OrderBook book, SampleProperties properties) {
        this.template = template;
        this.book = book;
        this.address = properties.address();
    }

    /** Does not wait. While the broker is away the order waits in the template, and goes out when it is back. */
    void send(Order order) {
        template.convertAndSendAsync(address, order, message -> message.messageId(order.id()))
                .whenComplete((outcome, failure) -> note(order, outcome, failure));
    }

    private void note(Order order, @Nullable SendOutcome outcome, @Nullable Throwable failure) {
        if (outcome == null) {
            book.notSent(order, null, String.valueOf(failure == null ? null : failure.getMessage()));
        } else if (outcome.isAccepted()) {
            book.sent(order, outcome.toString());
        } else {
            book.notSent(order, outcome.toString(), "The broker did not take the order.");
        }
    }
}
