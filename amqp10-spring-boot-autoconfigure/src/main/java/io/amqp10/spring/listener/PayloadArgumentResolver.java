package io.amqp10.spring.listener;

import io.amqp10.spring.converter.AmqpMessageConverter;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Map<MethodParameter, Wanted> known = new ConcurrentHashMap<>();

    PayloadArgumentResolver(AmqpMessageConverter converter, @Nullable Validator validator) {
        super(new DeliveryMessageConverter(converter), validator, true);
        this.converter = converter;
    }

    @Override
    public @Nullable Object resolveArgument(MethodParameter parameter, Message<?> message) throws Exception {
        Wanted wanted = known.get(parameter);
        if (wanted == null) {
            wanted = Wanted.by(parameter);
            known.put(parameter, wanted);
        }
        Type type = wanted.type;
        Object payload = ArgumentException.about(() ->
                converter.fromMessage(((DeliveryMessage) message).delivery().message(), type));
        if (payload == null) {
            if (wanted.required) {
                throw missing(parameter, message);
            }
            return wanted.wrapped ? Optional.empty() : null;
        }
        validate(message, wanted.target, payload);
        return wanted.wrapped ? Optional.of(payload) : payload;
    }

    /**
     * What a parameter wants, which takes longer to find out than to convert a string.
     *
     * @param target the parameter, or what is in it if it is optional
     * @param type its type
     * @param required whether there must be a payload
     * @param wrapped whether it is an {@code Optional}
     */
    private record Wanted(MethodParameter target, Type type, boolean required, boolean wrapped) {

        static Wanted by(MethodParameter parameter) {
            Payload annotation = parameter.getParameterAnnotation(Payload.class);
            MethodParameter target = parameter.nestedIfOptional();
            boolean required = !parameter.isOptional() && (annotation == null || annotation.required());
            return new Wanted(target, type(target), required, parameter.getParameterType() == Optional.class);
        }

        /** Returns the type with the variables of generic superclasses replaced by what they are for the listener's class. */
        private static Type type(MethodParameter target) {
            return GenericTypeResolver.resolveType(target.getNestedGenericParameterType(), target.getContainingClass());
        }
    }

    private static MethodArgumentNotValidException missing(MethodParameter parameter, Message<?> message) {
        String name = parameter.getParameterName() == null ? "payload" : parameter.getParameterName();
        BeanPropertyBindingResult result = new BeanPropertyBindingResult(new Object(), name);
        result.addError(new ObjectError(name, "there is no body"));
        return new MethodArgumentNotValidException(message, parameter, result);
    }
}
