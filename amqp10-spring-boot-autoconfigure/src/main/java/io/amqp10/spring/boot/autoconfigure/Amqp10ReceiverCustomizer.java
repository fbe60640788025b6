package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.ReceiverOptions;
import org.jspecify.annotations.Nullable;

/**
 * Changes the options of each receiver that a listener or the template opens, such as to a durable subscription. Beans of
 * this type are applied in their order. Handler, executor and auto-accept are not theirs to change.
 *
 * <p>A durable subscription (a {@linkplain ReceiverOptions#durability durability} other than {@code NONE}, or the
 * {@linkplain ReceiverOptions#expiryPolicy expiry policy} {@code NEVER}) stays when its listener stops, which then detaches the link and
 * does not close it. To find it again it needs a {@linkplain ReceiverOptions#name name} of its own for each listener, and
 * {@code amqp10.container-id}, which else is another one at each start.
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
