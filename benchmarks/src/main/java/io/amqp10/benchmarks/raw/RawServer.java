package io.amqp10.benchmarks.raw;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * The server: a sink for what clients send, a source of messages on the address {@code source}, an echo on the address
 * {@code echo}. One thread serves all connections.
 */
public final class RawServer implements AutoCloseable {

    /** How often, in milliseconds, clients of a server for many connections tell that they are alive: at half its time-out. */
    public static final int HEARTBEAT_MILLIS = RawConnection.IDLE_MILLIS / 2;

    /** How many messages it lets come on each link. */
    public static final int CREDIT = RawConnection.CREDIT;

    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final int BUFFER_BYTES = 512 * 1024;
    private static final int SMALL_BUFFER_BYTES = 16 * 1024;
    private static final int BACKLOG = 1024;

    private final Selector selector;
    private final ServerSocketChannel server;
    private final String keyStore;
    private final int bufferBytes;
    private final Counters counters = new Counters();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closed;
    private int connections;

    /**
     * Listens on a free port of the loopback interface.
     *
     * @throws IOException if no port can be had
     */
    public RawServer() throws IOException {
        this("", BUFFER_BYTES);
    }

    /**
     * Listens for TLS on a free port of the loopback interface.
     *
     * @param keyStore a PKCS #12 file
     * @throws IOException if no port can be had
     */
    public RawServer(String keyStore) throws IOException {
        this(keyStore, BUFFER_BYTES);
    }

    private RawServer(String keyStore, int bufferBytes) throws IOException {
        this.keyStore = keyStore;
        this.bufferBytes = bufferBytes;
        selector = Selector.open();
        server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        thread = new Thread(this::run, "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Runs a server in a process of its own: prints {@code READY port}, then answers each line of its input, {@code stats}
     * or {@code reset}, with one line. It ends with its input.
     *
     * @param args nothing; {@code tls} and a PKCS #12 file with its key; or {@code small} for thousands of connections with
     *     small messages
     * @throws Exception if it cannot be started
     */
    public static void main(String[] args) throws Exception {
        List<String> options = List.of(args);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (RawServer peer = new RawServer(
                options.contains("tls") ? options.get(1) : "",
                options.contains("small") ? SMALL_BUFFER_BYTES : BUFFER_BYTES)) {
            out.println("READY " + peer.port());
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                out.println(line.equals("reset") ? peer.reset() : peer.stats());
            }
        }
    }

    /**
     * Returns the port.
     *
     * @return the port on the loopback interface
     */
    public int port() {
        return server.socket().getLocalPort();
    }

    /**
     * Tells what came and went since the last reset.
     *
     * @return {@code key=value} pairs
     * @throws InterruptedException if the thread is interrupted
     */
    public String stats() throws InterruptedException {
        return onServerThread(() -> {});
    }

    /**
     * Sets all counters to zero.
     *
     * @return {@code key=value} pairs after that
     * @throws InterruptedException if the thread is interrupted
     */
    public String reset() throws InterruptedException {
        return onServerThread(counters::reset);
    }

    private String onServerThread(Runnable action) throws InterruptedException {
        Queue<String> answer = new ConcurrentLinkedQueue<>();
        java.util.concurrent.CountDownLatch done = new java.util.concurrent.CountDownLatch(1);
        tasks.add(() -> {
            action.run();
            answer.add("connections=" + connections + " " + counters);
            done.countDown();
        });
        selector.wakeup();
        if (!done.await(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the raw server does not answer");
        }
        return answer.remove();
    }

    private void run() {
        long heartbeatAt = System.nanoTime() + HEARTBEAT_NANOS;
        try {
            while (!closed) {
                selector.select(1_000);
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    serve(key);
                }
                selector.selectedKeys().clear();
                if (System.nanoTime() - heartbeatAt > 0) {
                    heartbeatAt = System.nanoTime() + HEARTBEAT_NANOS;
                    heartbeats();
                }
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void serve(SelectionKey key) throws IOException {
        if (key.isAcceptable()) {
            accept();
            return;
        }
        RawConnection connection = (RawConnection) key.attachment();
        boolean alive;
        try {
            alive = (!key.isReadable() || connection.onReadable()) && connection.write();
        } catch (IOException e) {
            // A client that goes away without a word is no error of the measurement: its counts tell.
            alive = false;
        } catch (RuntimeException e) {
            counters.errors++;
            System.err.println("raw server: " + e);
            alive = false;
        }
        if (!alive) {
            connections--;
            key.channel().close();
        }
    }

    private void accept() throws IOException {
        SocketChannel socket = server.accept();
        try {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            RawChannel channel = keyStore.isEmpty() ? RawChannel.plain(socket) : TlsChannel.server(socket, keyStore);
            socket.configureBlocking(false);
            SelectionKey key = socket.register(selector, SelectionKey.OP_READ);
            RawConnection connection = new RawConnection(channel, key, counters, bufferBytes);
            key.attach(connection);
            // The first octets may have come together with the end of the handshake; no event tells of them any more.
            connection.onReadable();
            connection.write();
            connections++;
        } catch (IOException e) {
            counters.errors++;
            System.err.println("raw server: " + e);
            socket.close();
        }
    }

    private void heartbeats() throws IOException {
        for (SelectionKey key : selector.keys()) {
            if (key.isValid() && key.attachment() instanceof RawConnection connection) {
                connection.heartbeat();
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
        }
    }

    /** Ends all connections and the thread. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
