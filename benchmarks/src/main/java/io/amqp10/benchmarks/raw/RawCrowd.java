package io.amqp10.benchmarks.raw;

import io.amqp10.benchmarks.client.ClientUnderTest;
import io.amqp10.benchmarks.client.Load;
import io.amqp10.benchmarks.client.Meter;
import io.amqp10.benchmarks.client.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What many sockets can do: no client library at all, one thread, the same bursts of messages as ours with many connections. */
public final class RawCrowd implements ClientUnderTest {

    private static final int BUFFER_BYTES = 32 * 1024;
    private static final long ATTACH_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Load load;
    private final byte[] payload;
    private final Counters counters = new Counters();
    private final List<RawConnection> connections = new ArrayList<>();
    private Target target = Target.of(0, "");

    /**
     * Makes a client.
     *
     * @param load how many connections, and how large the body of a message is
     */
    public RawCrowd(Load load) {
        this.load = load;
        payload = RawMessages.data(load.bodyBytes());
    }

    @Override
    public void connect(Target to) {
        target = to;
    }

    @Override
    public void send(String address, boolean settled, Meter meter) throws IOException {
        try (Selector selector = open(address, true)) {
            long sent = 0;
            long known = 0;
            int next = 0;
            while (!meter.isStopped() || counters.acceptedIn < sent) {
                while (!meter.isStopped() && sent - counters.acceptedIn <= Load.BURST * (Load.BURSTS_UNDER_WAY - 1)) {
                    RawConnection connection = connections.get(next);
                    next = next + 1 == connections.size() ? 0 : next + 1;
                    connection.addToSend(Load.BURST);
                    connection.write();
                    sent += Load.BURST;
                    meter.sent(Load.BURST);
                }
                turn(selector);
                meter.completed(counters.acceptedIn - known);
                known = counters.acceptedIn;
            }
            end(selector);
        }
    }

    @Override
    public void receive(String address, Meter meter) throws IOException {
        try (Selector selector = open(address, false)) {
            long known = 0;
            while (!meter.isStopped()) {
                turn(selector);
                meter.completed(counters.deliveriesIn - known);
                known = counters.deliveriesIn;
            }
            end(selector);
        }
    }

    @Override
    public void sendAndReceive(String address, String replyAddress, Meter meter) {
        throw new UnsupportedOperationException("many connections send, or receive");
    }

    @Override
    public void request(String address, String replyAddress, Meter meter) {
        throw new UnsupportedOperationException("many connections send, or receive");
    }

    @Override
    public void close() {
        // Each workload has connections of its own and closes them.
    }

    private Selector open(String address, boolean sending) throws IOException {
        Selector selector = Selector.open();
        InetSocketAddress peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port());
        long giveUpAt = System.nanoTime() + ATTACH_NANOS;
        while (connections.size() < load.connections()) {
            SocketChannel socket = SocketChannel.open(peer);
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.configureBlocking(false);
            SelectionKey key = socket.register(selector, SelectionKey.OP_READ);
            RawConnection connection =
                    new RawConnection(RawChannel.plain(socket), key, counters, payload, BUFFER_BYTES, Load.BURST);
            key.attach(connection);
            connections.add(connection);
            connection.open(0, false);
            connection.write();
            turn(selector);
        }
        // Not before: what the first ones receive would keep the last ones from being opened.
        for (RawConnection connection : connections) {
            connection.attach(0, sending, address);
            connection.write();
        }
        while (sending && !connections.stream().allMatch(RawConnection::hasCredit)) {
            if (System.nanoTime() > giveUpAt) {
                throw new IOException("the peer grants no credit");
            }
            turn(selector);
        }
        return selector;
    }

    private static void turn(Selector selector) throws IOException {
        selector.select(
                key -> {
                    RawConnection connection = (RawConnection) key.attachment();
                    try {
                        if (key.isReadable() && !connection.onReadable() || !connection.write()) {
                            throw new IllegalStateException("the peer closed a connection");
                        }
                    } catch (IOException e) {
                        throw new IllegalStateException("a connection broke", e);
                    }
                },
                1);
    }

    /** Closes all in good order: a socket that is closed with unread octets takes written ones with it. */
    private void end(Selector selector) throws IOException {
        for (RawConnection connection : connections) {
            connection.close();
            connection.write();
        }
        long giveUpAt = System.nanoTime() + END_NANOS;
        while (!selector.keys().isEmpty() && System.nanoTime() < giveUpAt) {
            selector.select(
                    key -> {
                        RawConnection connection = (RawConnection) key.attachment();
                        try {
                            if (connection.onReadable()) {
                                connection.write();
                            } else {
                                key.channel().close();
                            }
                        } catch (IOException e) {
                            throw new IllegalStateException("a connection broke while it was closed", e);
                        }
                    },
                    10);
        }
        if (!selector.keys().isEmpty()) {
            throw new IOException("the peer leaves " + selector.keys().size() + " connections open");
        }
    }
}
