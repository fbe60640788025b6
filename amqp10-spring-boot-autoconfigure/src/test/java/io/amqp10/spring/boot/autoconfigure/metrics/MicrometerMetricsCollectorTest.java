package io.amqp10.spring.boot.autoconfigure.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.LifecycleState;
import io.amqp10.Sender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** How many addresses have meters. */
class MicrometerMetricsCollectorTest {

    private static final int MANY = 1_000;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MicrometerMetricsCollector collector = new MicrometerMetricsCollector(registry);

    private static Sender sender(String address) {
        return (Sender) Proxy.newProxyInstance(
                MicrometerMetricsCollectorTest.class.getClassLoader(),
                new Class<?>[] {Sender.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "address" -> address;
                    case "state" -> LifecycleState.OPEN;
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == arguments[0];
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private Sender opened(String address) {
        Sender sender = sender(address);
        collector.linkState(sender, LifecycleState.OPENING, LifecycleState.OPEN);
        return sender;
    }

    private boolean hasMeters(String address) {
        return registry.find("amqp10.send.size").tag("address", address).summary() != null;
    }

    @Test
    void addressesThatNobodyUsesAnyMoreMakeRoomForOthers() {
        opened("orders");
        for (int i = 0; i < MANY; i++) {
            Sender reply = opened("reply-" + i);
            collector.linkState(reply, LifecycleState.OPEN, LifecycleState.CLOSED);
        }
        opened("invoices");

        assertThat(hasMeters("orders")).isTrue();
        assertThat(hasMeters("invoices")).isTrue();
        assertThat(hasMeters("reply-0")).isFalse();
        assertThat(hasMeters("reply-" + (MANY - 1))).isTrue();
        assertThat(registry.find("amqp10.send.size").summaries()).hasSizeLessThanOrEqualTo(250);
        assertThat(registry.getMeters()).hasSizeLessThan(3_000);
    }

    @Test
    void addressesBeyondTheLimitThatAreAllInUseShareTheirMeters() {
        for (int i = 0; i < MANY; i++) {
            opened("address-" + i);
        }

        assertThat(hasMeters("(other)")).isTrue();
        assertThat(registry.find("amqp10.send.size").summaries()).hasSize(251);
    }
}
