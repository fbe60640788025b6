package io.amqp10.transport;

import io.amqp10.transport.TransportException.Kind;
import io.amqp10.transport.TransportException.Stage;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes connections, as a client and as a server. Safe for any thread. */
public final class Amqp10Transport {

    private static final Logger LOGGER = LoggerFactory.getLogger(Amqp10Transport.class);

    private Amqp10Transport() {}

    /**
     * Connects to a server: resolves its name, anew each time, tries its addresses one after the other, and goes through TLS,
     * SASL and the exchange of AMQP protocol headers.
     *
     * @param loops where the connection lives
     * @param loop which of them it lives on
     * @param options where to, and how
     * @param engines makes the engine when all that is done
     * @return completes on the event loop, right after the engine was made, or with a {@link TransportException}; cancelling
     *     it ends the attempt
     */
    public static CompletableFuture<Transport> connect(
            EventLoops loops, EventLoop loop, ClientTransportOptions options, EngineFactory engines) {
        return new ConnectAttempt(loops, loop, options, engines).start();
    }

    /**
     * Listens for connections.
     *
     * @param loops where the connections live
     * @param options where, and whom to let in
     * @param engines makes the engine of each connection whose peer has exchanged AMQP protocol headers
     * @param onFailure told, on an event loop, of each connection that did not come to an engine, and of each that did but
     *     whose peer sent no frame in time
     * @return completes when the port is bound, or with a {@link TransportException}
     */
    public static CompletableFuture<TransportListener> listen(
            EventLoops loops,
            ServerTransportOptions options,
            EngineFactory engines,
            Consumer<TransportException> onFailure) {
        if (options.webSocket() != null) {
            try {
                OptionalParts.WEB_SOCKET.require();
            } catch (TransportException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
        Admission admission = new Admission(options.maxConnections(), options.maxHandshakes());
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannelType())
                .option(ChannelOption.SO_BACKLOG, options.backlog())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, Reading.sizes())
                // A client that says all it has to say at once may end its stream before it has read our answers. Under
                // TLS, the end of the stream without a close_notify is an attack or a fault, and ends all.
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, options.tls() == null)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMarks(options.io()))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(loops, options, engines, onFailure, admission, channel);
                    }
                });
        CompletableFuture<TransportListener> result = new CompletableFuture<>();
        bootstrap.bind(options.host(), options.port()).addListener((ChannelFuture bound) -> {
            if (bound.isSuccess()) {
                result.complete(new TransportListener(bound.channel(), admission));
            } else {
                result.completeExceptionally(new TransportException(
                        Kind.IO_ERROR,
                        Stage.CONNECT,
                        "cannot listen on " + options.host() + ":" + options.port() + ": "
                                + bound.cause().getMessage(),
                        bound.cause()));
            }
        });
        return result;
    }

    private static void accept(
            EventLoops loops,
            ServerTransportOptions options,
            EngineFactory engines,
            Consumer<TransportException> onFailure,
            Admission admission,
            Channel channel) {
        String peer = channel.remoteAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress() + ":" + address.getPort()
                : String.valueOf(channel.remoteAddress());
        String refused = admission.admit(channel);
        if (refused != null) {
            channel.close();
            String message = peer + " was not let in: " + refused;
            if (admission.isToBeTold(System.nanoTime())) {
                LOGGER.warn("{}; the next ten seconds' are not told", message);
            } else {
                LOGGER.debug(message);
            }
            onFailure.accept(new TransportException(Kind.CLOSED_HERE, Stage.CONNECT, message, null));
            return;
        }
        Handshake handshake = new Handshake(
                channel,
                peer,
                false,
                options.handshakeTimeout(),
                TimeUnit.NANOSECONDS.convert(options.handshakeTimeout()),
                options.io(),
                failure -> {
                    LOGGER.info("connection not made: {}", failure.getMessage());
                    onFailure.accept(failure);
                },
                () -> admission.handshakeDone(channel));
        try {
            TlsSettings tls = options.tls();
            SslHandler handler = tls == null ? null : TlsSetup.server(tls, channel.alloc(), loops.tlsTasks());
            new Amqp10Pipeline(channel, handshake, loops.authenticator(), engines, transport -> {})
                    .initServer(handler, options);
        } catch (RuntimeException e) {
            LOGGER.error("the TLS settings of the listener on port {} cannot be used", options.port(), e);
            String message = "the TLS settings for " + peer + " cannot be used: " + e.getMessage();
            handshake.failCause(new TransportException(Kind.TLS_FAILED, Stage.TLS, message, e));
        }
    }

    static WriteBufferWaterMark waterMarks(IoSettings io) {
        return new WriteBufferWaterMark(io.lowWaterMark(), io.highWaterMark());
    }
}
