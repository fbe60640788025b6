package io.amqp10.spring.listener;

import io.amqp10.Delivery;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapter;
import org.springframework.messaging.MessageHandlingException;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;

/** Calls a listener method with what its parameters ask for. */
final class ListenerMethod implements DeliveryListener {

    private final InvocableHandlerMethod method;

    /** Whether a parameter may want headers, which are collected only then. */
    private final boolean withHeaders;

    /** Subscribes to the results, or null if they are none to subscribe to. */
    private final @Nullable ReactiveAdapter reactive;

    /** Whether only a result itself tells whether to subscribe to it. */
    private final boolean returnsAnything;

    ListenerMethod(InvocableHandlerMethod method) {
        Class<?> type = method.getMethod().getReturnType();
        this.reactive = ListenerResults.adapter(type);
        this.returnsAnything = type == Object.class;
        this.method = method;
        this.withHeaders = !Arrays.stream(method.getMethodParameters()).allMatch(ListenerMethod::needsNoHeaders);
    }

    private static boolean needsNoHeaders(MethodParameter parameter) {
        Class<?> type = parameter.getParameterType();
        if (NativeArgumentResolver.supports(type) || parameter.hasParameterAnnotation(Payload.class)) {
            return true;
        }
        return Arrays.stream(parameter.getParameterAnnotations())
                        .allMatch(annotation ->
                                annotation.annotationType().getSimpleName().startsWith("Valid"))
                && !type.getName().startsWith("org.springframework.messaging.");
    }

    @Override
    public @Nullable Object onDelivery(Delivery delivery) throws Exception {
        DeliveryMessage message = ArgumentException.about(() -> new DeliveryMessage(delivery, withHeaders));
        try {
            Object result = method.invoke(message);
            if (returnsAnything) {
                return ListenerResults.awaitable(result);
            }
            return reactive == null || result == null ? result : ListenerResults.subscribed(reactive, result);
        } catch (MessageHandlingException | MessageConversionException e) {
            if (e.getFailedMessage() == message) {
                // not from the listener, which never saw this object: an argument could not be resolved
                throw new ArgumentException(String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }
}
