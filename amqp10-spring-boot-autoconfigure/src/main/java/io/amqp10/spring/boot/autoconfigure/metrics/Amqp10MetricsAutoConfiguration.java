package io.amqp10.spring.boot.autoconfigure.metrics;

import io.amqp10.Container;
import io.amqp10.spring.boot.autoconfigure.Amqp10AutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Auto-configuration of the meters of AMQP 1.0. */
@AutoConfiguration(
        before = Amqp10AutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass({Container.class, MeterRegistry.class})
@ConditionalOnBean(MeterRegistry.class)
public final class Amqp10MetricsAutoConfiguration {

    Amqp10MetricsAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    MicrometerMetricsCollector amqp10MetricsCollector(MeterRegistry registry) {
        return new MicrometerMetricsCollector(registry);
    }
}
