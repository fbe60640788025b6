package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.boot.autoconfigure.metrics.Amqp10Meters;
import io.amqp10.spring.boot.autoconfigure.metrics.Amqp10MetricsAutoConfiguration;
import io.amqp10.spring.listener.AmqpRejectException;
import io.amqp10.testkit.ArtemisBroker;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;

/** Meters at a real broker. */
@ExtendWith(SharedBroker.class)
class MetersIT {

    record Listening() {

        @AmqpListener("meters.in")
        void listen(String text) {
            if (text.equals("bad")) {
                throw new AmqpRejectException("bad");
            }
        }
    }

    @Test
    void connectionsLinksCreditSendsAndReceivesAreMeasured(ArtemisBroker broker) {
        SharedBroker.contexts(broker)
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withConfiguration(AutoConfigurations.of(Amqp10MetricsAutoConfiguration.class))
                .withBean(Listening.class)
                .run(context -> {
                    MeterRegistry meters = context.getBean(MeterRegistry.class);
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    template.convertAndSend("meters.in", "good");
                    template.convertAndSend("meters.in", "good");
                    template.convertAndSend("meters.in", "bad");

                    await().ignoreExceptions().untilAsserted(() -> {
                        assertThat(timer(meters, "amqp10.receive", "accepted").count())
                                .isEqualTo(2);
                        assertThat(timer(meters, "amqp10.receive", "rejected").count())
                                .isOne();
                    });
                    Timer sends = timer(meters, "amqp10.send", "accepted");
                    assertThat(sends.count()).isEqualTo(3);
                    assertThat(sends.totalTime(TimeUnit.NANOSECONDS)).isPositive();
                    assertThat(meters.get("amqp10.send.size")
                                    .tag("address", "meters.in")
                                    .summary()
                                    .totalAmount())
                            .isGreaterThan(12);
                    assertThat(meters.get("amqp10.receive.size")
                                    .tag("address", "meters.in")
                                    .summary()
                                    .count())
                            .isEqualTo(3);
                    assertThat(gauge(meters, "amqp10.connections", "state", "open"))
                            .isOne();
                    assertThat(gauge(
                                    meters,
                                    "amqp10.links",
                                    "state",
                                    "open",
                                    "role",
                                    "receiver",
                                    "address",
                                    "meters.in"))
                            .isOne();
                    assertThat(gauge(meters, "amqp10.credit", "role", "receiver", "address", "meters.in"))
                            .isPositive();
                    assertThat(gauge(meters, "amqp10.unsettled", "role", "sender", "address", "meters.in"))
                            .isZero();
                    assertThat(meters.getMeters().stream()
                                    .map(Meter::getId)
                                    .map(Meter.Id::getName)
                                    .filter(name -> name.startsWith("amqp10"))
                                    .distinct())
                            .as("all meters are documented, and all documented ones are there")
                            .containsExactlyInAnyOrderElementsOf(Arrays.stream(Amqp10Meters.values())
                                    .map(Amqp10Meters::getName)
                                    .toList());
                });
    }

    private static Timer timer(MeterRegistry meters, String name, String outcome) {
        return meters.get(name)
                .tag("address", "meters.in")
                .tag("outcome", outcome)
                .timer();
    }

    private static double gauge(MeterRegistry meters, String name, String... tags) {
        return meters.get(name).tags(tags).gauge().value();
    }
}
