package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.SendOutcome;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.testkit.ArtemisBroker;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Listener methods at a real broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListenerIT {

    private ArtemisBroker broker;
    private ApplicationContextRunner runner;

    @BeforeAll
    void start() {
        broker = ArtemisBroker.started();
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, Amqp10AutoConfiguration.class))
                .withPropertyValues(
                        "amqp10.url=amqp://127.0.0.1:" + broker.port(),
                        "amqp10.username=" + ArtemisBroker.USER,
                        "amqp10.password=" + ArtemisBroker.PASSWORD);
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    record Order(String item, int count) {}

    static class Orders {
        final List<Object> received = new CopyOnWriteArrayList<>();

        @AmqpListener("orders")
        void order(Order order) {
            received.add(order);
        }
    }

    @Test
    void listenerGetsTheJsonThatTheTemplateSent() {
        runner.withBean(Orders.class).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);

            SendOutcome outcome = template.convertAndSend("orders", new Order("tea", 3));

            assertThat(outcome.isAccepted()).isTrue();
            await().untilAsserted(() ->
                    assertThat(context.getBean(Orders.class).received).containsExactly(new Order("tea", 3)));
            await().until(() -> broker.messageCount("orders") == 0);
        });
    }
}
