package io.amqp10.internal;

import io.amqp10.Connection;
import io.amqp10.LifecycleState;
import io.amqp10.Link;
import io.amqp10.MetricsCollector;
import io.amqp10.Receiver;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An application's collector, whose faults must not break what it counts. The first fault is logged. */
final class GuardedMetrics implements MetricsCollector {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedMetrics.class);

    private final MetricsCollector collector;
    private final AtomicBoolean told = new AtomicBoolean();

    private GuardedMetrics(MetricsCollector collector) {
        this.collector = collector;
    }

    static MetricsCollector of(MetricsCollector collector) {
        return collector == NONE ? NONE : new GuardedMetrics(collector);
    }

    private void failed(RuntimeException e) {
        if (told.compareAndSet(false, true)) {
            LOG.error("the collector of metrics threw an exception, which it must not", e);
        }
    }

    @Override
    public void connectionState(Connection connection, LifecycleState from, LifecycleState to) {
        try {
            collector.connectionState(connection, from, to);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    @Override
    public void linkState(Link link, LifecycleState from, LifecycleState to) {
        try {
            collector.linkState(link, from, to);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    @Override
    public void sent(Sender sender, long bytes) {
        try {
            collector.sent(sender, bytes);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    @Override
    public void settled(Sender sender, SendOutcome.Status outcome, long nanos) {
        try {
            collector.settled(sender, outcome, nanos);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    @Override
    public void received(Receiver receiver, long bytes) {
        try {
            collector.received(receiver, bytes);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    @Override
    public void handled(Receiver receiver, SendOutcome.Status outcome, long nanos) {
        try {
            collector.handled(receiver, outcome, nanos);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    @Override
    public boolean wantsTimes() {
        try {
            return collector.wantsTimes();
        } catch (RuntimeException e) {
            failed(e);
            return false;
        }
    }
}
