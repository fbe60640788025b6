package io.amqp10.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Carries octets in binary WebSocket frames, whose bounds mean nothing: an AMQP frame may be spread over several and share
 * one with others.
 *
 * @see "AMQP WebSocket Binding 1.0, section 2.3"
 */
final class WebSocketFrames extends ChannelDuplexHandler {

    /** The name that both ends have to agree on. */
    static final String SUBPROTOCOL = "amqp";

    /** What many servers take at most, Netty's own among them. */
    static final int MAX_WRITTEN_BYTES = 64 * 1024;

    static WebSocketDecoderConfig decoder(WebSocketSettings settings, boolean client) {
        return WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(settings.maxFrameBytes())
                .expectMaskedFrames(!client)
                .allowMaskMismatch(false)
                .allowExtensions(false)
                .closeOnProtocolViolation(true)
                .build();
    }

    /** Says farewell; what is written behind this gets lost. */
    static void writeClose(Channel channel) {
        channel.write(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof WebSocketFrame frame)) {
            context.fireChannelRead(message);
        } else if (frame instanceof BinaryWebSocketFrame || frame instanceof ContinuationWebSocketFrame) {
            // A text frame ends the connection, so what is continued is always a binary one.
            pass(context, frame.content());
        } else if (frame instanceof PingWebSocketFrame) {
            answerPing(context, frame);
        } else {
            frame.release();
            if (!(frame instanceof PongWebSocketFrame)) {
                end(context, frame instanceof CloseWebSocketFrame);
            }
        }
    }

    private static void pass(ChannelHandlerContext context, ByteBuf content) {
        if (content.isReadable()) {
            context.fireChannelRead(content);
        } else {
            content.release();
        }
    }

    private static void answerPing(ChannelHandlerContext context, WebSocketFrame ping) {
        if (context.channel().isWritable()) {
            context.writeAndFlush(new PongWebSocketFrame(ping.content()));
        } else {
            ping.release(); // who asks without taking answers gets none
        }
    }

    private static void end(ChannelHandlerContext context, boolean wished) {
        WebSocketCloseStatus status =
                wished ? WebSocketCloseStatus.NORMAL_CLOSURE : WebSocketCloseStatus.INVALID_MESSAGE_TYPE;
        context.writeAndFlush(new CloseWebSocketFrame(status)).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf octets)) {
            context.write(message, promise);
            return;
        }
        if (!octets.isReadable()) {
            ReferenceCountUtil.release(octets);
            context.write(Unpooled.EMPTY_BUFFER, promise);
            return;
        }
        while (octets.readableBytes() > MAX_WRITTEN_BYTES) {
            context.write(new BinaryWebSocketFrame(octets.readRetainedSlice(MAX_WRITTEN_BYTES)), context.voidPromise());
        }
        context.write(new BinaryWebSocketFrame(octets), promise);
    }
}
