package io.amqp10.spring.listener;

import io.amqp10.spring.converter.AmqpMessageConverter;
import java.lang.reflect.Type;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.handler.annotation.support.PayloadMethodArgumentResolver;
import org.springframework.validation.BeanPropertyBindingResult;
import org.springframework.validation.ObjectError;
import org.springframework.validation.Validator;

/** Gives listener methods the payload, converted to the parameter's type with all its generics, and validated. */
final class PayloadArgumentResolver extends PayloadMethodArgumentResolver {

    private final AmqpMessageConverter converter;

    PayloadArgumentResolver(AmqpMessageConverter converter, @Nullable Validator validator) {
        super(new DeliveryMessageConverter(converter), validator, true);
        this.converter = converter;
    }

    @Override
    public @Nullable Object resolveArgument(MethodParameter parameter, Message<?> message) throws Exception {
        Payload annotation = parameter.getParameterAnnotation(Payload.class);
        MethodParameter target = parameter.nestedIfOptional();
        Object payload =
                converter.fromMessage(((DeliveryMessage) message).delivery().message(), type(target));
        boolean optional = parameter.isOptional();
        if (payload == null) {
            if (!optional && (annotation == null || annotation.required())) {
                throw missing(parameter, message);
            }
            return parameter.getParameterType() == Optional.class ? Optional.empty() : null;
        }
        validate(message, target, payload);
        return parameter.getParameterType() == Optional.class ? Optional.of(payload) : payload;
    }

    /** Returns the type with the variables of generic superclasses replaced by what they are for the listener's class. */
    private static Type type(MethodParameter target) {
        return GenericTypeResolver.resolveType(target.getNestedGenericParameterType(), target.getContainingClass());
    }

    private static MethodArgumentNotValidException missing(MethodParameter parameter, Message<?> message) {
        String name = parameter.getParameterName() == null ? "payload" : parameter.getParameterName();
        BeanPropertyBindingResult result = new BeanPropertyBindingResult(new Object(), name);
        result.addError(new ObjectError(name, "there is no body"));
        return new MethodArgumentNotValidException(message, parameter, result);
    }
}
