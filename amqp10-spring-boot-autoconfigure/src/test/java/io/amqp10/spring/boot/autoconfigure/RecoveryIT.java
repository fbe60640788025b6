package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Connection;
import io.amqp10.LifecycleState;
import io.amqp10.SendOutcome;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.boot.autoconfigure.health.Amqp10HealthContributorAutoConfiguration;
import io.amqp10.spring.listener.AmqpListenerRegistry;
import io.amqp10.spring.listener.ListenerState;
import io.amqp10.testkit.ArtemisBroker;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What happens when the broker goes and comes, with a broker for each test. */
class RecoveryIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    private ArtemisBroker broker;

    @BeforeEach
    void start() {
        broker = ArtemisBroker.started();
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private ApplicationContextRunner contexts() {
        return SharedBroker.contexts(broker)
                .withConfiguration(AutoConfigurations.of(Amqp10HealthContributorAutoConfiguration.class))
                .withPropertyValues("amqp10.template.send-timeout=60s");
    }

    record Collecting(Set<String> received, AtomicInteger calls) {

        @AmqpListener(id = "collecting", address = "recovery.load", concurrency = "2")
        void collect(String text) {
            calls.incrementAndGet();
            received.add(text);
        }
    }

    @Test
    void brokerRestartUnderLoadLosesNothing() {
        Set<String> received = ConcurrentHashMap.newKeySet();
        AtomicInteger calls = new AtomicInteger();
        contexts().withBean(Collecting.class, received, calls).run(context -> {
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            AtomicBoolean go = new AtomicBoolean(true);
            AtomicInteger sent = new AtomicInteger();
            AtomicInteger notAccepted = new AtomicInteger();
            CountDownLatch some = new CountDownLatch(200);
            Runnable sending = () -> {
                while (go.get()) {
                    SendOutcome outcome = template.convertAndSend("recovery.load", "m" + sent.getAndIncrement());
                    if (!outcome.isAccepted()) {
                        notAccepted.incrementAndGet();
                    }
                    some.countDown();
                }
            };
            Thread one = new Thread(sending);
            Thread two = new Thread(sending);
            one.start();
            two.start();
            some.await();

            broker.stop();
            broker.start();

            int atRestart = sent.get();
            await().atMost(LONG).until(() -> sent.get() > atRestart + 200);
            go.set(false);
            one.join();
            two.join();
            assertThat(notAccepted).hasValue(0);
            await().atMost(LONG).untilAsserted(() -> assertThat(received).hasSize(sent.get()));
            await().untilAsserted(() ->
                    assertThat(broker.messageCount("recovery.load")).isZero());
            assertThat(broker.messageCount("DLQ")).isZero();
            // at least once: what was in doubt when the connection broke may have come twice, no more than that
            assertThat(calls.get()).isBetween(sent.get(), sent.get() + 300);
        });
    }

    record Listening() {

        @AmqpListener(id = "listening", address = "recovery.health")
        void listen(String text) {
            assertThat(text).isNotNull();
        }
    }

    @Test
    void healthIsDownWhileTheBrokerIsGoneAndUpAgainWhenItIsBack() {
        contexts().withBean(Listening.class).run(context -> {
            HealthIndicator health = context.getBean("amqp10HealthContributor", HealthIndicator.class);
            context.getBean(AmqpTemplate.class).convertAndSend("recovery.health", "x");
            await().until(() -> status(health) == Status.UP);
            await().untilAsserted(() -> {
                Health up = health.health();
                assertThat(up).isNotNull();
                assertThat(detail(up, "connection"))
                        .contains("state=OPEN")
                        .contains("127.0.0.1:" + broker.port())
                        .contains("remoteContainer=");
                assertThat(detail(up, "links"))
                        .contains("role=sender")
                        .contains("role=receiver")
                        .contains("address=recovery.health")
                        .contains("credit=")
                        .contains("unsettled=0");
                assertThat(detail(up, "listeners")).contains("id=listening", "state=RUNNING");
            });

            broker.stop();

            await().until(() -> status(health) == Status.DOWN);
            await().untilAsserted(() -> {
                Health down = health.health();
                assertThat(down).isNotNull();
                assertThat(detail(down, "connection"))
                        .contains("state=RECOVERING")
                        .contains("error=ConnectionLostException");
                assertThat(detail(down, "listeners")).contains("state=RECOVERING");
            });

            broker.start();

            await().atMost(LONG).until(() -> status(health) == Status.UP);
            await().atMost(LONG)
                    .until(() -> state(context.getBean(AmqpListenerRegistry.class)) == ListenerState.RUNNING);
        });
    }

    private static ListenerState state(AmqpListenerRegistry registry) {
        return registry.listeners().iterator().next().state();
    }

    private static String detail(Health health, String key) {
        return String.valueOf(health.getDetails().get(key));
    }

    private static Status status(HealthIndicator indicator) {
        Health health = indicator.health();
        assertThat(health).isNotNull();
        return health.getStatus();
    }

    record Early(Set<String> received) {

        @AmqpListener(id = "early", address = "nocreate.early")
        void early(String text) {
            received.add(text);
        }
    }

    @Test
    void listenerOfAMissingAddressIsFailedAndRunsWhenTheAddressIsThere() {
        Set<String> received = ConcurrentHashMap.newKeySet();
        contexts().withBean(Early.class, received).run(context -> {
            AmqpListenerRegistry registry = context.getBean(AmqpListenerRegistry.class);
            HealthIndicator health = context.getBean("amqp10HealthContributor", HealthIndicator.class);
            await().until(() -> state(registry) == ListenerState.FAILED);
            assertThat(registry.listener("early").error()).hasMessageContaining("nocreate.early");
            assertThat(status(health)).isEqualTo(Status.DOWN);

            broker.createQueue("nocreate.early");

            await().atMost(LONG).until(() -> state(registry) == ListenerState.RUNNING);
            assertThat(status(health)).isEqualTo(Status.UP);
            context.getBean(AmqpTemplate.class).convertAndSend("nocreate.early", "x");
            await().untilAsserted(() -> assertThat(received).containsExactly("x"));

            broker.deleteQueue("nocreate.early");

            await().atMost(LONG).until(() -> state(registry) == ListenerState.FAILED);
            broker.createQueue("nocreate.early");
            await().atMost(LONG).until(() -> state(registry) == ListenerState.RUNNING);
        });
    }

    record Busy(CountDownLatch entered, CountDownLatch release) {

        @AmqpListener(id = "busy", address = "nocreate.busy")
        void work(String text) throws InterruptedException {
            entered.countDown();
            assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void stoppingWaitsForAMethodAlsoWhereItsLinkIsGone() {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        broker.createQueue("nocreate.busy");
        contexts()
                .withPropertyValues("amqp10.reconnect.initial-delay=1h", "amqp10.reconnect.max-delay=1h")
                .withBean(Busy.class, entered, release)
                .run(context -> {
                    context.getBean(AmqpTemplate.class).convertAndSend("nocreate.busy", "x");
                    assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
                    AmqpListenerRegistry registry = context.getBean(AmqpListenerRegistry.class);
                    broker.deleteQueue("nocreate.busy");
                    await().atMost(LONG).until(() -> state(registry) == ListenerState.FAILED);

                    CompletableFuture<Void> stopped = registry.stop("busy");
                    assertThat(stopped).isNotDone();
                    release.countDown();

                    stopped.get(60, TimeUnit.SECONDS);
                    assertThat(registry.listener("busy").unfinished()).isZero();
                });
    }

    @Test
    void contextStartsWithoutTheBrokerAndWorksWhenItComes() {
        Set<String> received = ConcurrentHashMap.newKeySet();
        broker.stop();
        contexts().withBean(Collecting.class, received, new AtomicInteger()).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(state(context.getBean(AmqpListenerRegistry.class))).isEqualTo(ListenerState.RECOVERING);
            assertThat(context.getBean(Connection.class).state()).isNotEqualTo(LifecycleState.OPEN);

            broker.start();

            context.getBean(AmqpTemplate.class).convertAndSend("recovery.load", "x");
            await().atMost(LONG).untilAsserted(() -> assertThat(received).containsExactly("x"));
        });
    }

    @Test
    void connectionThatTheBrokerClosesOnPurposeIsMadeAgain() {
        contexts().withBean(Listening.class).run(context -> {
            Connection connection = context.getBean(Connection.class);
            AmqpListenerRegistry registry = context.getBean(AmqpListenerRegistry.class);
            await().until(() -> state(registry) == ListenerState.RUNNING);
            String before = connection.name();

            broker.closeConnections(ArtemisBroker.USER);

            await().atMost(LONG)
                    .until(() -> state(registry) == ListenerState.RUNNING
                            && connection.state() == LifecycleState.OPEN
                            && broker.consumerCount("recovery.health") == 1);
            assertThat(before).isNotNull();
            assertThat(context.getBean(AmqpTemplate.class)
                            .convertAndSend("recovery.health", "x")
                            .isAccepted())
                    .isTrue();
        });
    }
}
