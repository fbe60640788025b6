package io.amqp10.internal;

import io.amqp10.types.Role;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The links that authenticated peers have attached to this container, over all their connections: a peer that comes back on a
 * new connection, while the old one is not known to be lost yet, takes its links along. Who did not say who it is cannot take
 * anything, since anybody may call itself by any container-id. Safe for any thread.
 *
 * @see "AMQP 1.0 §2.6.1"
 */
final class PeerLinks {

    private record Key(String user, String containerId, String name, Role role) {}

    private final Map<Key, LiveLink<?, ?>> attached = new ConcurrentHashMap<>();

    /**
     * Notes that a peer attached a link, and takes it away from an older connection of the same peer.
     *
     * @param user who the peer is, null if it did not say
     * @param containerId what it calls itself
     * @param role our role
     * @param link our end of the link
     * @return to be run when the link is closed
     */
    Runnable attach(@Nullable String user, String containerId, Role role, LiveLink<?, ?> link) {
        if (user == null) {
            return () -> {};
        }
        Key key = new Key(user, containerId, link.name(), role);
        LiveLink<?, ?> old = attached.put(key, link);
        if (old != null && old.connection != link.connection) {
            old.steal();
        }
        return () -> attached.remove(key, link);
    }
}
