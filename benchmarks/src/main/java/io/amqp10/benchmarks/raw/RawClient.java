package io.amqp10.benchmarks.raw;

import io.amqp10.benchmarks.client.ClientUnderTest;
import io.amqp10.benchmarks.client.Meter;
import io.amqp10.benchmarks.client.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What a socket can do: no client library at all, one thread, frames encoded beforehand. */
public final class RawClient implements ClientUnderTest {

    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final byte[] payload;
    private final boolean arrays;
    private Target target = Target.of(0, "");

    /**
     * Makes a client.
     *
     * @param bodyBytes how large the body of its messages is
     */
    public RawClient(int bodyBytes) {
        this(bodyBytes, false);
    }

    /**
     * Makes a client.
     *
     * @param bodyBytes how large the body of its messages is
     * @param arrays whether it does what every library for Java has to: takes each message that it sends from an array in the
     *     heap, and gives each that comes an array of its own
     */
    public RawClient(int bodyBytes, boolean arrays) {
        payload = RawMessages.data(bodyBytes);
        this.arrays = arrays;
    }

    @Override
    public void connect(Target to) {
        target = to;
    }

    /**
     * Sends a number of messages and waits until all are accepted.
     *
     * @param address where to
     * @param number how many
     * @throws IOException if that fails
     */
    public void fill(String address, long number) throws IOException {
        Counters counters = new Counters();
        run(
                counters,
                connection -> {
                    connection.open(number, false);
                    connection.attach(0, true, address);
                },
                connection -> counters.acceptedIn < number);
    }

    @Override
    public void send(String address, boolean settled, Meter meter) throws IOException {
        Counters counters = new Counters();
        long[] known = new long[2];
        run(
                counters,
                connection -> {
                    connection.open(Long.MAX_VALUE, settled);
                    connection.attach(0, true, address);
                },
                connection -> {
                    long completed = settled ? counters.deliveriesOut : counters.acceptedIn;
                    meter.sent(counters.deliveriesOut - known[0]);
                    meter.completed(completed - known[1]);
                    known[0] = counters.deliveriesOut;
                    known[1] = completed;
                    if (!meter.isStopped()) {
                        return true;
                    }
                    connection.setToSend(0);
                    return completed < counters.deliveriesOut;
                });
    }

    @Override
    public void receive(String address, Meter meter) throws IOException {
        Counters counters = new Counters();
        long[] known = new long[1];
        run(
                counters,
                connection -> {
                    connection.open(0, false);
                    connection.attach(0, false, address);
                },
                connection -> {
                    if (arrays && counters.deliveriesIn > 0 && connection.received().length != payload.length) {
                        throw new IllegalStateException("not the message that was sent");
                    }
                    meter.completed(counters.deliveriesIn - known[0]);
                    known[0] = counters.deliveriesIn;
                    return !meter.isStopped();
                });
    }

    @Override
    public void sendAndReceive(String address, String replyAddress, Meter meter) throws IOException {
        Counters counters = new Counters();
        long[] known = new long[1];
        run(
                counters,
                connection -> {
                    connection.open(TO_AND_FRO, false);
                    connection.attach(0, false, replyAddress);
                    connection.attach(1, true, address);
                },
                connection -> {
                    long back = counters.deliveriesIn - known[0];
                    known[0] = counters.deliveriesIn;
                    meter.completed(back);
                    if (meter.isStopped()) {
                        connection.setToSend(0);
                        if (counters.deliveriesOut > counters.deliveriesIn) {
                            return true;
                        }
                        meter.sent(counters.deliveriesOut);
                        return false;
                    }
                    connection.addToSend(back);
                    return true;
                });
    }

    @Override
    public void request(String address, String replyAddress, Meter meter) throws IOException {
        Counters counters = new Counters();
        long[] started = {System.nanoTime()};
        long[] replies = new long[1];
        run(
                counters,
                connection -> {
                    connection.open(1, false);
                    connection.attach(0, false, replyAddress);
                    connection.attach(1, true, address);
                },
                connection -> {
                    if (counters.deliveriesIn > replies[0]) {
                        replies[0] = counters.deliveriesIn;
                        long now = System.nanoTime();
                        meter.sent(1);
                        meter.latency(now - started[0]);
                        started[0] = now;
                        connection.setToSend(1);
                    }
                    return !meter.isStopped();
                });
    }

    @Override
    public void close() {
        // Each workload has a connection of its own and closes it.
    }

    private interface Turn {

        /** Returns whether to go on. */
        boolean after(RawConnection connection);
    }

    private void run(Counters counters, Consumer<RawConnection> setUp, Turn turn) throws IOException {
        try (Selector selector = Selector.open();
                SocketChannel socket =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port()))) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            RawChannel channel =
                    target.tls() ? TlsChannel.client(socket, target.trustStore()) : RawChannel.plain(socket);
            socket.configureBlocking(false);
            SelectionKey key = socket.register(selector, SelectionKey.OP_READ);
            RawConnection connection = new RawConnection(channel, key, counters, payload, arrays);
            setUp.accept(connection);
            connection.write();
            loop(selector, key, connection, () -> turn.after(connection));
            end(selector, connection);
        }
    }

    /** Closes, and waits for the peer to do so: a socket that is closed with unread octets takes written ones with it. */
    private static void end(Selector selector, RawConnection connection) throws IOException {
        connection.close();
        long giveUpAt = System.nanoTime() + CLOSE_NANOS;
        boolean written = false;
        boolean open = true;
        while (open && System.nanoTime() < giveUpAt) {
            written = written || !connection.write();
            selector.select(10);
            selector.selectedKeys().clear();
            open = connection.onReadable();
        }
    }

    private static void loop(Selector selector, SelectionKey key, RawConnection connection, BooleanSupplier goOn)
            throws IOException {
        long heartbeatAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (true) {
            selector.select(10);
            selector.selectedKeys().clear();
            if (key.isReadable() && !connection.onReadable()) {
                throw new IOException("the peer ended the connection");
            }
            if (!goOn.getAsBoolean()) {
                return;
            }
            if (System.nanoTime() > heartbeatAt) {
                heartbeatAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
                connection.heartbeat();
            }
            if (!connection.write()) {
                throw new IOException("the peer closed the connection");
            }
        }
    }
}
