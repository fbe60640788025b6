package io.amqp10.internal;

import io.amqp10.SendOutcome;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Outcomes of a sender's messages that speak of the peer and not of the message. A broker that is being stopped rejects what reaches it
 * between the end of its parts and that of the connection (Artemis: {@code failed}). So they are believed only when the link has outlived
 * them for a moment; if it does not, the messages are sent again with those that have no outcome. On the event loop.
 */
final class DoubtedOutcomes {

    private record Doubt(SendOutcome outcome, long dueNanos) {}

    private final long nanos;
    private final int most;
    private final Map<SentDelivery, Doubt> standing = new LinkedHashMap<>();

    /** Of messages that are to be sent again; what they were given is what is known of them until they are. */
    private final Map<SentDelivery, SendOutcome> setAside = new HashMap<>();

    /**
     * Makes an empty one.
     *
     * @param nanos how long a link must outlive an outcome
     * @param most how many may be in doubt at a time
     */
    DoubtedOutcomes(long nanos, int most) {
        this.nanos = nanos;
        this.most = most;
    }

    boolean isFull() {
        return standing.size() >= most;
    }

    /** Tells whether nothing is to be believed at some time. */
    boolean isEmpty() {
        return standing.isEmpty();
    }

    void add(SentDelivery message, SendOutcome outcome) {
        standing.put(message, new Doubt(outcome, System.nanoTime() + nanos));
    }

    /** Returns whose outcome is to be {@linkplain #take taken} and believed now, the one that waits longest; null for none. */
    @Nullable
    SentDelivery due() {
        Iterator<Map.Entry<SentDelivery, Doubt>> doubts = standing.entrySet().iterator();
        if (!doubts.hasNext()) {
            return null;
        }
        Map.Entry<SentDelivery, Doubt> next = doubts.next();
        return next.getValue().dueNanos() - System.nanoTime() <= 0 ? next.getKey() : null;
    }

    /** Returns how long it takes until the next is to be believed; there must be one. */
    long nextNanos() {
        return standing.values().iterator().next().dueNanos() - System.nanoTime();
    }

    /** The link did not outlive them: no outcome is believed, and the messages are to be encoded anew. */
    void linkEnded() {
        standing.forEach((message, doubt) -> {
            message.encodeAgain(); // the engine has thrown the payload away
            message.localState(null); // as which the rejection was taken
            setAside.put(message, doubt.outcome());
        });
        standing.clear();
    }

    /** Forgets and returns what is known of a message, null if nothing is. */
    @Nullable
    SendOutcome take(SentDelivery message) {
        if (standing.isEmpty() && setAside.isEmpty()) {
            return null;
        }
        Doubt doubt = standing.remove(message);
        return doubt != null ? doubt.outcome() : setAside.remove(message);
    }
}
