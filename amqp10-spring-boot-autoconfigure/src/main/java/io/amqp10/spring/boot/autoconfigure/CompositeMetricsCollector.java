package io.amqp10.spring.boot.autoconfigure;

import io.amqp10.Connection;
import io.amqp10.LifecycleState;
import io.amqp10.Link;
import io.amqp10.MetricsCollector;
import io.amqp10.Receiver;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import java.util.List;

/** Tells several collectors. */
final class CompositeMetricsCollector implements MetricsCollector {

    private final MetricsCollector[] collectors;
    private final boolean wantsTimes;

    private CompositeMetricsCollector(List<MetricsCollector> collectors) {
        this.collectors = collectors.toArray(MetricsCollector[]::new);
        this.wantsTimes = collectors.stream().anyMatch(MetricsCollector::wantsTimes);
    }

    static MetricsCollector of(List<MetricsCollector> collectors) {
        return switch (collectors.size()) {
            case 0 -> NONE;
            case 1 -> collectors.get(0);
            default -> new CompositeMetricsCollector(collectors);
        };
    }

    @Override
    public void connectionState(Connection connection, LifecycleState from, LifecycleState to) {
        for (MetricsCollector collector : collectors) {
            collector.connectionState(connection, from, to);
        }
    }

    @Override
    public void linkState(Link link, LifecycleState from, LifecycleState to) {
        for (MetricsCollector collector : collectors) {
            collector.linkState(link, from, to);
        }
    }

    @Override
    public void sent(Sender sender, long bytes) {
        for (MetricsCollector collector : collectors) {
            collector.sent(sender, bytes);
        }
    }

    @Override
    public void settled(Sender sender, SendOutcome.Status outcome, long nanos) {
        for (MetricsCollector collector : collectors) {
            collector.settled(sender, outcome, nanos);
        }
    }

    @Override
    public void received(Receiver receiver, long bytes) {
        for (MetricsCollector collector : collectors) {
            collector.received(receiver, bytes);
        }
    }

    @Override
    public void handled(Receiver receiver, SendOutcome.Status outcome, long nanos) {
        for (MetricsCollector collector : collectors) {
            collector.handled(receiver, outcome, nanos);
        }
    }

    @Override
    public boolean wantsTimes() {
        return wantsTimes;
    }
}
