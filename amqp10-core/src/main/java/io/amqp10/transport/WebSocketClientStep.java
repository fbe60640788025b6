package io.amqp10.transport;

import io.amqp10.transport.TransportException.Stage;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker13;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.URI;

/**
 * Turns a connection into a WebSocket, as its client; then gives way to {@link WebSocketFrames} and the next step.
 *
 * @see "AMQP WebSocket Binding 1.0, section 2.1"
 */
final class WebSocketClientStep extends SimpleChannelInboundHandler<FullHttpResponse> {

    private final Handshake handshake;
    private final WebSocketClientHandshaker handshaker;
    private final String path;
    private final Runnable next;

    private boolean begun;

    /**
     * Makes the step.
     *
     * @param uri where to connect to, of the scheme {@code ws} or {@code wss}
     * @param next adds the next step behind this one
     */
    WebSocketClientStep(Handshake handshake, WebSocketSettings settings, URI uri, Runnable next) {
        this.handshake = handshake;
        this.path = settings.requested();
        this.next = next;
        this.handshaker = new WebSocketClientHandshaker13(
                uri,
                WebSocketVersion.V13,
                WebSocketFrames.SUBPROTOCOL,
                false,
                new DefaultHttpHeaders(),
                settings.maxFrameBytes());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (context.pipeline().get(SslHandler.class) == null) {
            begin(context);
        } else {
            handshake.stage(Stage.TLS);
        }
        context.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent tls) {
            if (tls.isSuccess()) {
                begin(context);
            } else {
                handshake.failCause(tls.cause());
            }
        }
        context.fireUserEventTriggered(event);
    }

    private void begin(ChannelHandlerContext context) {
        if (begun || handshake.isOver()) {
            return;
        }
        begun = true;
        handshake.stage(Stage.WEB_SOCKET);
        handshaker.handshake(context.channel()).addListener(sent -> {
            if (!sent.isSuccess()) {
                handshake.failCause(sent.cause());
            }
        });
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
        if (handshake.isOver()) {
            return;
        }
        if (response.decoderResult().isFailure()) {
            refused("it does not speak HTTP; if the port is for AMQP without WebSocket, use amqp or amqps");
            return;
        }
        if (!response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            refused(response.status());
            return;
        }
        try {
            handshaker.finishHandshake(context.channel(), response);
        } catch (WebSocketHandshakeException e) {
            refused(FrameTrace.escape(String.valueOf(e.getMessage())) + "; it has to know the subprotocol "
                    + WebSocketFrames.SUBPROTOCOL);
            return;
        }
        context.pipeline().addLast(Amqp10Pipeline.WEB_SOCKET_FRAMES, new WebSocketFrames());
        next.run();
        context.pipeline().remove(this);
    }

    /** Fails because the server's answer is an error. */
    void refused(HttpResponseStatus status) {
        refused("it answered with HTTP status " + FrameTrace.escape(status.toString()));
    }

    private void refused(String why) {
        handshake.failProtocol(handshake.peer() + " did not agree to a WebSocket at " + path + ": " + why);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        handshake.closedByPeer();
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        handshake.failCause(cause);
    }
}
