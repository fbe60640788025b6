package io.amqp10.transport;

import io.netty.channel.Channel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts a listener's connections and says when there are too many. Safe for any thread. */
final class Admission {

    private final int maxConnections;
    private final int maxHandshakes;
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<Channel> handshakes = ConcurrentHashMap.newKeySet();

    Admission(int maxConnections, int maxHandshakes) {
        this.maxConnections = maxConnections;
        this.maxHandshakes = maxHandshakes;
    }

    /** Lets a new channel in, or says why not. */
    @Nullable
    String admit(Channel channel) {
        if (connections.incrementAndGet() > maxConnections) {
            connections.decrementAndGet();
            return "there are " + maxConnections + " connections already";
        }
        if (handshakes.size() >= maxHandshakes) {
            connections.decrementAndGet();
            return maxHandshakes + " connections have not sent their open yet";
        }
        handshakes.add(channel);
        channel.closeFuture().addListener(done -> {
            handshakes.remove(channel);
            connections.decrementAndGet();
        });
        return null;
    }

    void handshakeDone(Channel channel) {
        handshakes.remove(channel);
    }

    int connections() {
        return connections.get();
    }

    void dropHandshakes() {
        handshakes.forEach(Channel::close);
    }
}
