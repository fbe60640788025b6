package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.TransactionalResource;
import io.amqp10.engine.CoordinatorLink;
import io.amqp10.engine.SenderLink;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.messaging.Outcome;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A transaction that the peer declared here and has not discharged. Confined to the connection's event loop. */
final class PeerTransaction {

    /** A message that was posted and waits for the commit. */
    record Post(LiveReceiver receiver, ReceivedDelivery message) {}

    /** The outcome that a commit gives to a message of ours. */
    static final class Retire {
        final LiveSender sender;

        /** What the resource is to be told of yet, null for nothing; also taken by the thread of handlers. */
        final AtomicReference<@Nullable Outcome> untold = new AtomicReference<>();

        Outcome outcome;

        Retire(LiveSender sender, Outcome outcome) {
            this.sender = sender;
            this.outcome = outcome;
        }
    }

    final Binary id;
    final CoordinatorLink link;
    final TransactionalResource resource;
    final List<Post> posts = new ArrayList<>();
    final Map<SentDelivery, Retire> retired = new LinkedHashMap<>();
    final Map<SentDelivery, LiveSender> acquired = new LinkedHashMap<>();

    /** Why the links ended of those that are retired and have no link any more. */
    final Map<SentDelivery, Amqp10Exception> unlinked = new LinkedHashMap<>();

    final Set<SenderLink> acquiring = new LinkedHashSet<>();
    long heldBytes;

    /** Of these, what waits for the resource, and is held until that has had it. */
    long undecidedBytes;

    boolean committing;

    /** Why it cannot be committed any more. */
    @Nullable
    ErrorCondition doomed;

    @Nullable
    ScheduledFuture<?> deadline;

    PeerTransaction(Binary id, CoordinatorLink link, TransactionalResource resource) {
        this.id = id;
        this.link = link;
        this.resource = resource;
    }

    void doom(ErrorCondition why) {
        if (doomed == null) {
            doomed = why;
        }
    }

    void cancelDeadline() {
        ScheduledFuture<?> pending = deadline;
        deadline = null;
        if (pending != null) {
            pending.cancel(false);
        }
    }
}
