package io.amqp10.spring.boot.autoconfigure.health;

import io.amqp10.Amqp10Exception;
import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.LifecycleState;
import io.amqp10.Link;
import io.amqp10.Sender;
import io.amqp10.spring.listener.ListenerContainer;
import io.amqp10.spring.listener.ListenerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Is UP while the connection is open, no listener has failed and none has been without its link for long; a listener that
 * was stopped or paused is as somebody wants it. Details show the connection, each link and each listener.
 */
public final class Amqp10HealthIndicator extends AbstractHealthIndicator {

    /** Health is asked for often and shown to people: more links than that help nobody. */
    private static final int MAX_LINKS = 100;

    private final Connection connection;
    private final Supplier<? extends Collection<ListenerContainer>> listeners;
    private final Duration patience;

    /** Since when listeners were seen without a link while the connection was open. */
    private final Map<ListenerContainer, Long> recoveringSince = new ConcurrentHashMap<>();

    /**
     * Makes an indicator.
     *
     * @param connection the connection
     * @param listeners gives all listeners; those of other connections are left out
     */
    public Amqp10HealthIndicator(Connection connection, Supplier<? extends Collection<ListenerContainer>> listeners) {
        this(connection, listeners, ConnectionOptions.DEFAULT_CONNECT_TIMEOUT);
    }

    /**
     * Makes an indicator.
     *
     * @param connection the connection
     * @param listeners gives all listeners; those of other connections are left out
     * @param patience how long a listener may be without its link while the connection is open
     */
    public Amqp10HealthIndicator(
            Connection connection, Supplier<? extends Collection<ListenerContainer>> listeners, Duration patience) {
        super("the health of the AMQP 1.0 connection cannot be told");
        this.connection = connection;
        this.listeners = listeners;
        this.patience = patience;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        List<ListenerContainer> own = listeners.get().stream()
                .filter(listener -> listener.connection() == connection)
                .toList();
        boolean open = connection.state() == LifecycleState.OPEN;
        boolean failed = own.stream().anyMatch(listener -> listener.state() == ListenerState.FAILED);
        boolean stuck = noteRecovering(own, open);
        if (open && !failed && !stuck) {
            builder.up();
        } else {
            builder.down();
        }
        builder.withDetail("connection", connectionDetails());
        builder.withDetail(
                "listeners", own.stream().map(Amqp10HealthIndicator::details).toList());
        builder.withDetail("links", linkDetails());
    }

    /** Tells whether one has been without its link for too long. */
    private boolean noteRecovering(List<ListenerContainer> own, boolean open) {
        recoveringSince.keySet().retainAll(own);
        long now = System.nanoTime();
        boolean stuck = false;
        for (ListenerContainer listener : own) {
            if (open && listener.state() == ListenerState.RECOVERING) {
                long since = recoveringSince.computeIfAbsent(listener, unknown -> now);
                stuck |= now - since > TimeUnit.NANOSECONDS.convert(patience);
            } else {
                recoveringSince.remove(listener);
            }
        }
        return stuck;
    }

    private Map<String, Object> connectionDetails() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("state", connection.state());
        details.put("address", connection.remoteAddress());
        putPresent(details, "remoteContainer", connection.remoteContainerId());
        putError(details, connection.error());
        return details;
    }

    private List<Map<String, Object>> linkDetails() {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Link link : connection.links()) {
            if (all.size() == MAX_LINKS) {
                break;
            }
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("name", link.name());
            details.put("role", link instanceof Sender ? "sender" : "receiver");
            putPresent(details, "address", link.address());
            details.put("state", link.state());
            details.put("credit", link.credit());
            details.put("unsettled", link.unsettled());
            putError(details, link.error());
            all.add(details);
        }
        return all;
    }

    private static Map<String, Object> details(ListenerContainer listener) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("id", listener.id());
        details.put("address", listener.address());
        details.put("state", listener.state());
        details.put("unfinished", listener.unfinished());
        putError(details, listener.error());
        return details;
    }

    private static void putError(Map<String, Object> details, @Nullable Amqp10Exception error) {
        if (error != null) {
            String kind = error.getClass().getSimpleName();
            details.put("error", kind + ": " + error.getMessage());
        }
    }

    private static void putPresent(Map<String, Object> details, String key, @Nullable Object value) {
        if (value != null) {
            details.put(key, value);
        }
    }
}
