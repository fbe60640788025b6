package io.amqp10.transport;

import io.amqp10.codec.DecodeException;
import io.amqp10.codec.PerformativeDecoder;
import io.amqp10.engine.ConnectionEngine;
import io.amqp10.transport.TransportException.Kind;
import io.amqp10.transport.TransportException.Stage;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ConnectionError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.transport.PerformativeHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.concurrent.Future;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last step of the pipeline: owns the engine of its channel. Frames go in as they come; after each read, and after each
 * batch of commands, the engine is flushed once and the socket written once.
 *
 * <p>Confined to the event loop but for the methods of {@link Transport}.
 */
final class EngineHandler extends ChannelInboundHandlerAdapter implements Transport {

    private static final Logger LOGGER = LoggerFactory.getLogger(EngineHandler.class);

    /** How often in a row the socket is filled and emptied before the loop looks at its other sockets. */
    private static final int MAX_ROUNDS = 16;

    /** How long a peer that has ended its stream without a close is still answered. */
    private static final long LAST_ANSWERS_SECONDS = 10;

    private final Channel channel;
    private final EventLoop loop;
    private final Handshake handshake;
    private final EngineFactory engines;
    private final Consumer<Transport> onReady;
    private final TransportInfo info;
    private final CommandQueue commands;
    private final PerformativeDecoder decoder;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    // Set when the handler is added, before anything else can happen.
    private @Nullable Link link;

    private boolean firstFrameSeen;
    private boolean frameInThisRead;
    private boolean writableAgain;
    private boolean atWork;
    private boolean goneAtWork;
    private boolean framesBroken;
    private boolean closing;
    private boolean gone;

    /** The peer has ended its stream; runs out when it has been answered long enough. */
    private @Nullable Future<?> lastAnswers;

    private @Nullable Throwable failure;

    private final LazyTimer timer;

    EngineHandler(Channel channel, Handshake handshake, EngineFactory engines, Consumer<Transport> onReady) {
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.handshake = handshake;
        this.engines = engines;
        this.onReady = onReady;
        this.info = handshake.info();
        this.decoder = new PerformativeDecoder(handshake.io().decodeLimits());
        this.commands = new CommandQueue(loop, this::carryOut, this::endBatch);
        this.timer = new LazyTimer(loop, this::endBatch);
    }

    /** What exists while the engine does. */
    private record Link(
            ConnectionEngine engine,
            PerformativeHandler<ByteBuf> input,
            FrameEncoder output,
            FrameDecoder frames,
            WriteGuard writes) {}

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        assert loop.inEventLoop();
        FrameEncoder output = new FrameEncoder(context);
        try {
            link = makeLink(context, output);
        } catch (RuntimeException | Error e) {
            output.discard();
            LOGGER.error("no engine could be made for the connection with {}", info.peer(), e);
            handshake.failCause(e);
            closed.complete(null);
            return;
        }
        if (info.client()) {
            handshake.done();
        }
        channel.closeFuture().addListener(done -> channelGone());
        onReady.accept(this);
        endBatch();
    }

    private Link makeLink(ChannelHandlerContext context, FrameEncoder encoder) {
        boolean trace = handshake.io().traceFrames();
        PerformativeHandler<ByteBuf> output = trace ? new FrameTrace(info.peer(), FrameTrace.OUT, encoder) : encoder;
        atWork = true;
        ConnectionEngine engine;
        try {
            engine = engines.create(this, output, now());
        } finally {
            atWork = false;
        }
        encoder.maxFrameSize(engine::peerMaxFrameSize);
        PerformativeHandler<ByteBuf> input = trace ? new FrameTrace(info.peer(), FrameTrace.IN, engine) : engine;
        // For the first frame too: the 512 octets before an agreement bind who sends it, and some clients' opens are
        // longer.
        long maxFrameSize = Math.min(engine.localOpen().maxFrameSize(), Integer.MAX_VALUE);
        FrameDecoder frames = new FrameDecoder(context.alloc(), FrameDecoder.TYPE_AMQP, maxFrameSize, this::onFrame);
        WriteGuard writes = new WriteGuard(channel, handshake.io(), this::stalled);
        return new Link(engine, input, encoder, frames, writes);
    }

    /** The loop's own time, so that a test's loop can have another. */
    private long now() {
        return loop.ticker().nanoTime();
    }

    private Link link() {
        Link made = link;
        if (made == null) {
            throw new IllegalStateException("the connection has no engine");
        }
        return made;
    }

    // In: from the socket to the engine.

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        assert loop.inEventLoop();
        ByteBuf in = (ByteBuf) message;
        try {
            if (link != null && !closing) {
                work(() -> link().frames().decode(in));
            }
        } finally {
            in.release();
        }
    }

    private void onFrame(int channelNumber, ByteBuf body) {
        Link made = link();
        if (!frameInThisRead) {
            frameInThisRead = true;
            made.engine().frameReceived(now());
        }
        if (!firstFrameSeen) {
            firstFrameSeen = true;
            handshake.done();
        }
        try {
            decoder.decode(channelNumber, body, made.input());
        } catch (DecodeException e) {
            made.engine().onDecodeError(channelNumber, e.toErrorCondition());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        frameInThisRead = false;
        commands.drainNow();
        endBatch();
    }

    // Out: from commands and the engine to the socket.

    @Override
    public void carryOut(Runnable command) {
        if (link == null) {
            command.run();
        } else {
            work(command);
        }
    }

    /** Does something with the engine; what is thrown there ends the connection. */
    private void work(Runnable work) {
        boolean nested = atWork;
        atWork = true;
        try {
            work.run();
        } catch (FramingException e) {
            framesBroken = true;
            link().engine().onDecodeError(ErrorCondition.of(ConnectionError.FRAMING_ERROR, e.getMessage()));
        } catch (RuntimeException | Error e) {
            broken(e);
        } finally {
            endWork(nested);
        }
    }

    /** Ends a use of the engine or of its output; the engine hears of the end of the channel only outside of them. */
    private void endWork(boolean nested) {
        atWork = nested;
        if (!nested && goneAtWork) {
            goneAtWork = false;
            channelGone();
        }
    }

    private void broken(Throwable cause) {
        LOGGER.error("the connection with {} is closed because of an internal error", info.peer(), cause);
        try {
            link().engine().close(ErrorCondition.of(AmqpError.INTERNAL_ERROR, "an internal error"));
        } catch (RuntimeException | Error e) {
            cause.addSuppressed(e);
            abort(cause);
        }
    }

    /** Flushes the engine and then the socket, and sees to what follows from that. */
    private void endBatch() {
        if (atWork || gone || link == null) {
            return;
        }
        int rounds = 0;
        do {
            writableAgain = false;
            long now = now();
            work(() -> flushEngine(now));
            flushSocket();
            if (gone) {
                return;
            }
            rounds++;
        } while (writableAgain && rounds < MAX_ROUNDS && signalWritable());
        if (writableAgain) {
            // The socket takes whatever it is given; others on this loop want their turn.
            loop.execute(this::goOnWriting);
        }
        link().writes().afterFlush();
        if (lastAnswers != null && !link().engine().owesAnswer()) {
            endOfInput();
        }
        // Where frames cannot be told apart any more, the peer's close cannot be waited for.
        if ((link().engine().isClosed() || framesBroken) && !closing) {
            closeChannel();
        }
    }

    private void flushEngine(long now) {
        if (link().writes().stopsReading()) {
            // What the peer says is not looked at, so it cannot be blamed for saying nothing. The guard judges it
            // meanwhile.
            link().engine().frameReceived(now);
        }
        link().engine().flush(now);
        timer.arm(now, link().engine().tick(now));
    }

    private void flushSocket() {
        atWork = true;
        try {
            link().output().flush();
        } finally {
            endWork(false);
        }
    }

    private void goOnWriting() {
        if (!gone && signalWritable()) {
            endBatch();
        }
    }

    private boolean signalWritable() {
        boolean writable = channel.isWritable();
        if (writable) {
            work(() -> link().engine().setWritable(true));
        }
        return writable;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (link == null) {
            return;
        }
        if (!channel.isWritable()) {
            link().engine().setWritable(false);
        } else if (atWork) {
            writableAgain = true;
        } else {
            signalWritable();
            endBatch();
        }
        context.fireChannelWritabilityChanged();
    }

    private void stalled() {
        String message = info.peer() + " took nothing for "
                + handshake.io().writeStallTimeout().toMillis()
                + " ms, which is all that writeStallTimeout allows, though there was something to write";
        abort(new TransportException(Kind.TIMED_OUT, Stage.ESTABLISHED, message, null));
    }

    // The end.

    private void closeChannel() {
        closing = true;
        link().frames().stop();
        handshake.done();
        LingeringClose.close(channel);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        channel.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslCloseCompletionEvent end) {
            if (end.isSuccess()) {
                // What came just before it is answered, which else is done at the end of the read.
                channelReadComplete(context);
            }
            if (!closing) {
                channel.close();
            }
        } else if (event instanceof ChannelInputShutdownEvent && link != null && !closing && lastAnswers == null) {
            lastAnswers = loop.schedule(
                    () -> {
                        endOfInput();
                        endBatch();
                    },
                    LAST_ANSWERS_SECONDS,
                    TimeUnit.SECONDS);
            endBatch();
        }
        context.fireUserEventTriggered(event);
    }

    /** Nothing more can come, and what came is answered or has waited long enough for it. */
    private void endOfInput() {
        if (!gone && !closing) {
            work(() -> link().engine().transportClosed(null));
        }
    }

    private void channelGone() {
        if (gone) {
            return;
        }
        if (atWork) {
            goneAtWork = true;
            return;
        }
        gone = true;
        handshake.done();
        timer.stop();
        Future<?> deadline = lastAnswers;
        if (deadline != null) {
            deadline.cancel(false);
        }
        Link made = link();
        made.frames().stop();
        made.writes().stop();
        Throwable cause = failure == null ? handshake.failure() : failure;
        TransportException told =
                cause == null ? null : Failures.of(cause, info.peer(), info.client(), Stage.ESTABLISHED);
        work(() -> made.engine().transportClosed(told));
        made.output().discard();
        closed.complete(null);
    }

    // Any thread.

    @Override
    public TransportInfo info() {
        return info;
    }

    @Override
    public boolean submit(Runnable command) {
        return commands.submit(command);
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public void flush() {
        assert loop.inEventLoop();
        endBatch();
    }

    @Override
    public boolean inEventLoop() {
        return loop.inEventLoop();
    }

    @Override
    public void close() {
        submit(() -> {
            if (!gone && !closing && link != null) {
                link().engine().flush(now());
                link().output().flush();
                closeChannel();
            }
        });
    }

    @Override
    public void abort(@Nullable Throwable cause) {
        if (!loop.inEventLoop()) {
            submit(() -> abort(cause));
            return;
        }
        if (failure == null) {
            failure = cause == null
                    ? new TransportException(
                            Kind.CLOSED_HERE, Stage.ESTABLISHED, "the connection was closed by this end", null)
                    : cause;
        }
        channel.close();
    }

    @Override
    public CompletableFuture<Void> closed() {
        return closed;
    }
}
