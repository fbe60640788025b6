package io.amqp10.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection so that the last octets arrive: ends the outgoing stream, and reads what still comes without looking at
 * it until the peer ends its own stream. Closing at once with octets unread would make the operating system reset the
 * connection, which can take from the peer what it has not read yet.
 *
 * @see "AMQP 1.0 §2.2"
 */
final class LingeringClose extends ChannelInboundHandlerAdapter {

    private static final long LINGER_MILLIS = 1_000;

    /** A peer that goes on sending is not listened to for ever. */
    private static final long MAX_DISCARDED = 1L << 20;

    private long discarded;

    private LingeringClose() {}

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
        LingeringClose discard = new LingeringClose();
        if (tls == null) {
            channel.pipeline().addFirst(Amqp10Pipeline.LINGER, discard);
        } else {
            channel.pipeline().addAfter(Amqp10Pipeline.TLS, Amqp10Pipeline.LINGER, discard);
        }
        Reading.resume(channel);
        Future<?> timer = channel.eventLoop().schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> timer.cancel(false));

        if (channel.pipeline().get(Amqp10Pipeline.WEB_SOCKET_FRAMES) != null) {
            WebSocketFrames.writeClose(channel);
        }
        channel.flush();
        Future<?> lastWrite = tls == null ? channel.writeAndFlush(Unpooled.EMPTY_BUFFER) : tls.closeOutbound();
        lastWrite.addListener(written -> endOutput(channel));
    }

    private static void endOutput(Channel channel) {
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
