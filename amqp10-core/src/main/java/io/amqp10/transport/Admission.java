package io.amqp10.transport;

import io.netty.channel.Channel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts a listener's connections and says when there are too many. Safe for any thread. */
final class Admission {

    private static final long TELL_AGAIN_NANOS = 10_000_000_000L;
    private static final long NEVER = Long.MIN_VALUE;

    private final int maxConnections;
    private final int maxHandshakes;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong lastTold = new AtomicLong(NEVER);
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
            return "there are " + maxConnections + " connections already, as many as maxConnections allows";
        }
        if (handshakes.size() >= maxHandshakes) {
            connections.decrementAndGet();
            return maxHandshakes + " connections have not sent their open yet, as many as maxHandshakes allows";
        }
        handshakes.add(channel);
        channel.closeFuture().addListener(done -> {
            handshakes.remove(channel);
            connections.decrementAndGet();
        });
        return null;
    }

    /** Tells whether somebody should read that a channel was not let in: the first time, and then now and then. */
    boolean isToBeTold(long nowNanos) {
        long last = lastTold.get();
        return (last == NEVER || nowNanos - last > TELL_AGAIN_NANOS) && lastTold.compareAndSet(last, nowNanos);
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
