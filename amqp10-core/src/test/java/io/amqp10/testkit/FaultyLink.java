package io.amqp10.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on 127.0.0.1 that breaks on demand. "Up" is from the client to the server. Faults hold for the
 * connections that are open and for those still to come, until {@link #heal()}. All methods may be called from any
 * thread.
 */
public final class FaultyLink implements AutoCloseable {

    private static final System.Logger LOGGER = System.getLogger(FaultyLink.class.getName());
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final int NEVER = -1;

    private final InetSocketAddress target;
    private final int port;
    private final int number = NUMBERS.incrementAndGet();
    private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicLong bytesUp = new AtomicLong();
    private final AtomicLong bytesDown = new AtomicLong();

    /** Guards what follows; notified whenever a stall ends. */
    private final Object lock = new Object();

    private @Nullable ServerSocket server;
    private @Nullable Thread acceptor;
    private boolean stalledUp;
    private boolean stalledDown;
    private long cutUpAfter = NEVER;
    private long cutDownAfter = NEVER;
    private boolean closed;

    private FaultyLink(InetSocketAddress target) {
        this.target = target;
        this.port = FreePorts.next();
        listen();
    }

    /**
     * Starts a link to a port of 127.0.0.1.
     *
     * @param port where to pass connections on to
     * @return the link, listening
     */
    public static FaultyLink to(int port) {
        return new FaultyLink(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /**
     * Returns where this link listens.
     *
     * @return the port, the same for the link's whole life
     */
    public int port() {
        return port;
    }

    /**
     * Returns how many connections were accepted so far.
     *
     * @return the count
     */
    public int accepted() {
        return accepted.get();
    }

    /**
     * Returns how many connections are open now.
     *
     * @return the count
     */
    public int open() {
        return pairs.size();
    }

    /**
     * Returns how many bytes were passed on from clients to the server so far.
     *
     * @return the count
     */
    public long bytesUp() {
        return bytesUp.get();
    }

    /**
     * Returns how many bytes were passed on from the server to clients so far.
     *
     * @return the count
     */
    public long bytesDown() {
        return bytesDown.get();
    }

    /** Closes all open connections both ways. */
    public void cut() {
        breakAll(false);
    }

    /** Ends all open connections by a reset, as the kernel does for a process that was killed with data unread. */
    public void reset() {
        breakAll(true);
    }

    /** Not those that a quick client makes meanwhile in their place. */
    private void breakAll(boolean abruptly) {
        List.copyOf(pairs).forEach(pair -> pair.end(abruptly));
    }

    /** Holds back what clients send; connections stay open. */
    public void stallUp() {
        synchronized (lock) {
            stalledUp = true;
        }
    }

    /** Holds back what the server sends; connections stay open. */
    public void stallDown() {
        synchronized (lock) {
            stalledDown = true;
        }
    }

    /** Holds back everything, as a cable that was pulled. */
    public void stallBoth() {
        synchronized (lock) {
            stalledUp = true;
            stalledDown = true;
        }
    }

    /**
     * Passes on so many more bytes from clients to the server, and then resets the connection that brought the last of
     * them. Happens once.
     *
     * @param bytes how many, at least 1
     */
    public void cutAfterUp(long bytes) {
        synchronized (lock) {
            cutUpAfter = bytes;
        }
    }

    /**
     * Passes on so many more bytes from the server to clients, and then resets the connection that brought the last of
     * them. Happens once.
     *
     * @param bytes how many, at least 1
     */
    public void cutAfterDown(long bytes) {
        synchronized (lock) {
            cutDownAfter = bytes;
        }
    }

    /** Refuses connections from now on: nobody listens on the port. Open ones stay. */
    public void refuse() {
        Thread accepting;
        synchronized (lock) {
            ServerSocket listening = server;
            accepting = acceptor;
            server = null;
            closeQuietly(listening);
        }
        // The kernel goes on listening until a thread that waits in accept has come back from it.
        try {
            if (accepting != null) {
                accepting.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends every fault: passes on what was held back, and listens. */
    public void heal() {
        synchronized (lock) {
            stalledUp = false;
            stalledDown = false;
            cutUpAfter = NEVER;
            cutDownAfter = NEVER;
            lock.notifyAll();
            if (server == null && !closed) {
                listen();
            }
        }
    }

    /** Stops listening and ends all connections. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        refuse();
        cut();
        heal();
    }

    private void listen() {
        synchronized (lock) {
            try {
                ServerSocket listening = new ServerSocket();
                listening.setReuseAddress(true);
                listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                server = listening;
                acceptor = start("accept", () -> acceptFrom(listening));
            } catch (IOException e) {
                throw new UncheckedIOException("the faulty link cannot listen on " + port, e);
            }
        }
    }

    private void acceptFrom(ServerSocket listening) {
        while (!listening.isClosed()) {
            Socket client;
            try {
                client = listening.accept();
            } catch (IOException e) {
                LOGGER.log(System.Logger.Level.DEBUG, "no longer listening on " + port, e);
                return;
            }
            accepted.incrementAndGet();
            connect(client);
        }
    }

    private void connect(Socket client) {
        try {
            Socket upstream = new Socket();
            upstream.connect(target);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            Pair pair = new Pair(client, upstream);
            pairs.add(pair);
            start("up", () -> pair.pass(true));
            start("down", () -> pair.pass(false));
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "nobody listens at " + target, e);
            resetQuietly(client);
        }
    }

    private Thread start(String what, Runnable task) {
        Thread thread = new Thread(task, "faulty-link-" + number + "-" + what);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Waits while this direction is stalled, then says how many of the bytes may pass. */
    private Passage admit(boolean up, int offered, Pair pair) throws IOException {
        synchronized (lock) {
            while ((up ? stalledUp : stalledDown) && !closed && !pair.ended) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted", e);
                }
            }
            if (pair.ended) {
                throw new IOException("the connection ended while this was held back");
            }
            long limit = up ? cutUpAfter : cutDownAfter;
            if (limit == NEVER) {
                return new Passage(offered, false);
            }
            boolean cut = limit <= offered;
            long left = cut ? NEVER : limit - offered;
            if (up) {
                cutUpAfter = left;
            } else {
                cutDownAfter = left;
            }
            return new Passage(cut ? (int) limit : offered, cut);
        }
    }

    private record Passage(int bytes, boolean thenReset) {}

    private static void closeQuietly(@Nullable Closeable socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                LOGGER.log(System.Logger.Level.DEBUG, "close", e);
            }
        }
    }

    private static void resetQuietly(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "linger", e);
        }
        closeQuietly(socket);
    }

    /** A client's connection and the one to the server that belongs to it. */
    private final class Pair {
        private final Socket client;
        private final Socket upstream;
        private final AtomicInteger finished = new AtomicInteger();
        private volatile boolean ended;

        Pair(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        void pass(boolean up) {
            Socket from = up ? client : upstream;
            Socket to = up ? upstream : client;
            AtomicLong count = up ? bytesUp : bytesDown;
            byte[] buffer = new byte[16 * 1024];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    Passage passage = admit(up, read, this);
                    // first, so that who has seen a byte arrive also sees it counted
                    count.addAndGet(passage.bytes());
                    out.write(buffer, 0, passage.bytes());
                    if (passage.thenReset()) {
                        end(true);
                        return;
                    }
                }
                to.shutdownOutput();
                if (finished.incrementAndGet() == 2) {
                    end(false);
                }
            } catch (IOException e) {
                if (!ended) {
                    LOGGER.log(System.Logger.Level.DEBUG, "one side broke, so the other breaks too", e);
                    end(true);
                }
            }
        }

        void end(boolean abruptly) {
            synchronized (lock) {
                ended = true;
                pairs.remove(this);
                lock.notifyAll();
            }
            for (Socket socket : List.of(client, upstream)) {
                if (abruptly) {
                    resetQuietly(socket);
                } else {
                    closeQuietly(socket);
                }
            }
        }
    }
}
