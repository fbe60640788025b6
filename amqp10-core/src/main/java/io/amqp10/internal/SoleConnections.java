package io.amqp10.internal;

import io.amqp10.SoleConnection;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.transport.Open;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The connections that peers have made to this container, by who they are, so that a peer can have one only. Who may do what
 * to whom follows from who they authenticated as, since anybody may call itself by any container-id; those who did not say
 * who they are count as one user. Safe for any thread.
 *
 * @see "AMQP Enforcing Connection Uniqueness 1.0"
 */
final class SoleConnections {

    /** A new connection is refused with this. */
    static final ErrorCondition REFUSED = new ErrorCondition(
            AmqpError.INVALID_FIELD,
            "a connection of this container-id is open, and there shall be one only",
            Map.of(Symbol.of("invalid-field"), Symbol.of("container-id")));

    /** A connection that gives way is closed with this. */
    static final ErrorCondition REPLACED = new ErrorCondition(
            AmqpError.RESOURCE_LOCKED,
            "another connection of this container-id was opened, and there shall be one only",
            Map.of(Settings.SOLE_CONNECTION_ENFORCEMENT, true));

    private record Key(String user, String containerId) {}

    private record Present(
            InboundConnection connection, @Nullable SoleConnection policy) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Set<Present>> present = new HashMap<>();

    /** Returns what a peer asks for, null if it may have several connections; the default of its policy is to refuse. */
    static @Nullable SoleConnection asked(Open open) {
        if (!open.desiredCapabilities().contains(Settings.SOLE_CONNECTION)) {
            return null;
        }
        return UnsignedInteger.of(1).equals(open.properties().get(Settings.ENFORCEMENT_POLICY))
                ? SoleConnection.CLOSE_EXISTING
                : SoleConnection.REFUSE_NEW;
    }

    /**
     * Takes note of a connection, and has those closed that must give way to it. What a new connection asks for decides; if
     * it asks for nothing and one that is there did, the new one is refused.
     *
     * @param user who the peer is, null if it did not say
     * @return what takes no note of it any more, null if it is to be refused
     */
    @Nullable
    Runnable add(@Nullable String user, Open open, InboundConnection connection) {
        Key key = new Key(user == null ? "" : "=" + user, open.containerId());
        Present added = new Present(connection, asked(open));
        List<Present> replaced = List.of();
        lock.lock();
        try {
            Set<Present> others = present.computeIfAbsent(key, unknown -> new LinkedHashSet<>());
            if (!others.isEmpty()) {
                if (added.policy() == SoleConnection.CLOSE_EXISTING) {
                    replaced = List.copyOf(others);
                    others.clear();
                } else if (added.policy() != null || others.stream().anyMatch(other -> other.policy() != null)) {
                    return null;
                }
            }
            others.add(added);
        } finally {
            lock.unlock();
        }
        replaced.forEach(other -> other.connection().giveWay());
        return () -> remove(key, added);
    }

    private void remove(Key key, Present gone) {
        lock.lock();
        try {
            Set<Present> others = present.get(key);
            if (others != null && others.remove(gone) && others.isEmpty()) {
                present.remove(key);
            }
        } finally {
            lock.unlock();
        }
    }
}
