package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.ContainerOptions;
import io.amqp10.MetricsCollector;
import io.amqp10.SenderOptions;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.ManagedConnection;
import io.amqp10.spring.converter.AmqpMessageConverter;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** Auto-configuration of a container, a connection, a template and listeners of AMQP 1.0. */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration",
            "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration",
            "org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration"
        })
@ConditionalOnClass(Container.class)
@EnableConfigurationProperties(Amqp10Properties.class)
@Import({
    Amqp10ConverterConfigurations.Jackson.class,
    Amqp10ConverterConfigurations.Body.class,
    Amqp10ListenerConfiguration.class
})
public final class Amqp10AutoConfiguration {

    private final PropertyMapping mapping;

    Amqp10AutoConfiguration(Amqp10Properties properties, Environment environment) {
        this.mapping = new PropertyMapping(properties);
        UnknownKeys.warn(environment);
    }

    @Bean
    @ConditionalOnMissingBean(Amqp10ConnectionDetails.class)
    PropertiesAmqp10ConnectionDetails amqp10ConnectionDetails(
            Amqp10Properties properties, ObjectProvider<SslBundles> bundles) {
        return new PropertiesAmqp10ConnectionDetails(properties, bundles.getIfAvailable());
    }

    @Bean(destroyMethod = "close")
    Amqp10Threads amqp10Threads(Environment environment) {
        return Amqp10Threads.of(environment);
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    Container amqp10Container(
            Amqp10Properties properties,
            Environment environment,
            Amqp10Threads threads,
            ObjectProvider<MetricsCollector> metrics,
            ObjectProvider<Amqp10ContainerCustomizer> customizers) {
        ContainerOptions options = ContainerOptions.of(containerId(properties.containerId(), environment))
                .executor(threads.forHandlers())
                .metrics(CompositeMetricsCollector.of(metrics.orderedStream().toList()));
        for (Amqp10ContainerCustomizer customizer : customizers.orderedStream().toList()) {
            options = customizer.customize(options);
        }
        return Container.create(options);
    }

    private static String containerId(@Nullable String configured, Environment environment) {
        if (StringUtils.hasText(configured)) {
            return configured;
        }
        String name = environment.getProperty("spring.application.name");
        String random = UUID.randomUUID().toString();
        return StringUtils.hasText(name) ? name + "-" + random : random;
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean(Connection.class)
    ManagedConnection amqp10Connection(
            Container amqp10Container,
            Amqp10Properties properties,
            Amqp10ConnectionDetails details,
            ObjectProvider<Amqp10TokenSupplier> tokens,
            ObjectProvider<Amqp10ConnectionCustomizer> customizers) {
        ConnectionOptions options = mapping.connection(details, tokens.getIfAvailable());
        for (Amqp10ConnectionCustomizer customizer : customizers.orderedStream().toList()) {
            options = customizer.customize(options);
        }
        ConnectionOptions customized = options;
        return new ManagedConnection(amqp10Container, () -> customized, properties.failFast());
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    AmqpTemplate amqp10Template(
            Connection amqp10Connection,
            AmqpMessageConverter converter,
            Amqp10Threads threads,
            ObjectProvider<Amqp10SenderCustomizer> senders,
            ObjectProvider<Amqp10ReceiverCustomizer> receivers) {
        List<Amqp10SenderCustomizer> senderCustomizers = senders.orderedStream().toList();
        return new AmqpTemplate(
                amqp10Connection,
                converter,
                mapping.template()
                        .executor(threads.executor())
                        .senders(options -> customized(options, senderCustomizers))
                        .receivers(options -> ReceiverCustomizers.of(receivers).apply(null, options)));
    }

    private static SenderOptions customized(SenderOptions options, List<Amqp10SenderCustomizer> customizers) {
        SenderOptions customized = options;
        for (Amqp10SenderCustomizer customizer : customizers) {
            customized = customizer.customize(customized);
        }
        return customized;
    }
}
