package io.amqp10.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Delivery;
import io.amqp10.DeliveryGuarantee;
import io.amqp10.SendOutcome;
import io.amqp10.spring.AmqpTemplate;
import io.amqp10.spring.SendOptions;
import io.amqp10.spring.annotation.AmqpListener;
import io.amqp10.spring.boot.autoconfigure.metrics.Amqp10Meters;
import io.amqp10.spring.boot.autoconfigure.metrics.Amqp10MetricsAutoConfiguration;
import io.amqp10.spring.listener.AcknowledgeMode;
import io.amqp10.spring.listener.AmqpRejectException;
import io.amqp10.testkit.ArtemisBroker;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Meters at a real broker. */
@ExtendWith(SharedBroker.class)
class MetersIT {

    /** How long a message is kept unsettled, to be seen in its time. */
    private static final Duration HELD = Duration.ofMillis(50);

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
        contexts(broker).withBean(Listening.class).run(context -> {
            MeterRegistry meters = context.getBean(MeterRegistry.class);
            AmqpTemplate template = context.getBean(AmqpTemplate.class);
            long dead = broker.messageCount("DLQ");
            template.convertAndSend("meters.in", "good");
            template.convertAndSend("meters.in", "good");
            template.convertAndSend("meters.in", "bad");

            await().ignoreExceptions().untilAsserted(() -> {
                assertThat(timer(meters, "amqp10.receive", "meters.in", "accepted")
                                .count())
                        .isEqualTo(2);
                assertThat(timer(meters, "amqp10.receive", "meters.in", "rejected")
                                .count())
                        .isOne();
            });
            Timer sends = timer(meters, "amqp10.send", "meters.in", "accepted");
            await().until(() -> sends.count() == 3);
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
            assertThat(gauge(meters, "amqp10.connections", "state", "open")).isOne();
            assertThat(gauge(meters, "amqp10.links", "state", "open", "role", "receiver", "address", "meters.in"))
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
            awaitDeadLetter(broker, dead);
        });
    }

    /** Others count dead letters too, and this one is to be among those that were there before. */
    private static void awaitDeadLetter(ArtemisBroker broker, long before) {
        await().untilAsserted(() -> assertThat(broker.messageCount("DLQ")).isEqualTo(before + 1));
    }

    // --- outcomes

    /** Gives each message the outcome that it asks for, and accepts it when it comes again. */
    record Deciding(Set<String> seen, Semaphore working, Semaphore goOn) {

        @AmqpListener(address = "meters.outcomes", credit = "7", acknowledgeMode = AcknowledgeMode.MANUAL)
        void decide(Delivery delivery, String text) throws InterruptedException {
            working.release();
            assertThat(goOn.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
            switch (seen.add(text) ? text : "accepted") {
                case "rejected" -> delivery.reject(null);
                case "released" -> delivery.release();
                case "modified" -> delivery.modify(true, false);
                default -> delivery.accept();
            }
        }
    }

    @Test
    void receivesAreTimedByEachOutcome(ArtemisBroker broker) {
        Semaphore working = new Semaphore(0);
        Semaphore goOn = new Semaphore(0);
        contexts(broker)
                .withBean(Deciding.class, ConcurrentHashMap.newKeySet(), working, goOn)
                .run(context -> {
                    MeterRegistry meters = context.getBean(MeterRegistry.class);
                    AmqpTemplate template = context.getBean(AmqpTemplate.class);
                    long dead = broker.messageCount("DLQ");
                    template.convertAndSend("meters.outcomes", "accepted");
                    assertThat(working.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
                    long began = System.nanoTime();
                    assertThat(gauge(meters, "amqp10.unsettled", "role", "receiver", "address", "meters.outcomes"))
                            .isOne();
                    await().until(() -> System.nanoTime() - began > HELD.toNanos());
                    goOn.release();
                    await().until(() -> received(meters, "accepted") == 1);
                    Timer held = timer(meters, "amqp10.receive", "meters.outcomes", "accepted");
                    assertThat(held.max(TimeUnit.NANOSECONDS)).isGreaterThanOrEqualTo((double) HELD.toNanos());

                    goOn.release(6);
                    List.of("rejected", "released", "modified")
                            .forEach(text -> template.convertAndSend("meters.outcomes", text));

                    await().untilAsserted(() -> {
                        assertThat(received(meters, "accepted"))
                                .as("first and again")
                                .isEqualTo(3);
                        assertThat(received(meters, "rejected")).isOne();
                        assertThat(received(meters, "released")).isOne();
                        assertThat(received(meters, "modified")).isOne();
                    });
                    await().untilAsserted(() -> assertThat(
                                    gauge(meters, "amqp10.unsettled", "role", "receiver", "address", "meters.outcomes"))
                            .isZero());
                    await().untilAsserted(() -> assertThat(
                                    gauge(meters, "amqp10.credit", "role", "receiver", "address", "meters.outcomes"))
                            .isBetween(4.0, 7.0));
                    awaitDeadLetter(broker, dead);
                });
    }

    private static long received(MeterRegistry meters, String outcome) {
        return count(meters, "amqp10.receive", "meters.outcomes", outcome);
    }

    /** Gives each message the outcome that it asks for. */
    private static final class DecidingPeer extends DirectPeer {

        @Override
        public void onMessage(Delivery delivery) {
            switch (delivery.message().bodyAsString()) {
                case "rejected" -> delivery.reject(null);
                case "released" -> delivery.release();
                case "modified" -> delivery.modify(true, false);
                default -> delivery.accept();
            }
        }
    }

    @Test
    void sendsAreTimedByEachOutcome() {
        try (DecidingPeer peer = new DecidingPeer()) {
            peer.contexts()
                    .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                    .withConfiguration(AutoConfigurations.of(Amqp10MetricsAutoConfiguration.class))
                    .run(context -> {
                        MeterRegistry meters = context.getBean(MeterRegistry.class);
                        AmqpTemplate template = context.getBean(AmqpTemplate.class);
                        SendOptions unsure = SendOptions.NONE.guarantee(DeliveryGuarantee.AT_MOST_ONCE);
                        for (SendOutcome.Status status : SendOutcome.Status.values()) {
                            String text = status.name().toLowerCase(Locale.ROOT);
                            SendOptions how = status == SendOutcome.Status.UNCONFIRMED ? unsure : SendOptions.NONE;
                            assertThat(template.convertAndSend("out", text, how).status())
                                    .isEqualTo(status);
                            await().untilAsserted(() -> assertThat(count(meters, "amqp10.send", "out", text))
                                    .as(text)
                                    .isOne());
                        }
                        assertThat(timer(meters, "amqp10.send", "out", "rejected")
                                        .totalTime(TimeUnit.NANOSECONDS))
                                .isPositive();
                        assertThat(meters.get("amqp10.send.size")
                                        .tag("address", "out")
                                        .summary()
                                        .count())
                                .isEqualTo(5);
                    });
        }
    }

    // --- a broker that goes and comes

    record Waiting() {
        @AmqpListener(address = "meters.lasting", credit = "9")
        void listen(String text) {
            assertThat(text).isNotNull();
        }
    }

    @Test
    void lossesAreCountedAndStatesFollowTheBroker() {
        try (ArtemisBroker flaky = ArtemisBroker.started()) {
            contexts(flaky)
                    .withPropertyValues("amqp10.reconnect.max-delay=200ms")
                    .withBean(Waiting.class)
                    .run(context -> {
                        MeterRegistry meters = context.getBean(MeterRegistry.class);
                        context.getBean(AmqpTemplate.class).convertAndSend("meters.sent", "x");
                        await().untilAsserted(() -> assertAllOpen(meters));
                        assertThat(losses(meters)).isZero();

                        flaky.stop();

                        await().untilAsserted(() -> {
                            assertThat(losses(meters)).isOne();
                            assertThat(gauge(meters, "amqp10.connections", "state", "open"))
                                    .isZero();
                            assertThat(gauge(meters, "amqp10.connections", "state", "recovering"))
                                    .isOne();
                            assertThat(links(meters, "receiver", "meters.lasting", "open"))
                                    .isZero();
                            assertThat(links(meters, "receiver", "meters.lasting", "recovering"))
                                    .isOne();
                            assertThat(gauge(meters, "amqp10.credit", "role", "sender", "address", "meters.sent"))
                                    .isZero();
                        });
                        flaky.start();

                        await().untilAsserted(() -> assertAllOpen(meters));
                        assertThat(losses(meters))
                                .as("tries in between are none")
                                .isOne();
                    });
        }
    }

    private static void assertAllOpen(MeterRegistry meters) {
        assertThat(gauge(meters, "amqp10.connections", "state", "open")).isOne();
        assertThat(gauge(meters, "amqp10.connections", "state", "recovering")).isZero();
        assertThat(links(meters, "sender", "meters.sent", "open")).isOne();
        assertThat(links(meters, "receiver", "meters.lasting", "open")).isOne();
        assertThat(links(meters, "receiver", "meters.lasting", "recovering")).isZero();
        assertThat(gauge(meters, "amqp10.credit", "role", "receiver", "address", "meters.lasting"))
                .isEqualTo(9);
        assertThat(gauge(meters, "amqp10.credit", "role", "sender", "address", "meters.sent"))
                .isPositive();
    }

    private static double losses(MeterRegistry meters) {
        return meters.get("amqp10.connection.losses").counter().count();
    }

    private static double links(MeterRegistry meters, String role, String address, String state) {
        return gauge(meters, "amqp10.links", "role", role, "address", address, "state", state);
    }

    private static ApplicationContextRunner contexts(ArtemisBroker broker) {
        return SharedBroker.contexts(broker)
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withConfiguration(AutoConfigurations.of(Amqp10MetricsAutoConfiguration.class));
    }

    private static Timer timer(MeterRegistry meters, String name, String address, String outcome) {
        return meters.get(name).tag("address", address).tag("outcome", outcome).timer();
    }

    /** Meters are there once there is something to measure. */
    private static long count(MeterRegistry meters, String name, String address, String outcome) {
        Timer timer = meters.find(name)
                .tag("address", address)
                .tag("outcome", outcome)
                .timer();
        return timer == null ? 0 : timer.count();
    }

    private static double gauge(MeterRegistry meters, String name, String... tags) {
        return meters.get(name).tags(tags).gauge().value();
    }
}
