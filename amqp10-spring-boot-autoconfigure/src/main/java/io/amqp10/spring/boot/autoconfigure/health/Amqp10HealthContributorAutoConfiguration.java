package io.amqp10.spring.boot.autoconfigure.health;

import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.spring.boot.autoconfigure.Amqp10AutoConfiguration;
import io.amqp10.spring.boot.autoconfigure.Amqp10Properties;
import io.amqp10.spring.listener.AmqpListenerRegistry;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.health.autoconfigure.contributor.CompositeHealthContributorConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of the health of AMQP 1.0 connections: of each by its bean's name if there are several. */
@AutoConfiguration(after = Amqp10AutoConfiguration.class)
@ConditionalOnClass({HealthContributor.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(Connection.class)
@ConditionalOnEnabledHealthIndicator("amqp10")
public final class Amqp10HealthContributorAutoConfiguration
        extends CompositeHealthContributorConfiguration<Amqp10HealthIndicator, Connection> {

    Amqp10HealthContributorAutoConfiguration(
            ObjectProvider<AmqpListenerRegistry> registry, ObjectProvider<Amqp10Properties> properties) {
        super(connection -> new Amqp10HealthIndicator(
                connection,
                () -> {
                    AmqpListenerRegistry listeners = registry.getIfAvailable();
                    return listeners == null ? List.of() : listeners.listeners();
                },
                patience(properties.getIfAvailable())));
    }

    private static Duration patience(@Nullable Amqp10Properties properties) {
        return properties == null ? ConnectionOptions.DEFAULT_CONNECT_TIMEOUT : properties.connectTimeout();
    }

    @Bean
    @ConditionalOnMissingBean(
            name = {"amqp10HealthIndicator", "amqp10HealthContributor"},
            search = SearchStrategy.CURRENT)
    HealthContributor amqp10HealthContributor(ConfigurableListableBeanFactory beanFactory) {
        return createContributor(beanFactory, Connection.class);
    }
}
