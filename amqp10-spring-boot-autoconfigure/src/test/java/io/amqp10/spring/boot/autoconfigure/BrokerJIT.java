package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amqp10.AuthenticationException;
import io.amqp10.LinkRefusedException;
import io.amqp10.Message;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.SendOptions;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.boot.autoconfigure.health.Amqp10HealthContributorAutoConfiguration;
import io.amqp10.spring.boot.autoconfigure.health.Amqp10HealthIndicator;
import io.amqp10.spring.listener.AmqpListenerRegistry;
import io.amqp10.spring.listener.AmqpRejectException;
import io.amqp10.spring.listener.ListenerState;
import io.amqp10.testkit.BrokerJ;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The starter at another broker than the one that most tests use. */
class BrokerJIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    @SuppressWarnings("NullAway.Init")
    private static BrokerJ broker;

    @BeforeAll
    static void start() {
        broker = BrokerJ.startedDurable();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static ApplicationContextRunner contexts() {
        return SharedBroker.contexts(broker.port());
    }

    record Order(String item, int count) {}

    record Working(List<String> calls) {

        @AmqpListener("j.orders")
        String work(Order order) {
            calls.add(order.item());
            switch (order.item()) {
                case "poison" -> throw new AmqpRejectException("not sold here");
                case "flaky" -> throw new IllegalStateException("on purpose");
                default -> {
                    return order.count() + " " + order.item();
                }
            }
        }
    }

    @Test
    void ordersAreServedRepliedRejectedAndTriedAgain() {
        List<String> calls = new CopyOnWriteArrayList<>();
        contexts().withBean(Working.class, calls).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            assertThat(template.convertSendAndReceive(
                            "j.orders", new Order("tea", 2), String.class, SendOptions.NONE.replyTimeout(LONG)))
                    .isEqualTo("2 tea");

            long dead = broker.messageCount("DLQ");
            assertThat(template.convertAndSend("j.orders", new Order("poison", 1))
                            .isAccepted())
                    .isTrue();
            await().until(() -> calls.contains("poison"));
            template.convertAndSend("j.orders", new Order("flaky", 1));
            // the broker gives up after three failed deliveries
            await().atMost(LONG).untilAsserted(() -> assertThat(calls.stream().filter("flaky"::equals))
                    .hasSize(3));
            await().atMost(LONG).untilAsserted(() -> assertThat(broker.messageCount("j.orders"))
                    .isZero());

            // this broker takes a rejection for one more failed delivery
            await().atMost(LONG).untilAsserted(() -> assertThat(calls.stream().filter("poison"::equals))
                    .hasSize(3));
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(broker.messageCount("DLQ")).isEqualTo(dead + 2));
        });
    }

    @Test
    void templateReceivesWhatIsThereAndNothingWhereNothingIs() {
        contexts().run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            assertThat(template.receive("j.pull", Duration.ofMillis(50))).isNull();
            template.convertAndSend("j.pull", "one", m -> m.subject("s"));
            Message message = Objects.requireNonNull(template.receive("j.pull", LONG));
            assertThat(message.bodyAsString()).isEqualTo("one");
            assertThat(message.subject()).isEqualTo("s");
            assertThat(template.receive("j.pull", Duration.ZERO)).isNull();
            await().untilAsserted(
                            () -> assertThat(broker.messageCount("j.pull")).isZero());
        });
    }

    @Test
    void refusalsComeWithTheBrokersWords() {
        contexts().run(context -> assertThatThrownBy(
                        () -> context.getBean(AmqpTemplate.class).convertAndSend("nocreate.j", "x"))
                .isInstanceOf(LinkRefusedException.class)
                .hasMessageContaining("nocreate.j"));
        contexts()
                .withPropertyValues("amqp10.fail-fast=true", "amqp10.password=wrong-secret")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasCauseInstanceOf(AuthenticationException.class)
                        .satisfies(failure -> assertThat(failure.getCause()).hasMessageNotContaining("wrong-secret")));
    }

    record Collecting(Set<String> received) {

        @AmqpListener(id = "collecting", address = "j.restart")
        void collect(String text) {
            received.add(text);
        }
    }

    @Test
    void brokerRestartLosesNothingAndHealthFollows() {
        Set<String> received = ConcurrentHashMap.newKeySet();
        try (BrokerJ own = BrokerJ.startedDurable()) {
            SharedBroker.contexts(own.port())
                    .withConfiguration(AutoConfigurations.of(Amqp10HealthContributorAutoConfiguration.class))
                    .withPropertyValues("amqp10.template.send-timeout=60s")
                    .withBean(Collecting.class, received)
                    .run(context -> {
                        AmqpTemplate template = context.getBean(AmqpTemplate.class);
                        Amqp10HealthIndicator health = context.getBean(Amqp10HealthIndicator.class);
                        for (int i = 0; i < 50; i++) {
                            assertThat(template.convertAndSend("j.restart", "a" + i)
                                            .isAccepted())
                                    .isTrue();
                        }
                        assertThat(status(health)).isEqualTo(Status.UP);

                        own.stop();
                        await().until(() -> status(health).equals(Status.DOWN));
                        own.start();

                        for (int i = 0; i < 50; i++) {
                            assertThat(template.convertAndSend("j.restart", "b" + i)
                                            .isAccepted())
                                    .isTrue();
                        }
                        await().atMost(LONG)
                                .untilAsserted(() -> assertThat(received).hasSize(100));
                        await().atMost(LONG).until(() -> status(health).equals(Status.UP));
                        await().until(() -> context.getBean(AmqpListenerRegistry.class)
                                        .listener("collecting")
                                        .state()
                                == ListenerState.RUNNING);
                    });
        }
    }

    private static Status status(Amqp10HealthIndicator indicator) {
        Health health = Objects.requireNonNull(indicator.health());
        return health.getStatus();
    }
}
