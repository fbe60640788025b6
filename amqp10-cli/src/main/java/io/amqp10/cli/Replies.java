package io.amqp10.cli;

import io.amqp10.Connection;
import io.amqp10.Message;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
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
        return sender(to).send(addressed, timeout).await(timeout);
    }

    private Sender sender(String to) {
        if (connection.remoteOfferedCapabilities().contains(RELAY)) {
            if (relay == null) {
                relay = connection.openSender(SenderOptions.anonymous()).awaitOpen(timeout);
            }
            return relay;
        }
        Sender known = senders.get(to);
        if (known != null) {
            return known;
        }
        if (senders.size() >= LINKS) {
            Sender oldest = senders.remove(senders.keySet().iterator().next());
            if (oldest != null) {
                oldest.close();
            }
        }
        // a reply goes to a node that exists, so none is to be made for it
        Sender opened = connection
                .openSender(SenderOptions.of(to).capabilities(List.of()))
                .awaitOpen(timeout);
        senders.put(to, opened);
        return opened;
    }
}
