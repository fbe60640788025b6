package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.ReceiverOptions;
import org.jspecify.annotations.Nullable;

/**
 * Changes the options of each receiver that a listener or the template opens, such as to a durable subscription. Beans of
 * this type are applied in their order. Handler, executor and auto-accept are not theirs to change.
 */
@FunctionalInterface
public interface Amqp10ReceiverCustomizer {

    /**
     * Changes the options.
     *
     * @param options as they are, with the address
     * @param listenerId whose receiver it is; null for the template's
     * @return as they shall be
     */
    ReceiverOptions customize(ReceiverOptions options, @Nullable String listenerId);
}
