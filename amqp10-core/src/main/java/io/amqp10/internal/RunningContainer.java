package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.ClosedException;
import io.amqp10.Connection;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.ContainerOptions;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.MessagingHandler;
import io.amqp10.MetricsCollector;
import io.amqp10.transport.Amqp10Transport;
import io.amqp10.transport.ClientTransportOptions;
import io.amqp10.transport.EngineFactory;
import io.amqp10.transport.EventLoops;
import io.amqp10.transport.Transport;
import io.amqp10.transport.TransportListener;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A container with its threads, connections and listeners. */
final class RunningContainer implements Container {

    private static final Logger LOG = LoggerFactory.getLogger(RunningContainer.class);
    private static final long IDLE_THREAD_SECONDS = 10;
    private static final long THREADS_STOP_SECONDS = 5;

    private final ContainerOptions options;
    private final MetricsCollector metrics;
    private final EventLoops loops;
    private final @Nullable ExecutorService ownExecutor;
    private final Executor executor;
    private final SerialDispatcher dispatcher;
    private final AtomicInteger connectionNumber = new AtomicInteger();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<LiveConnection> connections = new LinkedHashSet<>();
    private final Set<BoundListener> listeners = new LinkedHashSet<>();
    private final PeerLinks peerLinks = new PeerLinks();
    private final SoleConnections soleConnections = new SoleConnections();
    private boolean closed;

    /** Everything is closed, or will not be waited for any longer. */
    private boolean ended;

    RunningContainer(ContainerOptions options) {
        this.options = options;
        this.metrics = GuardedMetrics.of(options.metrics());
        this.loops = EventLoops.create(options.ioThreads());
        Executor given = options.executor();
        this.ownExecutor = given == null ? newExecutor() : null;
        this.executor = given != null ? given : ownExecutorOrFail();
        this.dispatcher = new SerialDispatcher(executor, loops.next());
        MessagingHandler handler = options.handler();
        if (handler != null) {
            dispatcher.execute(() -> handler.onStart(this));
        }
    }

    private Executor ownExecutorOrFail() {
        ExecutorService own = ownExecutor;
        if (own == null) {
            throw new AssertionError("neither an executor given nor one made");
        }
        return own;
    }

    private static ExecutorService newExecutor() {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_THREAD_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "amqp10-callback-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    // --- for its connections

    SoleConnections soleConnections() {
        return soleConnections;
    }

    PeerLinks peerLinks() {
        return peerLinks;
    }

    Executor executor() {
        return executor;
    }

    @Nullable
    MessagingHandler handler() {
        return options.handler();
    }

    MetricsCollector metrics() {
        return metrics;
    }

    String nextConnectionName(String direction) {
        return options.id() + "-" + direction + "-" + connectionNumber.incrementAndGet();
    }

    CompletableFuture<Transport> connect(EventLoop loop, ClientTransportOptions where, EngineFactory engines) {
        return Amqp10Transport.connect(loops, loop, where, engines);
    }

    TransportListener bind(ListenOptions listenOptions) {
        try {
            return Amqp10Transport.listen(
                            loops,
                            Settings.server(listenOptions),
                            (transport, output, now) -> InboundConnection.accept(
                                    this, transport.loop(), listenOptions, transport, output, now),
                            failure -> LOG.debug("a peer did not get to a connection: {}", failure.getMessage()))
                    .join();
        } catch (CompletionException e) {
            throw Errors.fromTransport(e, listenOptions.endpoint());
        }
    }

    /** Takes note of a connection; false if the container is closed and does not want it. */
    boolean add(LiveConnection connection) {
        lock.lock();
        try {
            return !closed && connections.add(connection);
        } finally {
            lock.unlock();
        }
    }

    void remove(LiveConnection connection) {
        lock.lock();
        try {
            connections.remove(connection);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void remove(BoundListener listener) {
        lock.lock();
        try {
            listeners.remove(listener);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // --- the API

    @Override
    public String id() {
        return options.id();
    }

    @Override
    public Connection connect(ConnectionOptions connectionOptions) {
        Checked.map("properties", connectionOptions.properties());
        OpenSize.check(connectionOptions.session());
        connectionOptions
                .endpoints()
                .forEach(endpoint -> OpenSize.check(Settings.open(options.id(), connectionOptions, endpoint)));
        EventLoop loop = loops.next();
        OutboundConnection connection = new OutboundConnection(this, loop, connectionOptions);
        if (!add(connection)) {
            throw closedError();
        }
        connection.start();
        return connection;
    }

    @Override
    public Listener listen(ListenOptions listenOptions) {
        Blocking.check();
        checkOpen();
        Checked.map("properties", listenOptions.properties());
        OpenSize.check(Settings.open(options.id(), listenOptions));
        OpenSize.check(listenOptions.sessionOptions());
        BoundListener listener;
        try {
            listener = BoundListener.bind(this, listenOptions);
        } catch (RejectedExecutionException e) {
            throw closedError(); // it was closed in this very moment
        }
        lock.lock();
        try {
            if (!closed) {
                listeners.add(listener);
                return listener;
            }
        } finally {
            lock.unlock();
        }
        listener.close();
        throw closedError();
    }

    private void checkOpen() {
        lock.lock();
        try {
            if (closed) {
                throw closedError();
            }
        } finally {
            lock.unlock();
        }
    }

    private ClosedException closedError() {
        return Errors.closed("the container " + options.id());
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        EventLoop loop = loops.next();
        return schedule(loop, delay, () -> new LooseTask(executor, loop, task).start());
    }

    @Override
    public Timer schedule(Duration delay, MessagingHandler handler) {
        return schedule(loops.next(), delay, () -> dispatcher.execute(() -> handler.onTimer(this)));
    }

    private Timer schedule(EventLoop loop, Duration delay, Runnable whenDue) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("a delay must not be negative: " + delay);
        }
        checkOpen();
        try {
            var future = loop.schedule(whenDue, Blocking.nanos(delay), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            throw closedError(); // it was closed in this very moment
        }
    }

    @Override
    public List<Connection> connections() {
        lock.lock();
        try {
            // one that has just closed is kept until its handlers know, for those who wait in run
            return connections.stream()
                    .filter(connection -> !connection.isOver())
                    .map(Connection.class::cast)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        Blocking.check();
        lock.lock();
        try {
            // A handler may have closed it, whose connection closes when the handler has returned.
            while (!ended && !(connections.isEmpty() && listeners.isEmpty())) {
                changed.await();
            }
        } catch (InterruptedException e) {
            throw Blocking.interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        Blocking.check();
        List<LiveConnection> open;
        List<BoundListener> bound;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            open = List.copyOf(connections);
            bound = List.copyOf(listeners);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        bound.forEach(BoundListener::close);
        open.forEach(LiveConnection::startShutdown);
        if (open.stream().anyMatch(LiveConnection::isHandling)) {
            // Its connection closes when the handler has returned, and needs the threads until then.
            new Thread(() -> finishClosing(open), "amqp10-closing-" + options.id()).start();
        } else {
            finishClosing(open);
        }
    }

    private void finishClosing(List<LiveConnection> open) {
        for (LiveConnection connection : open) {
            try {
                connection.awaitClosed();
            } catch (Amqp10Exception e) {
                LOG.warn("closing {}: {}", connection, e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("closing {}", connection, e); // the threads must end all the same
            }
        }
        loops.close();
        awaitLoops();
        stopExecutor();
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What the loops still have to tell needs the executor. */
    private void awaitLoops() {
        try {
            loops.terminated().get(THREADS_STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the event loops of container {} have not ended yet", options.id());
        }
    }

    private void stopExecutor() {
        ExecutorService own = ownExecutor;
        if (own == null) {
            return;
        }
        own.shutdown();
        try {
            if (!Thread.currentThread().getName().startsWith("amqp10-callback-")
                    && !own.awaitTermination(THREADS_STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("handlers of container {} are still running", options.id());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
