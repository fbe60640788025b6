package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.AmqpTransactionManager;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;

/** Auto-configuration of a transaction manager that is used where it is named, and else only where there is no other. */
@AutoConfiguration(after = Amqp10AutoConfiguration.class)
@ConditionalOnClass(AbstractPlatformTransactionManager.class)
public final class Amqp10TransactionAutoConfiguration {

    Amqp10TransactionAutoConfiguration() {}

    /** No default candidate, or Boot makes none for the database, whose transactions this one would silently be. */
    @Bean(defaultCandidate = false)
    @ConditionalOnMissingBean(name = "amqpTransactionManager")
    @ConditionalOnSingleCandidate(AmqpTemplate.class)
    AmqpTransactionManager amqpTransactionManager(AmqpTemplate template) {
        return new AmqpTransactionManager(template);
    }
}
