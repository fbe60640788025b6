package io.amqp10.spring.listener;

import io.amqp10.Delivery;
import org.jspecify.annotations.Nullable;

/** Works with deliveries, one call each, several at a time if the container's concurrency allows. */
@FunctionalInterface
public interface DeliveryListener {

    /**
     * Works with a delivery.
     *
     * @param delivery the delivery
     * @return what to reply, a {@code CompletionStage} of it that ends the work when it completes, or null
     * @throws Exception if it failed; what becomes of the delivery is decided by the {@link FailurePolicy}
     */
    @Nullable
    Object onDelivery(Delivery delivery) throws Exception;
}
