package io.amqp10.spring.boot.autoconfigure.metrics;

import io.amqp10.Connection;
import io.amqp10.LifecycleState;
import io.amqp10.Link;
import io.amqp10.MetricsCollector;
import io.amqp10.Receiver;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.types.messaging.Source;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * Keeps the {@link Amqp10Meters}. The number of addresses that have meters of their own is bounded, since replies go to ever
 * new ones: beyond it, those that no link has used for the longest lose theirs.
 */
public final class MicrometerMetricsCollector implements MetricsCollector {

    private static final int MAX_ADDRESSES = 250;

    private static final String DYNAMIC = "(dynamic)";

    private static final long START_NANOS = System.nanoTime();

    private final MeterRegistry registry;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Map<Link, LinkMeters> links = new ConcurrentHashMap<>();
    private final Map<AddressKey, LinkMeters> byAddress = new ConcurrentHashMap<>();
    private final Counter losses;

    private record AddressKey(boolean sender, String address) {}

    /**
     * Makes a collector, which registers its meters as it goes along.
     *
     * @param registry where to
     */
    public MicrometerMetricsCollector(MeterRegistry registry) {
        this.registry = registry;
        for (LifecycleState state : LifecycleState.values()) {
            if (state != LifecycleState.CLOSED) {
                Gauge.builder(Amqp10Meters.CONNECTIONS.getName(), connections, all -> all.stream()
                                .filter(connection -> connection.state() == state)
                                .count())
                        .description("Connections in a state")
                        .tag(Amqp10Meters.Tag.STATE.asString(), lower(state))
                        .register(registry);
            }
        }
        this.losses = Counter.builder(Amqp10Meters.CONNECTION_LOSSES.getName())
                .description("Times that an open connection broke")
                .register(registry);
    }

    @Override
    public boolean wantsTimes() {
        return true;
    }

    @Override
    public void connectionState(Connection connection, LifecycleState from, LifecycleState to) {
        if (to == LifecycleState.CLOSED) {
            connections.remove(connection);
        } else {
            connections.add(connection);
        }
        if (from == LifecycleState.OPEN && to != LifecycleState.CLOSING) {
            losses.increment();
        }
    }

    @Override
    public void linkState(Link link, LifecycleState from, LifecycleState to) {
        if (to == LifecycleState.CLOSED) {
            LinkMeters meters = links.remove(link);
            if (meters != null) {
                meters.remove(link);
            }
        } else {
            meters(link);
        }
    }

    @Override
    public void sent(Sender sender, long bytes) {
        meters(sender).size.record((double) bytes);
    }

    @Override
    public void settled(Sender sender, SendOutcome.Status outcome, long nanos) {
        meters(sender).timer(outcome).record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void received(Receiver receiver, long bytes) {
        meters(receiver).size.record((double) bytes);
    }

    @Override
    public void handled(Receiver receiver, SendOutcome.Status outcome, long nanos) {
        meters(receiver).timer(outcome).record(nanos, TimeUnit.NANOSECONDS);
    }

    private LinkMeters meters(Link link) {
        LinkMeters present = links.get(link);
        return present != null ? present : register(link);
    }

    private LinkMeters register(Link link) {
        boolean sender = link instanceof Sender;
        String address = address(link);
        LinkMeters meters = byAddress.get(new AddressKey(sender, address));
        if (meters == null) {
            String bounded = byAddress.size() < MAX_ADDRESSES || makeRoom() ? address : "(other)";
            meters = byAddress.computeIfAbsent(new AddressKey(sender, bounded), key -> new LinkMeters(registry, key));
        }
        if (link.state() != LifecycleState.CLOSED) {
            meters.add(link);
            links.put(link, meters);
        }
        return meters;
    }

    /** Takes the meters away that have been without a link for the longest, such as those of replies to who is gone. */
    private boolean makeRoom() {
        LinkMeters oldest = byAddress.values().stream()
                .filter(LinkMeters::isUnused)
                .min(Comparator.comparingLong(LinkMeters::unusedSince))
                .orElse(null);
        if (oldest == null || !byAddress.remove(oldest.key, oldest)) {
            return oldest != null;
        }
        oldest.unregister();
        return true;
    }

    private static String address(Link link) {
        Source source = link instanceof Receiver ? link.remoteSource() : null;
        if (source != null && source.dynamic()) {
            return DYNAMIC;
        }
        String address = link.address();
        return address != null ? address : link instanceof Receiver ? DYNAMIC : "(anonymous)";
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** The meters of all links of one role at one address. */
    private static final class LinkMeters {

        private final MeterRegistry registry;
        private final AddressKey key;
        private final Set<Link> links = ConcurrentHashMap.newKeySet();
        private final Map<SendOutcome.Status, Timer> timers = new ConcurrentHashMap<>();
        private final DistributionSummary size;
        private final Queue<Meter> gauges = new ConcurrentLinkedQueue<>();
        private volatile long unusedSince = System.nanoTime();

        LinkMeters(MeterRegistry registry, AddressKey key) {
            this.registry = registry;
            this.key = key;
            Amqp10Meters sizes = key.sender() ? Amqp10Meters.SEND_SIZE : Amqp10Meters.RECEIVE_SIZE;
            this.size = DistributionSummary.builder(sizes.getName())
                    .description("Size of encoded messages")
                    .baseUnit("bytes")
                    .tag(Amqp10Meters.Tag.ADDRESS.asString(), key.address())
                    .register(registry);
            sum(Amqp10Meters.CREDIT, "Messages that may be sent now", Link::credit);
            sum(Amqp10Meters.UNSETTLED, "Deliveries that are unsettled", Link::unsettled);
            for (LifecycleState state : LifecycleState.values()) {
                if (state != LifecycleState.CLOSED) {
                    gauges.add(Gauge.builder(Amqp10Meters.LINKS.getName(), links, all -> all.stream()
                                    .filter(link -> link.state() == state)
                                    .count())
                            .description("Links in a state")
                            .tags(roleAndAddress().and(Amqp10Meters.Tag.STATE.asString(), lower(state)))
                            .register(registry));
                }
            }
        }

        private void sum(Amqp10Meters meter, String description, ToIntFunction<Link> value) {
            gauges.add(Gauge.builder(meter.getName(), links, all -> all.stream()
                            .mapToInt(value)
                            .sum())
                    .description(description)
                    .tags(roleAndAddress())
                    .register(registry));
        }

        private Tags roleAndAddress() {
            return Tags.of(
                    Amqp10Meters.Tag.ROLE.asString(),
                    key.sender() ? "sender" : "receiver",
                    Amqp10Meters.Tag.ADDRESS.asString(),
                    key.address());
        }

        void add(Link link) {
            links.add(link);
        }

        void remove(Link link) {
            links.remove(link);
            unusedSince = System.nanoTime();
        }

        boolean isUnused() {
            return links.isEmpty();
        }

        /** As a difference, since the clock may begin anywhere. */
        long unusedSince() {
            return unusedSince - START_NANOS;
        }

        void unregister() {
            registry.remove(size);
            timers.values().forEach(registry::remove);
            gauges.forEach(registry::remove);
        }

        Timer timer(SendOutcome.Status outcome) {
            Timer present = timers.get(outcome);
            return present != null ? present : timers.computeIfAbsent(outcome, this::newTimer);
        }

        private Timer newTimer(SendOutcome.Status outcome) {
            Amqp10Meters meter = key.sender() ? Amqp10Meters.SEND : Amqp10Meters.RECEIVE;
            return Timer.builder(meter.getName())
                    .description(key.sender() ? "Sends by outcome" : "Receives by outcome")
                    .tag(Amqp10Meters.Tag.ADDRESS.asString(), key.address())
                    .tag(Amqp10Meters.Tag.OUTCOME.asString(), lower(outcome))
                    .register(registry);
        }
    }
}
