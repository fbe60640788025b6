package io.amqp10.transport;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.ThreadExecutorMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The threads that connections live on: event loops, on epoll where the native library is present and else on NIO, and a
 * few threads for what would block them (names, passwords, certificates). All are daemons; event loops are named
 * {@code amqp10-io-N}.
 *
 * <p>Whoever makes or takes an instance owns a share of it and must {@linkplain #close() close} it once. The shared instance
 * ends with its last share and begins anew when it is next taken.
 */
public final class EventLoops implements AutoCloseable {

    private static final int RESOLVER_THREADS = 4;

    /** So many that some slow answers of an application, also about certificates, do not keep others out. */
    private static final int AUTHENTICATOR_THREADS = 16;

    private static final long IDLE_SECONDS = 10;
    private static final long SHUTDOWN_SECONDS = 5;

    private static final Object SHARED_LOCK = new Object();
    private static @Nullable Pool sharedPool;

    private final Pool pool;
    private boolean closed;

    private EventLoops(Pool pool) {
        this.pool = pool;
    }

    /**
     * Makes event loops of its own.
     *
     * @param threads how many event loops, at least 1
     * @return the event loops
     * @throws IllegalArgumentException if there are to be none
     */
    public static EventLoops create(int threads) {
        return new EventLoops(new Pool(threads, nativeIsPresent()));
    }

    /** Makes event loops on NIO even where epoll is present. */
    static EventLoops createNio(int threads) {
        return new EventLoops(new Pool(threads, false));
    }

    /**
     * Takes a share of the event loops that all share: as many as there are processors.
     *
     * @return the event loops
     */
    public static EventLoops shared() {
        synchronized (SHARED_LOCK) {
            Pool pool = sharedPool;
            if (pool == null) {
                pool = new Pool(Runtime.getRuntime().availableProcessors(), nativeIsPresent());
                sharedPool = pool;
            }
            pool.users++;
            return new EventLoops(pool);
        }
    }

    /** Returns how many shares of the shared instance are taken. */
    static int sharedUsers() {
        synchronized (SHARED_LOCK) {
            return sharedPool == null ? 0 : sharedPool.users;
        }
    }

    /**
     * Returns the event loops.
     *
     * @return the group, not to be shut down by the caller
     */
    public EventLoopGroup group() {
        return pool.group;
    }

    /**
     * Returns one of the event loops, each in its turn.
     *
     * @return an event loop
     */
    public EventLoop next() {
        return pool.group.next();
    }

    /**
     * Tells whether they are on epoll.
     *
     * @return true for epoll, false for NIO
     */
    public boolean isNative() {
        return pool.epoll;
    }

    /** Returns where to ask for the addresses of names. */
    Executor resolver() {
        return pool.resolver;
    }

    /** Returns where to compute and check credentials. */
    Executor authenticator() {
        return pool.authenticator;
    }

    /** Returns where to do what a TLS handshake needs long for, which must not wait behind logins that are checked. */
    Executor tlsTasks() {
        return pool.tlsTasks;
    }

    Class<? extends SocketChannel> channelType() {
        return pool.epoll ? NativeIo.channelType() : NioSocketChannel.class;
    }

    Class<? extends ServerSocketChannel> serverChannelType() {
        return pool.epoll ? NativeIo.serverChannelType() : NioServerSocketChannel.class;
    }

    /**
     * Returns what completes when the threads have ended, which begins when the last share is closed.
     *
     * @return a future that never fails
     */
    public CompletableFuture<Void> terminated() {
        return pool.terminated;
    }

    /** Gives the share back, without waiting. Connections that still live are broken when the last share is given back. */
    @Override
    public void close() {
        synchronized (SHARED_LOCK) {
            if (closed) {
                return;
            }
            closed = true;
            pool.users--;
            if (pool == sharedPool) {
                if (pool.users > 0) {
                    return;
                }
                sharedPool = null;
            }
        }
        pool.shutdown();
    }

    /** How a thread waits that does not run an event loop. */
    @FunctionalInterface
    public interface Parking {

        /**
         * Waits for the same as the caller.
         *
         * @param nanos for so long at most, not at all if that is not positive
         * @throws InterruptedException if the thread is interrupted
         */
        void await(long nanos) throws InterruptedException;
    }

    /**
     * Waits for something that an event loop brings. A thread that often does so for a short time may run the loop itself
     * meanwhile, which spares waking threads; not a virtual thread, nor on NIO.
     *
     * @param loop one of these event loops
     * @param done tells whether it is there; on the calling thread, which may be the event loop at the time
     * @param nanos for so long at most
     * @param otherwise waits where the calling thread does not run the loop, or has run it for as long as it may
     * @throws InterruptedException if the thread is interrupted, which is noticed after 20 ms at the latest
     */
    public static void await(EventLoop loop, BooleanSupplier done, long nanos, Parking otherwise)
            throws InterruptedException {
        if (loop instanceof LendableEventLoop lendable) {
            lendable.await(done, nanos, otherwise);
        } else {
            otherwise.await(nanos);
        }
    }

    /**
     * Leaves something to an event loop's own thread, if the caller is a thread of the application that runs the loop in its
     * place. What the application gave, such as an executor, may note which thread calls it.
     *
     * @param task what to do
     * @return whether it will be done there; else the caller is to do it
     */
    public static boolean leaveToOwnThread(Runnable task) {
        return ThreadExecutorMap.currentExecutor() instanceof LendableEventLoop loop && loop.leaveToOwnThread(task);
    }

    /**
     * Has an event loop run by its own thread only, from now on. What the application does there could be interrupted with a
     * thread of its own, which has nothing to do with it.
     *
     * @param loop one of these event loops
     */
    public static void keepToOwnThread(EventLoop loop) {
        if (loop instanceof LendableEventLoop lendable) {
            lendable.keep();
        }
    }

    private static boolean nativeIsPresent() {
        try {
            return NativeIo.isAvailable();
        } catch (LinkageError e) {
            // The module of Netty that knows epoll is optional.
            return false;
        }
    }

    /** What must not be loaded where the module that knows epoll is absent. */
    private static final class NativeIo {

        static boolean isAvailable() {
            return Epoll.isAvailable();
        }

        static IoHandlerFactory factory() {
            return EpollIoHandler.newFactory();
        }

        static Class<? extends SocketChannel> channelType() {
            return EpollSocketChannel.class;
        }

        static Class<? extends ServerSocketChannel> serverChannelType() {
            return EpollServerSocketChannel.class;
        }
    }

    /** One set of threads. */
    private static final class Pool {

        private final boolean epoll;
        private final EventLoopGroup group;
        private final ThreadPoolExecutor resolver = blocking("amqp10-resolver", RESOLVER_THREADS);
        private final ThreadPoolExecutor authenticator = blocking("amqp10-auth", AUTHENTICATOR_THREADS);
        private final ThreadPoolExecutor tlsTasks = blocking("amqp10-tls", AUTHENTICATOR_THREADS);
        private final CompletableFuture<Void> terminated = new CompletableFuture<>();
        private int users;

        Pool(int threads, boolean epoll) {
            if (threads < 1) {
                throw new IllegalArgumentException("there must be at least 1 event loop, not " + threads);
            }
            this.epoll = epoll;
            IoHandlerFactory io = epoll ? NativeIo.factory() : NioIoHandler.newFactory();
            this.group = epoll
                    ? new LendableLoops(threads, io)
                    : new MultiThreadIoEventLoopGroup(threads, new LoopThreads(), io);
        }

        void shutdown() {
            group.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS)
                    .addListener(done -> terminated.complete(null));
            resolver.shutdown();
            authenticator.shutdown();
            tlsTasks.shutdown();
        }

        private static ThreadPoolExecutor blocking(String name, int threads) {
            ThreadPoolExecutor executor = new ThreadPoolExecutor(
                    threads,
                    threads,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    new ThreadsOfTheirOwn(name));
            executor.allowCoreThreadTimeOut(true);
            return executor;
        }
    }

    /** Makes daemons that inherit no thread-locals of whoever happens to need the first one. */
    private record ThreadsOfTheirOwn(String name, AtomicInteger number) implements ThreadFactory {

        ThreadsOfTheirOwn(String name) {
            this(name, new AtomicInteger());
        }

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(null, task, name + "-" + number.incrementAndGet(), 0, false);
            thread.setDaemon(true);
            return thread;
        }
    }

    /** Loops that those who wait may run. */
    private static final class LendableLoops extends MultiThreadIoEventLoopGroup {

        LendableLoops(int threads, IoHandlerFactory io) {
            super(threads, new LoopThreads(), io);
        }

        @Override
        protected IoEventLoop newChild(Executor executor, IoHandlerFactory io, Object... arguments) {
            return new LendableEventLoop(this, executor, io, LendableEventLoop.FIRST_PRICE);
        }
    }

    /** Names the loops {@code amqp10-io-1}, {@code amqp10-io-2} and so on, and gives them Netty's fast thread-locals. */
    private static final class LoopThreads implements ThreadFactory {

        private static final AtomicInteger NUMBER = new AtomicInteger();

        private final ThreadFactory threads = new DefaultThreadFactory("amqp10-io", true);

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = threads.newThread(task);
            thread.setName("amqp10-io-" + NUMBER.incrementAndGet());
            return thread;
        }
    }
}
