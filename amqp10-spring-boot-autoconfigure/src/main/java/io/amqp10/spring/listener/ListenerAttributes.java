package io.amqp10.spring.listener;

import io.amqp10.spring.annotation.AmqpListener;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.config.BeanExpressionContext;
import org.springframework.beans.factory.config.BeanExpressionResolver;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.StringUtils;

/** Reads the annotations of listener methods, with placeholders and expressions resolved. */
final class ListenerAttributes {

    private final ConfigurableBeanFactory beanFactory;
    private final ListenerOptions defaults;

    ListenerAttributes(ConfigurableBeanFactory beanFactory, ListenerOptions defaults) {
        this.beanFactory = beanFactory;
        this.defaults = defaults;
    }

    /**
     * Reads them.
     *
     * @param method the method that has them
     * @param callable what is called on the bean, which is another one if the bean is a proxy of an interface
     */
    ListenerDefinition read(AmqpListener listener, Object bean, String name, Method method, Method callable) {
        String id = text(name, "id", listener.id());
        String address = text(name, "address", listener.address());
        if (!StringUtils.hasText(address)) {
            throw new InvalidListenerException(
                    "The @AmqpListener at " + method + " has no address: say where its messages come from.", null);
        }
        checkParameters(callable);
        checkResult(method);
        checkThread(method, AopProxyUtils.ultimateTargetClass(bean));
        ListenerOptions options = options(listener, AopProxyUtils.ultimateTargetClass(bean), name, method);
        if (options.acknowledgeMode() == AcknowledgeMode.MANUAL
                && Arrays.stream(method.getParameterTypes()).noneMatch(io.amqp10.Delivery.class::equals)) {
            throw new InvalidListenerException(
                    "The @AmqpListener at " + method + " has the acknowledge mode MANUAL, but no parameter of the type "
                            + io.amqp10.Delivery.class.getName() + ": without it nothing can settle the message.",
                    null);
        }
        return new ListenerDefinition(StringUtils.hasText(id) ? id : name, address, bean, callable, options);
    }

    private static void checkParameters(Method method) {
        for (Parameter parameter : method.getParameters()) {
            Payload payload = AnnotatedElementUtils.findMergedAnnotation(parameter, Payload.class);
            if (payload != null && StringUtils.hasText(payload.expression())) {
                throw new InvalidListenerException(
                        "The @AmqpListener at " + method + " has a @Payload with the expression '"
                                + payload.expression() + "', which is not supported: take the payload as a whole.",
                        null);
            }
        }
    }

    /** The message would be accepted before its work is done, or although it was never begun. */
    private static void checkResult(Method method) {
        if (Arrays.stream(method.getParameterTypes())
                .anyMatch(type -> type.getName().equals("kotlin.coroutines.Continuation"))) {
            throw new InvalidListenerException(
                    "The @AmqpListener at " + method
                            + " is a suspending function, which cannot be called: write one that"
                            + " does not suspend, and return a CompletionStage, such as that of kotlinx's future { }, if it"
                            + " is not to wait.",
                    null);
        }
        String mistake = ListenerResults.mistake(method.getReturnType());
        if (mistake != null) {
            throw new InvalidListenerException("The @AmqpListener at " + method + " returns " + mistake + ".", null);
        }
    }

    /** A method that returns before its work has begun says nothing about it, unless it returns what does. */
    private static void checkThread(Method method, Class<?> type) {
        if ((AnnotatedElementUtils.hasAnnotation(method, Async.class)
                        || AnnotatedElementUtils.hasAnnotation(type, Async.class))
                && !CompletionStage.class.isAssignableFrom(method.getReturnType())) {
            throw new InvalidListenerException(
                    "The @AmqpListener at " + method + " is @Async: its messages would be accepted before they are"
                            + " worked with, also those that then fail. Leave @Async out and set the concurrency, or"
                            + " return a CompletableFuture.",
                    null);
        }
    }

    private ListenerOptions options(AmqpListener listener, Class<?> type, String name, Method method) {
        ListenerOptions options = defaults;
        String concurrency = text(name, "concurrency", listener.concurrency());
        String credit = text(name, "credit", listener.credit());
        String autoStartup = text(name, "autoStartup", listener.autoStartup());
        String selector = text(name, "selector", listener.selector());
        SendTo ofMethod = AnnotatedElementUtils.findMergedAnnotation(method, SendTo.class);
        SendTo sendTo = ofMethod != null ? ofMethod : AnnotatedElementUtils.findMergedAnnotation(type, SendTo.class);
        try {
            if (StringUtils.hasText(concurrency)) {
                options = options.concurrency(number("concurrency", concurrency));
            }
            if (StringUtils.hasText(credit)) {
                options = options.credit(number("credit", credit));
            }
            if (StringUtils.hasText(autoStartup)) {
                options = options.autoStartup(bool("autoStartup", autoStartup));
            }
            if (StringUtils.hasText(selector)) {
                options = options.selector(selector);
            }
            if (listener.guarantee().length > 0) {
                options = options.guarantee(only("guarantee", listener.guarantee()));
            }
            if (listener.acknowledgeMode().length > 0) {
                options = options.acknowledgeMode(only("acknowledgeMode", listener.acknowledgeMode()));
            }
            if (sendTo != null && sendTo.value().length > 0) {
                options = options.replyAddress(text(name, "@SendTo", only("@SendTo", sendTo.value())));
            }
            return options;
        } catch (IllegalArgumentException e) {
            throw new InvalidListenerException("The @AmqpListener at " + method + " is wrong: " + e.getMessage(), e);
        }
    }

    private static int number(String attribute, String value) {
        try {
            return Integer.parseInt(value.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(attribute + " must be a number, not '" + value + "'", e);
        }
    }

    private static boolean bool(String attribute, String value) {
        return switch (value.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(attribute + " must be true or false, not '" + value + "'");
        };
    }

    private static <T> T only(String attribute, T[] values) {
        if (values.length > 1) {
            throw new IllegalArgumentException(attribute + " has " + values.length + " values, but takes one");
        }
        return values[0];
    }

    private String text(String name, String attribute, String value) {
        if (value.isEmpty()) {
            return value;
        }
        Object result;
        try {
            result = evaluate(beanFactory.resolveEmbeddedValue(value));
        } catch (IllegalArgumentException | BeansException e) {
            throw new InvalidListenerException(
                    "The " + attribute + " '" + value + "' of the @AmqpListener at " + name + " cannot be resolved: "
                            + NestedExceptionUtils.getMostSpecificCause(e).getMessage(),
                    e);
        }
        if (result == null) {
            throw new InvalidListenerException(
                    "The " + attribute + " '" + value + "' of the @AmqpListener at " + name + " is null.", null);
        }
        return result.toString();
    }

    private @Nullable Object evaluate(@Nullable String text) {
        BeanExpressionResolver resolver = beanFactory.getBeanExpressionResolver();
        return resolver == null ? text : resolver.evaluate(text, new BeanExpressionContext(beanFactory, null));
    }
}
