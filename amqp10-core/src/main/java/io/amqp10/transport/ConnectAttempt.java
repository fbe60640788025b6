package io.amqp10.transport;

import io.amqp10.transport.TransportException.Kind;
import io.amqp10.transport.TransportException.Stage;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect to one host, with one deadline for all of it. The name is resolved and keys are loaded on threads
 * that may block; the rest happens on event loops.
 */
final class ConnectAttempt {

    private final EventLoops loops;
    private final EventLoop loop;
    private final ClientTransportOptions options;
    private final EngineFactory engines;
    private final String peer;
    private final long deadlineNanos;
    private final CompletableFuture<Transport> result = new CompletableFuture<>();

    // Written by one thread at a time, each after the one before has handed on.
    private volatile boolean resolved;
    private volatile @Nullable Channel current;
    private volatile @Nullable Handshake handshake;
    private volatile @Nullable TransportException lastFailure;

    ConnectAttempt(EventLoops loops, EventLoop loop, ClientTransportOptions options, EngineFactory engines) {
        this.loops = loops;
        this.loop = loop;
        this.options = options;
        this.engines = engines;
        this.peer = options.hostAndPort();
        this.deadlineNanos = System.nanoTime() + TimeUnit.NANOSECONDS.convert(options.connectTimeout());
    }

    CompletableFuture<Transport> start() {
        try {
            Future<?> timer = loop.schedule(this::resolvingTimedOut, remainingNanos(), TimeUnit.NANOSECONDS);
            result.whenComplete((transport, failure) -> {
                timer.cancel(false);
                Channel channel = current;
                if (result.isCancelled() && channel != null) {
                    channel.close();
                }
            });
            loops.resolver().execute(this::prepare);
        } catch (RejectedExecutionException e) {
            fail(shutDown(Stage.RESOLVE, e));
        }
        return result;
    }

    private static TransportException shutDown(Stage stage, @Nullable Throwable cause) {
        return new TransportException(Kind.CLOSED_HERE, stage, "the event loops have been shut down", cause);
    }

    private void fail(TransportException failure) {
        result.completeExceptionally(failure);
    }

    private long remainingNanos() {
        return Math.max(1, deadlineNanos - System.nanoTime());
    }

    private void resolvingTimedOut() {
        // After this stage there is a channel, whose handshake has the same deadline and knows what did not end.
        if (!resolved) {
            String message = "no connection to " + peer + " after "
                    + options.connectTimeout().toMillis() + " ms: " + Stage.RESOLVE.text() + " did not end";
            fail(new TransportException(Kind.TIMED_OUT, Stage.RESOLVE, message, null));
        }
    }

    private void prepare() {
        try {
            TlsSettings tls = options.tls();
            SslContext context = tls == null ? null : TlsSetup.clientContext(tls);
            ProxySettings proxy = options.proxy();
            if (options.webSocket() != null) {
                OptionalParts.WEB_SOCKET.require();
            }
            if (proxy != null) {
                OptionalParts.PROXY.require();
            }
            String name = proxy == null ? options.host() : proxy.host();
            Deque<InetAddress> addresses = new ArrayDeque<>(List.of(InetAddress.getAllByName(name)));
            resolved = true;
            loop.execute(() -> connect(addresses, context));
        } catch (TransportException e) {
            fail(e);
        } catch (UnknownHostException e) {
            ProxySettings proxy = options.proxy();
            fail(Failures.of(e, proxy == null ? peer : "the " + proxy, true, Stage.RESOLVE));
        } catch (RejectedExecutionException e) {
            fail(shutDown(Stage.CONNECT, e));
        } catch (SSLException | RuntimeException e) {
            fail(unusable(Stage.TLS, e));
        }
    }

    /** Returns what it means that the handlers of a part cannot even be made. */
    private TransportException unusable(Stage part, Exception cause) {
        String why = " cannot be used: " + (cause.getMessage() == null ? cause : cause.getMessage());
        return switch (part) {
            case CONNECT ->
                new TransportException(Kind.PROXY_FAILED, part, "the " + options.proxy() + " for " + peer + why, cause);
            case TLS -> new TransportException(Kind.TLS_FAILED, part, "the TLS settings for " + peer + why, cause);
            default -> new TransportException(Kind.IO_ERROR, part, "the WebSocket settings for " + peer + why, cause);
        };
    }

    /** On the event loop, which would complain about a channel that it gets after its end. */
    private void connect(Deque<InetAddress> addresses, @Nullable SslContext context) {
        if (result.isDone()) {
            return;
        }
        if (loop.isShuttingDown()) {
            fail(shutDown(Stage.CONNECT, null));
            return;
        }
        // An address that does not answer must leave time for the others.
        long share = TimeUnit.NANOSECONDS.toMillis(remainingNanos()) / addresses.size();
        InetAddress address = addresses.removeFirst();
        ProxySettings proxy = options.proxy();
        InetSocketAddress nearest = new InetSocketAddress(address, proxy == null ? options.port() : proxy.port());
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(loops.channelType())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, Reading.sizes())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(Math.max(1, share), Integer.MAX_VALUE))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Amqp10Transport.waterMarks(options.io()))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        init(channel, context, nearest);
                    }
                });
        if (proxy != null) {
            bootstrap.resolver(NoopAddressResolverGroup.INSTANCE);
        }
        InetSocketAddress destination =
                proxy == null ? nearest : ProxySetup.destination(options.host(), options.port());
        bootstrap.connect(destination).addListener((ChannelFuture done) -> {
            if (!done.isSuccess()) {
                next(addresses, context, done.cause());
            }
        });
    }

    private void init(Channel channel, @Nullable SslContext context, InetSocketAddress nearest) {
        Handshake started = new Handshake(
                channel, peer, true, options.connectTimeout(), remainingNanos(), options.io(), this::fail, () -> {});
        handshake = started;
        current = channel;
        Stage part = Stage.CONNECT;
        try {
            ProxySettings proxy = options.proxy();
            ChannelHandler tunnel = null;
            if (proxy != null) {
                started.proxy(proxy.toString());
                tunnel = ProxySetup.handler(proxy, nearest, started);
            }
            part = Stage.TLS;
            TlsSettings tls = options.tls();
            SslHandler encryption = tls == null || context == null
                    ? null
                    : TlsSetup.client(tls, context, options.host(), options.port(), channel.alloc(), loops.tlsTasks());
            part = Stage.WEB_SOCKET;
            new Amqp10Pipeline(channel, started, loops.authenticator(), engines, this::ready)
                    .initClient(tunnel, encryption, options);
        } catch (RuntimeException e) {
            // Netty would only log it, and no other address changes it.
            started.failCause(unusable(part, e));
        }
        if (result.isDone()) {
            channel.close();
        }
    }

    private void ready(Transport transport) {
        if (!result.complete(transport)) {
            transport.abort(null);
        }
    }

    private void next(Deque<InetAddress> addresses, @Nullable SslContext context, Throwable cause) {
        Handshake failed = handshake;
        if (failed != null) {
            failed.cancel();
        }
        TransportException failure =
                failed == null ? Failures.of(cause, peer, true, Stage.CONNECT) : failed.connectFailure(cause);
        TransportException former = lastFailure;
        if (former != null) {
            failure.addSuppressed(former);
        }
        lastFailure = failure;
        if (addresses.isEmpty() || deadlineNanos - System.nanoTime() <= 0) {
            fail(failure);
        } else {
            connect(addresses, context);
        }
    }
}
