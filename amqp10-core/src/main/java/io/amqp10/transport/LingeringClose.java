package io.amqp10.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection so that the last octets arrive: ends the outgoing stream, and reads what still comes without looking at
 * it until the peer ends its own stream. Closing at once with octets unread would make the operating system reset the
 * connection, which can take from the peer what it has not read yet.
 *
 * @see "AMQP 1.0 §2.2"
 */
final class LingeringClose extends ChannelInboundHandlerAdapter {

    /** So long may a peer say nothing once all is written. */
    private static final long LINGER_MILLIS = 1_000;

    /** So long may it take nothing of what is left to be written. The operating system takes much at a time, and seldom. */
    private static final long STALL_MILLIS = 5_000;

    /** A peer that takes it a little at a time has so many times as long. */
    private static final int MAX_TURNS = 6;

    /** A peer that goes on sending is not listened to for ever. */
    private static final long MAX_DISCARDED = 1L << 20;

    private final Channel channel;
    private long discarded;

    private @Nullable Future<?> timer;
    private int turns;
    private boolean allWritten;

    /** How many octets waited when the turn began. */
    private long left;

    private LingeringClose(Channel channel) {
        this.channel = channel;
    }

    /** Writes what was given to the channel before, and ends it. Does nothing if the channel is being ended already. */
    static void close(Channel channel) {
        if (!channel.isActive()) {
            channel.close();
            return;
        }
        if (channel.pipeline().get(Amqp10Pipeline.LINGER) != null) {
            return;
        }
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        LingeringClose discard = new LingeringClose(channel);
        if (tls == null) {
            channel.pipeline().addFirst(Amqp10Pipeline.LINGER, discard);
        } else {
            channel.pipeline().addAfter(Amqp10Pipeline.TLS, Amqp10Pipeline.LINGER, discard);
        }
        Reading.resume(channel);
        channel.closeFuture().addListener(closed -> discard.stopClock());

        if (channel.pipeline().get(Amqp10Pipeline.WEB_SOCKET_FRAMES) != null) {
            WebSocketFrames.writeClose(channel);
        }
        channel.flush();
        Future<?> lastWrite = tls == null ? channel.writeAndFlush(Unpooled.EMPTY_BUFFER) : tls.closeOutbound();
        discard.beginTurn();
        lastWrite.addListener(written -> discard.endOutput());
    }

    private void beginTurn() {
        stopClock();
        if (channel.isOpen()) {
            left = left();
            long millis = allWritten ? LINGER_MILLIS : STALL_MILLIS;
            timer = channel.eventLoop().schedule(this::turnEnded, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void turnEnded() {
        turns++;
        if (allWritten || left == left() || turns == MAX_TURNS) {
            channel.close();
        } else {
            beginTurn();
        }
    }

    /** Returns how many octets the socket has not taken yet. */
    private long left() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes() - waiting.currentProgress();
    }

    private void stopClock() {
        Future<?> running = timer;
        timer = null;
        if (running != null) {
            running.cancel(false);
        }
    }

    private void endOutput() {
        allWritten = true;
        beginTurn();
        if (channel instanceof DuplexChannel duplex && channel.isActive() && !duplex.isInputShutdown()) {
            duplex.shutdownOutput();
        } else {
            channel.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf octets) {
            discarded += octets.readableBytes();
        }
        ReferenceCountUtil.release(message);
        if (discarded > MAX_DISCARDED) {
            context.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent
                && context.channel() instanceof DuplexChannel duplex
                && duplex.isOutputShutdown()) {
            context.close();
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // Nothing that is read or written now matters to anyone.
        context.close();
    }
}
