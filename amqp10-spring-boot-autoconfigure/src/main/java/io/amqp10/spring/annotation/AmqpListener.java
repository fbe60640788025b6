package io.amqp10.spring.annotation;

import io.amqp10.DeliveryGuarantee;
import io.amqp10.spring.listener.AcknowledgeMode;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;
import org.springframework.messaging.handler.annotation.MessageMapping;

/**
 * Has a method of a bean called for each message from an address.
 *
 * <p>Its parameters are what they are annotated with or of which type they are: the payload, converted to the parameter's
 * type ({@code @Payload}, or no annotation; validated with {@code @Valid} or {@code @Validated}), headers
 * ({@code @Header}, {@code @Headers}; see {@link io.amqp10.spring.listener.AmqpHeaders}), spring-messaging's
 * {@code Message<T>}, the native {@link io.amqp10.Message}, the {@link io.amqp10.Delivery}, its
 * {@link io.amqp10.Receiver} or {@link io.amqp10.Connection}.
 *
 * <p>What it returns, or the {@code CompletionStage} that it returns completes with, is sent to the message's reply-to, or
 * else to the address of a {@code @SendTo} at the method or its class, with the correlation-id or else the message-id of the
 * message as correlation-id.
 *
 * <p>A reactive type of one value at most, such as a Mono, is subscribed to and counts as a {@code CompletionStage}; types of
 * many values, other {@code Future}s and suspending functions of Kotlin are refused when the application starts.
 *
 * <p>The message is accepted after all that. If the method throws, the {@link io.amqp10.spring.listener.FailurePolicy}
 * decides what becomes of the message.
 *
 * <p>It is called on threads of the starter's, virtual ones where {@code spring.threads.virtual.enabled} says so, or else on
 * those of the {@code Executor} bean named {@code amqp10ListenerExecutor}, which needs as many as the concurrencies of all
 * listeners together.
 *
 * <p>Attributes of text may have placeholders and SpEL expressions. What is empty is as configured by
 * {@code amqp10.listener.*}.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(AmqpListeners.class)
@MessageMapping
public @interface AmqpListener {

    /**
     * Names the listener for the {@link io.amqp10.spring.listener.AmqpListenerRegistry}, health and logs.
     *
     * @return the id, unique in the application; by default made of the bean's and the method's name
     */
    String id() default "";

    /**
     * Short for {@link #address}.
     *
     * @return the address
     */
    @AliasFor("address")
    String value() default "";

    /**
     * Says where messages come from.
     *
     * @return the address as the peer spells it
     */
    @AliasFor("value")
    String address() default "";

    /**
     * Says how many messages are worked with at a time.
     *
     * @return a number from 1; by default {@code amqp10.listener.concurrency}
     */
    String concurrency() default "";

    /**
     * Says how many messages the peer may send ahead of what is finished.
     *
     * @return a number from 1 to 1000000; by default {@code amqp10.listener.credit}
     */
    String credit() default "";

    /**
     * Says what is promised about messages.
     *
     * @return one guarantee at most; by default {@code amqp10.listener.guarantee}
     */
    DeliveryGuarantee[] guarantee() default {};

    /**
     * Says who gives deliveries their outcome.
     *
     * @return one mode at most; by default {@code amqp10.listener.acknowledge-mode}
     */
    AcknowledgeMode[] acknowledgeMode() default {};

    /**
     * Says whether it starts with the application.
     *
     * @return {@code true} or {@code false}; by default {@code amqp10.listener.auto-startup}
     */
    String autoStartup() default "";

    /**
     * Has the peer send only messages that a selector matches, such as {@code color = 'green' AND weight > 5}. From a peer
     * that does not know selectors the listener receives nothing, and says so in the log and health.
     *
     * @return the selector
     */
    String selector() default "";
}
