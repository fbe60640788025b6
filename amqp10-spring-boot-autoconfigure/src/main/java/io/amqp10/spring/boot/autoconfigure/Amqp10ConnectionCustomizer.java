package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.ConnectionOptions;

/** Changes the options of the connection. Beans of this type are applied in their order, after the properties. */
@FunctionalInterface
public interface Amqp10ConnectionCustomizer {

    /**
     * Changes the options.
     *
     * @param options as they are
     * @return as they shall be
     */
    ConnectionOptions customize(ConnectionOptions options);
}
