package io.amqp10.sample;

import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.listener.AmqpRejectException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Processes orders, some at the same time. An order is accepted when the method returns; only then the broker forgets it.
 */
@Component
final class OrderWorker {

    private final OrderBook book;
    private final Duration processingTime;

    OrderWorker(OrderBook book, SampleProperties properties) {
        this.book = book;
        this.processingTime = properties.processingTime();
    }

    @AmqpListener(id = "workers", address = "${sample.address}", concurrency = "${sample.workers}")
    void process(Order order) throws InterruptedException {
        // a duplicate gets the same answer, without the work
        if (book.delivered(order)) {
            Thread.sleep(processingTime.toMillis());
        }
        String objection = objection(order);
        if (objection != null) {
            book.rejected(order, objection);
            throw new AmqpRejectException(objection);
        }
        book.done(order);
    }

    private static @Nullable String objection(Order order) {
        return order.item().equalsIgnoreCase("poison") ? "Poison is not sold here." : null;
    }
}
