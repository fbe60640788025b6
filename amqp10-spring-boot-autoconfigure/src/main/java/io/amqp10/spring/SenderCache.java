package io.amqp10.spring;

import io.amqp10.DeliveryGuarantee;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one sender for each address and guarantee. Beyond the limit, the senders that were unused the longest are closed;
 * those in use stay, so a burst to many addresses goes over the limit rather than waiting. What is closed sends what waits
 * in it until the close time-out.
 */
final class SenderCache {

    private record Key(String address, DeliveryGuarantee guarantee) {}

    private final Function<SenderOptions, Sender> opener;
    private final int limit;
    private final UnaryOperator<SenderOptions> customizer;
    private final Map<Key, CachedSender> senders = new ConcurrentHashMap<>();
    private final ReentrantLock evicting = new ReentrantLock();

    SenderCache(Function<SenderOptions, Sender> opener, int limit, UnaryOperator<SenderOptions> customizer) {
        this.opener = opener;
        this.limit = limit;
        this.customizer = customizer;
    }

    /**
     * Returns a sender in use by the caller, who calls {@link CachedSender#leave} when the outcome is known; or when it is
     * no longer waited for, and then {@link #evict}.
     */
    CachedSender enter(String address, DeliveryGuarantee guarantee) {
        Key key = new Key(address, guarantee);
        while (true) {
            CachedSender present = senders.get(key);
            CachedSender cached = present != null && present.isUsable() ? present : senders.compute(key, this::usable);
            if (cached.enter()) {
                if (cached != present) {
                    evict(); // not before it is in use itself, or it goes where all others are
                }
                return cached;
            }
            senders.remove(key, cached);
        }
    }

    private CachedSender usable(Key key, @Nullable CachedSender present) {
        if (present != null && present.isUsable()) {
            return present;
        }
        SenderOptions options = SenderOptions.of(key.address()).guarantee(key.guarantee());
        return new CachedSender(opener.apply(customizer.apply(options)));
    }

    /** Closes senders that are beyond the limit and not in use. */
    void evict() {
        if (senders.size() <= limit) {
            return;
        }
        evicting.lock(); // two at a time would close one too many
        try {
            while (senders.size() > limit) {
                Map.Entry<Key, CachedSender> oldest = oldestIdle();
                if (oldest == null) {
                    return; // all are in use
                }
                close(oldest.getKey(), oldest.getValue());
            }
        } finally {
            evicting.unlock();
        }
    }

    private Map.@Nullable Entry<Key, CachedSender> oldestIdle() {
        Map.Entry<Key, CachedSender> oldest = null;
        for (Map.Entry<Key, CachedSender> entry : senders.entrySet()) {
            if (entry.getValue().isIdle()
                    && (oldest == null
                            || entry.getValue().lastUsedNanos()
                                            - oldest.getValue().lastUsedNanos()
                                    < 0)) {
                oldest = entry;
            }
        }
        return oldest;
    }

    private void close(Key key, CachedSender cached) {
        if (cached.retire()) {
            senders.remove(key, cached);
            cached.sender().closeAsync();
        }
    }

    int size() {
        return senders.size();
    }

    /** Closes all senders; those in use finish first. */
    void close() {
        senders.forEach((key, cached) -> {
            senders.remove(key, cached);
            cached.sender().closeAsync();
        });
    }
}
