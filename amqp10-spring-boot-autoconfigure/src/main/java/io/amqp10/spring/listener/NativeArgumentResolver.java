package io.amqp10.spring.listener;

import io.amqp10.Connection;
import io.amqp10.Delivery;
import io.amqp10.Message;
import io.amqp10.Receiver;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/** Gives listener methods the API's own objects. */
final class NativeArgumentResolver implements HandlerMethodArgumentResolver {

    private static final Set<Class<?>> TYPES = Set.of(Message.class, Delivery.class, Receiver.class, Connection.class);

    static boolean supports(Class<?> type) {
        return TYPES.contains(type);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return supports(parameter.getParameterType());
    }

    @Override
    public @Nullable Object resolveArgument(
            MethodParameter parameter, org.springframework.messaging.Message<?> message) {
        Delivery delivery = ((DeliveryMessage) message).delivery();
        Class<?> type = parameter.getParameterType();
        if (type == Delivery.class) {
            return delivery;
        }
        if (type == Message.class) {
            return delivery.message();
        }
        return type == Receiver.class ? delivery.receiver() : delivery.connection();
    }
}
