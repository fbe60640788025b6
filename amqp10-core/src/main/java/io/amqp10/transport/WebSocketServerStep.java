package io.amqp10.transport;

import io.amqp10.transport.TransportException.Stage;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns a connection into a WebSocket, as its server; then gives way to {@link WebSocketFrames} and the next step. What is
 * not a request for a WebSocket of AMQP at the right path is answered with an HTTP error and the end of the connection.
 *
 * @see "AMQP WebSocket Binding 1.0, section 2.2"
 */
final class WebSocketServerStep extends SimpleChannelInboundHandler<FullHttpRequest> {

    private final Handshake handshake;
    private final WebSocketSettings settings;
    private final Runnable next;

    /**
     * Makes the step.
     *
     * @param next adds the next step behind this one
     */
    WebSocketServerStep(Handshake handshake, WebSocketSettings settings, Runnable next) {
        this.handshake = handshake;
        this.settings = settings;
        this.next = next;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        handshake.stage(context.pipeline().get(SslHandler.class) == null ? Stage.WEB_SOCKET : Stage.TLS);
        context.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent tls) {
            if (tls.isSuccess()) {
                handshake.stage(Stage.WEB_SOCKET);
            } else {
                handshake.failCause(tls.cause());
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (handshake.isOver()) {
            return;
        }
        HttpResponseStatus refusal = refusal(request);
        if (refusal != null) {
            refuse(context, refusal);
            return;
        }
        WebSocketServerHandshaker handshaker = new WebSocketServerHandshaker13(
                null, WebSocketFrames.SUBPROTOCOL, WebSocketFrames.decoder(settings, false));
        handshaker.handshake(context.channel(), request).addListener(answered -> {
            if (!answered.isSuccess()) {
                handshake.failCause(answered.cause());
            }
        });
        context.pipeline().addLast(Amqp10Pipeline.WEB_SOCKET_FRAMES, new WebSocketFrames());
        next.run();
        context.pipeline().remove(this);
    }

    private @Nullable HttpResponseStatus refusal(FullHttpRequest request) {
        if (request.decoderResult().isFailure() || request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) < 0) {
            return HttpResponseStatus.BAD_REQUEST;
        }
        if (!request.method().equals(HttpMethod.GET)) {
            return HttpResponseStatus.METHOD_NOT_ALLOWED;
        }
        if (!settings.takes(request.uri())) {
            return HttpResponseStatus.NOT_FOUND;
        }
        boolean upgrade = request.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        boolean version = WebSocketVersion.V13
                .toHttpHeaderValue()
                .equals(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION));
        if (!upgrade || !version) {
            return HttpResponseStatus.UPGRADE_REQUIRED;
        }
        boolean amqp = request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(names -> Arrays.stream(names.split(",")))
                .anyMatch(name -> name.strip().equals(WebSocketFrames.SUBPROTOCOL));
        boolean keyed = request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        return amqp && keyed ? null : HttpResponseStatus.BAD_REQUEST;
    }

    private void refuse(ChannelHandlerContext context, HttpResponseStatus status) {
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
        response.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            response.headers()
                    .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                    .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, WebSocketVersion.V13.toHttpHeaderValue());
        }
        context.writeAndFlush(response);
        handshake.failProtocol(handshake.peer() + " did not ask for a WebSocket with the subprotocol "
                + WebSocketFrames.SUBPROTOCOL + (settings.path().isEmpty() ? "" : " at " + settings.path())
                + " and was answered with HTTP status " + status);
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
