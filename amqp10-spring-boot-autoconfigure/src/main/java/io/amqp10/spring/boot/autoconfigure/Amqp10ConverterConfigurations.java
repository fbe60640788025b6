package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.spring.converter.AmqpMessageConverter;
import io.amqp10.spring.converter.BodyMessageConverter;
import io.amqp10.spring.converter.JacksonMessageConverter;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** The converters that come by themselves. Imported in this order, so that the second fills in for the first. */
final class Amqp10ConverterConfigurations {

    private Amqp10ConverterConfigurations() {}

    /** Converts to and from JSON where Jackson is there. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(JsonMapper.class)
    @ConditionalOnSingleCandidate(JsonMapper.class)
    static class Jackson {

        @Bean
        @ConditionalOnMissingBean(AmqpMessageConverter.class)
        JacksonMessageConverter amqp10MessageConverter(JsonMapper mapper) {
            return new JacksonMessageConverter(mapper);
        }
    }

    /** Converts by AMQP's own types alone. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(AmqpMessageConverter.class)
    static class Body {

        @Bean
        BodyMessageConverter amqp10MessageConverter() {
            return new BodyMessageConverter();
        }
    }
}
