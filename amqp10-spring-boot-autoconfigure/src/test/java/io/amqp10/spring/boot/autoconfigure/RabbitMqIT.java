package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.LinkRefusedException;
import io.amqp10.Message;
import io.amqp10.SendOutcome;
import io.amqp10.management.RabbitMqAddress;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.Diagnosis;
import io.amqp10.spring.SendOptions;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.listener.AmqpListenerRegistry;
import io.amqp10.spring.listener.AmqpRejectException;
import io.amqp10.spring.listener.ListenerState;
import io.amqp10.testkit.RabbitMq;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The starter at RabbitMQ 4, with its own spelling of addresses, version 2; it makes no queues by itself, nor nodes for replies. */
class RabbitMqIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    @SuppressWarnings("NullAway.Init")
    private static RabbitMq broker;

    private final List<String> queues = new ArrayList<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private String orders;

    @SuppressWarnings("NullAway.Init")
    private String replies;

    @BeforeAll
    static void find() {
        broker = RabbitMq.require();
    }

    @BeforeEach
    void declareQueues() {
        orders = declare();
        replies = declare();
    }

    private String declare() {
        String queue = broker.declareQueue();
        queues.add(queue);
        return queue;
    }

    @AfterEach
    void deleteQueues() {
        queues.forEach(broker::deleteQueue);
    }

    private ApplicationContextRunner contexts() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        JacksonAutoConfiguration.class,
                        PropertyPlaceholderAutoConfiguration.class,
                        Amqp10AutoConfiguration.class))
                .withPropertyValues(
                        "amqp10.url=amqp://" + broker.host() + ":" + broker.port(),
                        "amqp10.username=" + broker.user(),
                        "amqp10.password=" + broker.password(),
                        "amqp10.listener.retry.initial-delay=50ms",
                        "amqp10.template.reply-timeout=60s",
                        "amqp10.template.reply-address=" + RabbitMqAddress.queue(replies),
                        "it.orders=" + RabbitMqAddress.queue(orders));
    }

    record Order(String item, int count) {}

    record Working(List<String> calls) {

        @AmqpListener(id = "working", address = "${it.orders}", concurrency = "2")
        String work(Order order) {
            calls.add(order.item());
            switch (order.item()) {
                case "poison" -> throw new AmqpRejectException("not sold here");
                case "flaky" -> {
                    if (calls.stream().filter("flaky"::equals).count() < 3) {
                        throw new IllegalStateException("on purpose");
                    }
                }
                default -> {}
            }
            return order.count() + " " + order.item();
        }
    }

    private long times(String item) {
        return calls.stream().filter(item::equals).count();
    }

    @Test
    void ordersAreServedRepliedTriedAgainAndRejected() {
        contexts().withBean(Working.class, calls).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            String address = RabbitMqAddress.queue(orders);
            for (int i = 1; i <= 20; i++) {
                assertThat(template.convertSendAndReceive(address, new Order("tea", i), String.class))
                        .isEqualTo(i + " tea");
            }
            assertThat(template.convertSendAndReceive(address, new Order("flaky", 2), String.class))
                    .isEqualTo("2 flaky");
            assertThat(times("flaky")).isEqualTo(3);

            assertThat(template.convertAndSend(address, new Order("poison", 1))).isEqualTo(SendOutcome.ACCEPTED);
            assertThat(template.convertSendAndReceive(address, new Order("milk", 1), String.class))
                    .isEqualTo("1 milk");
            await().until(() -> times("poison") == 1);
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(broker.messageCount(orders)).isZero());
            assertThat(times("poison"))
                    .as("a queue without dead letters drops it")
                    .isOne();
            assertThat(context.getBean(AmqpListenerRegistry.class)
                            .listener("working")
                            .state())
                    .isEqualTo(ListenerState.RUNNING);
        });
    }

    @Test
    void outcomesAreThoseOfTheBroker() {
        String key = "key-of-" + orders;
        broker.bind(orders, "amq.direct", key);
        contexts().run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            assertThat(template.convertAndSend(RabbitMqAddress.exchange("amq.direct", key), "routed"))
                    .isEqualTo(SendOutcome.ACCEPTED);
            assertThat(template.convertAndSend(RabbitMqAddress.exchange("amq.direct", "to-nobody"), "lost")
                            .status())
                    .isEqualTo(SendOutcome.Status.RELEASED);
            Message routed = Objects.requireNonNull(template.receive(RabbitMqAddress.queue(orders), LONG));
            assertThat(routed.bodyAsString()).isEqualTo("routed");
            assertThat(routed.durable()).isTrue();
            assertThat(template.receive(RabbitMqAddress.queue(orders), Duration.ZERO))
                    .isNull();
        });
    }

    @Test
    void unknownQueueAndTheOldSpellingAreRefusedWithTheBrokersWordsAndWhatToDo() {
        contexts().run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            for (String address : List.of("/queues/missing", "just-a-name")) {
                assertThatThrownBy(() -> template.convertAndSend(address, "x"))
                        .isInstanceOfSatisfying(LinkRefusedException.class, e -> {
                            assertThat(e).hasMessageContaining(address);
                            assertThat(Diagnosis.of(e).action()).contains("/queues/NAME");
                        });
            }
        });
    }

    @Test
    void requestWithoutAReplyAddressSaysWhichPropertyIsMissing() {
        contexts().withPropertyValues("amqp10.template.reply-address=").run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            assertThatThrownBy(() -> template.convertSendAndReceive(
                            RabbitMqAddress.queue(orders),
                            new Order("tea", 1),
                            String.class,
                            SendOptions.NONE.replyTimeout(LONG)))
                    .isInstanceOf(LinkRefusedException.class)
                    .hasMessageContaining("amqp10.template.reply-address");
        });
    }
}
