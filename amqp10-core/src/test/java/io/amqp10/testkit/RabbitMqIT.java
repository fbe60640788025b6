package io.amqp10.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

final class RabbitMqIT {

    private final RabbitMq rabbit = RabbitMq.require();

    @Test
    void declaredQueueTakesAndGivesMessages() throws Exception {
        String queue = rabbit.declareQueue();
        try (ForeignClient client =
                ForeignClient.connect(rabbit.port(), ForeignClient.passwords(rabbit.user(), rabbit.password()))) {
            assertThat(client.send(RabbitMq.address(queue), "one", "two")).isEqualTo(2);
            await().until(() -> rabbit.messageCount(queue) == 2);
            assertThat(client.receive(RabbitMq.address(queue))).isEqualTo("one");
        }

        rabbit.deleteQueue(queue);
        assertThatThrownBy(() -> rabbit.messageCount(queue)).hasMessageContaining("404");
    }
}
