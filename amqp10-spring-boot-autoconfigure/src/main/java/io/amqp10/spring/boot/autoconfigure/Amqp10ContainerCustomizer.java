package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.ContainerOptions;

/** Changes the options of the container. Beans of this type are applied in their order, after the properties. */
@FunctionalInterface
public interface Amqp10ContainerCustomizer {

    /**
     * Changes the options.
     *
     * @param options as they are
     * @return as they shall be
     */
    ContainerOptions customize(ContainerOptions options);
}
