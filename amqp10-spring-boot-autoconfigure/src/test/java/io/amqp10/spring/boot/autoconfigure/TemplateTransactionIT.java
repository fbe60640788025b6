package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.Message;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.AmqpTransactionManager;
import io.amqp10.testkit.ArtemisBroker;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** The template in transactions at a real broker. */
@ExtendWith(SharedBroker.class)
class TemplateTransactionIT {

    private static final Duration NOW = Duration.ZERO;
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void workIsDoneAsAWholeOrNotAtAll(ArtemisBroker broker) {
        SharedBroker.contexts(broker).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            template.convertAndSend("tx.in", "order");

            assertThatThrownBy(() -> template.executeInTransaction(in -> {
                        assertThat(in.receiveAndConvert("tx.in", String.class, SOON))
                                .isEqualTo("order");
                        in.convertAndSend("tx.out", "invoice");
                        assertThatThrownBy(() -> in.sendAndReceive("tx.out", Message.of("x")))
                                .isInstanceOf(IllegalStateException.class);
                        throw new IllegalArgumentException("on purpose");
                    }))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(broker.messageCount("tx.out")).isZero();

            String done = template.executeInTransaction(in -> {
                in.receiveAndConvert("tx.in", String.class, SOON);
                in.convertAndSend("tx.out", "invoice");
                in.convertAndSendAsync("tx.out", "copy");
                assertThat(template.receive("tx.out", NOW)).isNull();
                return "done";
            });
            assertThat(done).isEqualTo("done");
            assertThat(template.receiveAndConvert("tx.out", String.class, SOON)).isEqualTo("invoice");
            assertThat(template.receiveAndConvert("tx.out", String.class, SOON)).isEqualTo("copy");
            await().untilAsserted(() -> assertThat(broker.messageCount("tx.in")).isZero());
        });
    }

    @Test
    void managerBindsTheTransactionToTheThread(ArtemisBroker broker) {
        SharedBroker.contexts(broker).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            AmqpTransactionManager manager = new AmqpTransactionManager(template);
            TransactionTemplate transactions = new TransactionTemplate(manager);
            TransactionTemplate apart = new TransactionTemplate(
                    manager, new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW));

            transactions.executeWithoutResult(status -> {
                template.convertAndSend("tx.managed", "outer");
                apart.executeWithoutResult(inner -> template.convertAndSend("tx.managed", "inner"));
                template.executeInTransaction(in -> in.convertAndSend("tx.managed", "outer too"));
                status.setRollbackOnly();
            });
            assertThat(template.receiveAndConvert("tx.managed", String.class, SOON))
                    .isEqualTo("inner");
            assertThat(template.receive("tx.managed", NOW)).isNull();

            transactions.executeWithoutResult(status -> template.convertAndSend("tx.managed", "committed"));
            assertThat(template.receiveAndConvert("tx.managed", String.class, SOON))
                    .isEqualTo("committed");
        });
    }
}
