package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.boot.autoconfigure.health.Amqp10HealthContributorAutoConfiguration;
import io.amqp10.spring.boot.autoconfigure.health.Amqp10HealthIndicator;
import io.amqp10.spring.listener.AmqpListenerRegistry;
import io.amqp10.spring.listener.ListenerState;
import io.amqp10.testkit.ArtemisBroker;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What the log and health say of the same mistakes where the application starts all the same, as it does by default. */
@ExtendWith(SharedBroker.class)
class LoggedFailureIT {

    @RegisterExtension
    private final Warnings warned = new Warnings();

    private final List<String> warnings = warned.texts();

    record Fine() {
        @AmqpListener(id = "fine", address = "logged.fine")
        void fine(String text) {
            assertThat(text).isNotNull();
        }
    }

    record Others() {
        @AmqpListener(id = "other", address = "logged.other")
        @AmqpListener(id = "another", address = "logged.another")
        void other(String text) {
            assertThat(text).isNotNull();
        }
    }

    /** Sends while the connection is not open yet. */
    record Sending(AmqpTemplate template) {
        Sending {
            assertThat(template.convertAndSendAsync("logged.sent", "x")).isNotNull();
        }
    }

    record Unknown() {
        @AmqpListener(id = "unknown", address = "nocreate.logged")
        void listen(String text) {
            assertThat(text).isNotNull();
        }
    }

    private static ApplicationContextRunner contexts(ArtemisBroker broker) {
        return SharedBroker.contexts(broker)
                .withConfiguration(AutoConfigurations.of(Amqp10HealthContributorAutoConfiguration.class))
                .withPropertyValues("amqp10.reconnect.initial-delay=1ms", "amqp10.reconnect.max-delay=5ms");
    }

    private void showsOnce(ApplicationContextRunner runner, String listener, ListenerState state, String... said) {
        runner.run(context -> {
            assertThat(context).hasNotFailed();
            AmqpListenerRegistry registry = context.getBean(AmqpListenerRegistry.class);
            Amqp10HealthIndicator health = context.getBean(Amqp10HealthIndicator.class);
            await().until(() -> registry.listener(listener).state() == state
                    && registry.listener(listener).error() != null);
            await().untilAsserted(() -> assertThat(String.join(" | ", warnings)).contains(said));
            assertThat(Objects.requireNonNull(health.health()).getStatus()).isEqualTo(Status.DOWN);
            // many tries later nothing more is said
            AtomicInteger seen = new AtomicInteger(-1);
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(400))
                    .until(() -> seen.getAndSet(warnings.size()) == warnings.size());
        });
    }

    @Test
    void wrongPasswordIsSaidOnce(ArtemisBroker broker) {
        showsOnce(
                contexts(broker)
                        .withPropertyValues("amqp10.password=wrong-secret")
                        .withBean(Fine.class)
                        .withBean(Others.class)
                        .withBean(Sending.class),
                "fine",
                ListenerState.FAILED,
                "amqp10.username",
                "amqp10.password",
                "alice");
        assertThat(warnings).noneMatch(warning -> warning.contains("wrong-secret"));
        // the connection says what happened, and then what to do; its links have nothing to add
        assertThat(warnings).hasSize(2);
    }

    @Test
    void unknownAddressIsSaidOnce(ArtemisBroker broker) {
        showsOnce(
                contexts(broker).withBean(Unknown.class),
                "unknown",
                ListenerState.FAILED,
                "nocreate.logged",
                "Create the address");
        assertThat(warnings).hasSize(1);
    }

    @Test
    void wrongHostIsSaidOnce(ArtemisBroker broker) {
        showsOnce(
                contexts(broker)
                        .withPropertyValues("amqp10.url=no-such-host.invalid")
                        .withBean(Fine.class),
                "fine",
                ListenerState.RECOVERING,
                "no-such-host.invalid");
        assertThat(warnings).hasSize(1);
    }
}
