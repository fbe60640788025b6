package io.amqp10.sample;

import io.amqp10.spring.boot.autoconfigure.Amqp10ConnectionDetails;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/** Runs a broker inside this application, unless {@code amqp10.url} names another one. */
@Configuration(proxyBeanMethods = false)
@Conditional(EmbeddedBrokerConfiguration.NoOtherBroker.class)
class EmbeddedBrokerConfiguration {

    @Bean(initMethod = "start", destroyMethod = "close")
    EmbeddedBroker embeddedBroker(SampleProperties properties) {
        return new EmbeddedBroker(
                properties.broker().directory(), properties.broker().port());
    }

    /** Tells the starter where the broker is. Depends on it, so it is started before and stopped after all that connects. */
    @Bean
    Amqp10ConnectionDetails embeddedBrokerConnectionDetails(EmbeddedBroker broker) {
        return broker::url;
    }

    static final class NoOtherBroker extends NoneNestedConditions {

        NoOtherBroker() {
            super(ConfigurationPhase.PARSE_CONFIGURATION);
        }

        @ConditionalOnProperty("amqp10.url")
        static final class OtherBroker {}
    }
}
