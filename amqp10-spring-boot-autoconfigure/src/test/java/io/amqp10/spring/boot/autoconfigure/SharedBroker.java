package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.testkit.ArtemisBroker;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;

/** Gives tests a broker that all of them share, so that each is to use addresses of its own, and contexts at brokers. */
final class SharedBroker implements ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedBroker.class);

    private record Running(ArtemisBroker broker) implements AutoCloseable {
        @Override
        public void close() {
            broker.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == ArtemisBroker.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Running.class, key -> new Running(ArtemisBroker.started()), Running.class)
                .broker();
    }

    /** Returns contexts with everything, connected to a broker. */
    static ApplicationContextRunner contexts(ArtemisBroker broker) {
        return contexts(broker.port());
    }

    /** Returns contexts with everything, connected to a broker with the users of {@link ArtemisBroker}. */
    static ApplicationContextRunner contexts(int port) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        JacksonAutoConfiguration.class,
                        ValidationAutoConfiguration.class,
                        Amqp10AutoConfiguration.class))
                .withPropertyValues(
                        "amqp10.url=amqp://127.0.0.1:" + port,
                        "amqp10.username=" + ArtemisBroker.USER,
                        "amqp10.password=" + ArtemisBroker.PASSWORD,
                        "amqp10.listener.retry.initial-delay=50ms",
                        "amqp10.template.reply-timeout=60s");
    }
}
