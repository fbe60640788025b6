package io.amqp10.spring.listener;

import io.amqp10.Connection;
import io.amqp10.ReceiverOptions;
import io.amqp10.spring.converter.AmqpMessageConverter;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/** Makes the listeners that {@link AmqpListenerProcessor} finds, with what they have in common. */
public final class ListenerFactory {

    private final AmqpListenerRegistry registry;
    private final Connection connection;
    private final ListenerOptions defaults;
    private final MessageHandlerMethodFactory methods;
    private final FailurePolicy policy;
    private final ReplySender replies;
    private final Executor executor;
    private final BiFunction<String, ReceiverOptions, ReceiverOptions> receivers;

    /**
     * Makes a factory.
     *
     * @param registry takes the listeners
     * @param connection over what they receive
     * @param defaults how they work where their annotation says nothing
     * @param methods calls their methods, such as one of {@link #methodFactory}
     * @param policy decides about failed deliveries
     * @param replies sends what they return
     * @param executor gives threads: for all listeners together as many as the sum of their concurrencies
     * @param receivers changes the options of a receiver before it is opened, given the listener's id
     */
    public ListenerFactory(
            AmqpListenerRegistry registry,
            Connection connection,
            ListenerOptions defaults,
            MessageHandlerMethodFactory methods,
            FailurePolicy policy,
            ReplySender replies,
            Executor executor,
            BiFunction<String, ReceiverOptions, ReceiverOptions> receivers) {
        this.registry = registry;
        this.connection = connection;
        this.defaults = defaults;
        this.methods = methods;
        this.policy = policy;
        this.replies = replies;
        this.executor = executor;
        this.receivers = receivers;
    }

    /**
     * Makes what calls listener methods with the arguments that {@link io.amqp10.spring.annotation.AmqpListener} tells of.
     * It is ready when its bean factory was set and {@code afterPropertiesSet} called, which a context does.
     *
     * @param converter for payloads
     * @param validator for payloads, or null; without one, listener methods that want their payload validated are refused
     *     with an {@link InvalidListenerException}
     * @return the factory
     */
    public static DefaultMessageHandlerMethodFactory methodFactory(
            AmqpMessageConverter converter, @Nullable Validator validator) {
        DefaultMessageHandlerMethodFactory factory = new Validating(validator);
        factory.setConversionService(new HeaderConversions());
        factory.setMessageConverter(new DeliveryMessageConverter(converter));
        if (validator != null) {
            factory.setValidator(validator);
        }
        factory.setCustomArgumentResolvers(
                List.of(new NativeArgumentResolver(), new PayloadArgumentResolver(converter, validator)));
        return factory;
    }

    /** Spring would call methods with payloads that nobody has validated. */
    private static final class Validating extends DefaultMessageHandlerMethodFactory {

        private final @Nullable Validator validator;

        Validating(@Nullable Validator validator) {
            this.validator = validator;
        }

        @Override
        public InvocableHandlerMethod createInvocableHandlerMethod(Object bean, Method method) {
            InvocableHandlerMethod made = super.createInvocableHandlerMethod(bean, method);
            for (MethodParameter parameter : made.getMethodParameters()) {
                if (isPayload(parameter) && !isValidated(parameter.nestedIfOptional())) {
                    for (Annotation annotation : parameter.getParameterAnnotations()) {
                        check(method, annotation);
                    }
                }
            }
            return made;
        }

        /** There may be a validator for web requests that, for want of a provider, validates nothing. */
        private boolean isValidated(MethodParameter payload) {
            if (validator == null) {
                return false;
            }
            Class<?> type = payload.getNestedParameterType();
            boolean known = type != Object.class && !Modifier.isAbstract(type.getModifiers());
            return !known || validator.supports(type);
        }

        private void check(Method method, Annotation annotation) {
            if (ValidationAnnotationUtils.determineValidationHints(annotation) != null) {
                throw new InvalidListenerException(
                        "The @AmqpListener at " + method + " wants its payload validated by @"
                                + annotation.annotationType().getSimpleName()
                                + (validator == null
                                        ? ", but there is no Validator, or several of which none is primary: add"
                                                + " spring-boot-starter-validation, or make one of them @Primary."
                                        : ", but the Validator that there is, "
                                                + validator.getClass().getName()
                                                + ", does not validate it: add spring-boot-starter-validation, or make"
                                                + " one that does @Primary."),
                        null);
            }
        }

        private static boolean isPayload(MethodParameter parameter) {
            Class<?> type = parameter.getParameterType();
            return !parameter.hasParameterAnnotation(Header.class)
                    && !parameter.hasParameterAnnotation(Headers.class)
                    && !NativeArgumentResolver.supports(type)
                    && !MessageHeaders.class.isAssignableFrom(type)
                    && !MessageHeaderAccessor.class.isAssignableFrom(type);
        }
    }

    ListenerOptions defaults() {
        return defaults;
    }

    void register(ListenerDefinition definition) {
        String id = definition.id();
        ListenerOptions options = definition.options();
        registry.register(new ListenerContainer(
                id,
                definition.address(),
                connection,
                options.receiver(
                        receiver -> receivers.apply(id, options.receiver().apply(receiver))),
                new ListenerMethod(methods.createInvocableHandlerMethod(definition.bean(), definition.method())),
                policy,
                replies,
                executor));
    }
}
