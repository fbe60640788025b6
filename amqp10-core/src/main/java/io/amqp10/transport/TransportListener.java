package io.amqp10.transport;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/** A port that takes connections. Its methods are safe for any thread. */
public final class TransportListener {

    private final Channel channel;
    private final InetSocketAddress address;
    private final Admission admission;

    TransportListener(Channel channel, Admission admission) {
        this.channel = channel;
        this.address = (InetSocketAddress) channel.localAddress();
        this.admission = admission;
    }

    /**
     * Returns where it listens.
     *
     * @return the bound address
     */
    public InetSocketAddress localAddress() {
        return address;
    }

    /**
     * Returns the port.
     *
     * @return the bound port, never 0
     */
    public int port() {
        return address.getPort();
    }

    /**
     * Returns how many connections there are, those without an engine counted.
     *
     * @return the number
     */
    public int connections() {
        return admission.connections();
    }

    /**
     * Stops listening, and drops connections that have no engine yet. Those that have one are left to its owner. May be
     * called again.
     *
     * @return what completes when the port is free; never fails
     */
    public CompletableFuture<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        channel.close().addListener(done -> {
            admission.dropHandshakes();
            closed.complete(null);
        });
        return closed;
    }
}
