package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.Connection;
import io.amqp10.Message;
import io.amqp10.SendOutcome;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.SendOptions;
import io.amqp10.spring.converter.AmqpMessageConverter;
import io.amqp10.spring.listener.AmqpListenerProcessor;
import io.amqp10.spring.listener.AmqpListenerRegistry;
import io.amqp10.spring.listener.FailurePolicy;
import io.amqp10.spring.listener.ListenerFactory;
import io.amqp10.spring.listener.ReplySender;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.validation.Validator;

/** What {@code @AmqpListener} methods need. */
@Configuration(proxyBeanMethods = false)
class Amqp10ListenerConfiguration {

    private static final String EXECUTOR = "amqp10ListenerExecutor";

    @Bean
    static AmqpListenerProcessor amqp10ListenerProcessor() {
        return new AmqpListenerProcessor();
    }

    @Bean
    static EagerListenerBeans amqp10EagerListenerBeans() {
        return new EagerListenerBeans();
    }

    /** One for each context, as listeners are to stop before their beans are gone. */
    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    AmqpListenerRegistry amqp10ListenerRegistry(Amqp10Properties properties) {
        Duration patience = properties.failFast() ? properties.connectTimeout() : null;
        return new AmqpListenerRegistry(patience);
    }

    @Bean
    @ConditionalOnMissingBean
    FailurePolicy amqp10FailurePolicy(Amqp10Properties properties) {
        return new PropertyMapping(properties).failurePolicy();
    }

    @Bean
    @ConditionalOnMissingBean(name = "amqp10MessageHandlerMethodFactory")
    MessageHandlerMethodFactory amqp10MessageHandlerMethodFactory(
            AmqpMessageConverter converter, ObjectProvider<Validator> validator) {
        return ListenerFactory.methodFactory(converter, validator.getIfUnique());
    }

    @Bean
    @ConditionalOnMissingBean
    ReplySender amqp10ReplySender(AmqpTemplate template) {
        return new TemplateReplySender(template);
    }

    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    ListenerFactory amqp10ListenerFactory(
            BeanFactory beans,
            Amqp10Properties properties,
            AmqpListenerRegistry registry,
            Connection amqp10Connection,
            MessageHandlerMethodFactory amqp10MessageHandlerMethodFactory,
            FailurePolicy policy,
            ReplySender replies,
            Amqp10Threads threads,
            ObjectProvider<Amqp10ReceiverCustomizer> receivers) {
        Executor executor = beans.containsBean(EXECUTOR) ? beans.getBean(EXECUTOR, Executor.class) : threads.executor();
        ReceiverCustomizers customizers = ReceiverCustomizers.of(receivers);
        return new ListenerFactory(
                registry,
                amqp10Connection,
                new PropertyMapping(properties).listener(),
                amqp10MessageHandlerMethodFactory,
                policy,
                replies,
                executor,
                customizers::apply);
    }

    /** Replies by the template, with its converter, links and options. */
    private static final class TemplateReplySender implements ReplySender {

        private final AmqpTemplate template;

        TemplateReplySender(AmqpTemplate template) {
            // who completes a future may be in a transaction that has nothing to do with the request
            this.template = template.withoutTransaction();
        }

        @Override
        public Message toMessage(@Nullable Object payload) {
            return template.converter().toMessage(payload);
        }

        @Override
        public CompletableFuture<SendOutcome> send(String address, Message reply) {
            // an address that nobody takes replies from would keep its request, and the credit of that, for ever
            return template.sendAsync(
                    address, reply, SendOptions.NONE.timeout(template.options().sendTimeout()));
        }
    }
}
