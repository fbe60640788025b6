package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.SenderOptions;

/** Changes the options of each sender that the template opens. Beans of this type are applied in their order. */
@FunctionalInterface
public interface Amqp10SenderCustomizer {

    /**
     * Changes the options.
     *
     * @param options as they are, with the address
     * @return as they shall be
     */
    SenderOptions customize(SenderOptions options);
}
