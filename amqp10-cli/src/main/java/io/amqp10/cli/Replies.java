package io.amqp10.cli;

import io.amqp10.Connection;
import io.amqp10.LifecycleState;
import io.amqp10.Message;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.TimedOutException;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.LinkError;
import io.amqp10.types.Symbol;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends replies to whatever addresses requests name: over the anonymous relay, or a link for each of the last few. */
final class Replies {

    private static final Symbol RELAY = Symbol.of("ANONYMOUS-RELAY");
    private static final int LINKS = 32;

    private final Connection connection;
    private final Duration timeout;
    private final Map<String, Sender> senders = new LinkedHashMap<>(16, 0.75f, true);
    private @Nullable Sender relay;

    Replies(Connection connection, Duration timeout) {
        this.connection = connection;
        this.timeout = timeout;
    }

    /** Sends a reply and waits for its outcome. */
    SendOutcome send(String to, Message reply) {
        Message addressed = reply.toBuilder().to(to).build();
        Sender sender = sender(to);
        try {
            return sender.send(addressed, timeout).await(timeout);
        } catch (TimedOutException e) {
            drop(to, sender);
            throw e;
        }
    }

    /** Gives a link up, and with it a reply that must not go out, or hold up another, when it is told to have failed. */
    private void drop(String to, Sender sender) {
        senders.remove(to, sender);
        if (sender.equals(relay)) {
            relay = null;
        }
        sender.closeAsync(ErrorCondition.of(LinkError.DETACH_FORCED, "a reply was not taken in time"));
    }

    private Sender sender(String to) {
        if (connection.remoteOfferedCapabilities().contains(RELAY)) {
            Sender present = relay;
            if (present == null || !isUsable(present)) {
                present = open(SenderOptions.anonymous());
                relay = present;
            }
            return present;
        }
        Sender known = senders.get(to);
        if (known != null && isUsable(known)) {
            return known;
        }
        senders.remove(to);
        if (senders.size() >= LINKS) {
            Sender oldest = senders.remove(senders.keySet().iterator().next());
            if (oldest != null) {
                oldest.close();
            }
        }
        // a reply goes to a node that exists, so none is to be made for it
        Sender opened = open(SenderOptions.of(to).capabilities(List.of()));
        senders.put(to, opened);
        return opened;
    }

    private static boolean isUsable(Sender known) {
        LifecycleState state = known.state();
        return state != LifecycleState.CLOSING && state != LifecycleState.CLOSED;
    }

    private Sender open(SenderOptions options) {
        Sender opened = connection.openSender(options);
        try {
            return opened.awaitOpen(timeout);
        } catch (TimedOutException e) {
            opened.closeAsync(); // or it would go on trying
            throw e;
        }
    }
}
