package io.amqp10.spring.listener;

import io.amqp10.spring.converter.AmqpMessageConverter;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.converter.SmartMessageConverter;

/** Lets spring-messaging convert deliveries, where a listener method wants its {@code Message<T>}. */
final class DeliveryMessageConverter implements SmartMessageConverter {

    private final AmqpMessageConverter converter;

    DeliveryMessageConverter(AmqpMessageConverter converter) {
        this.converter = converter;
    }

    @Override
    public @Nullable Object fromMessage(Message<?> message, Class<?> targetClass, @Nullable Object conversionHint) {
        Type type = targetClass;
        if (conversionHint instanceof MethodParameter parameter
                && Message.class.isAssignableFrom(parameter.getParameterType())) {
            ResolvableType payload = ResolvableType.forMethodParameter(parameter)
                    .as(Message.class)
                    .getGeneric();
            if (payload.resolve() != null) {
                type = payload.getType();
            }
        }
        Type wanted = type;
        return ArgumentException.about(() ->
                converter.fromMessage(((DeliveryMessage) message).delivery().message(), wanted));
    }

    @Override
    public @Nullable Object fromMessage(Message<?> message, Class<?> targetClass) {
        return fromMessage(message, targetClass, null);
    }

    @Override
    public @Nullable Message<?> toMessage(
            Object payload, @Nullable MessageHeaders headers, @Nullable Object conversionHint) {
        return null; // replies are made by the ReplySender
    }

    @Override
    public @Nullable Message<?> toMessage(Object payload, @Nullable MessageHeaders headers) {
        return null;
    }
}
