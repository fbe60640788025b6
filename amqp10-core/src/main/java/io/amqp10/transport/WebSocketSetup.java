package io.amqp10.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.URI;
import java.net.URISyntaxException;

/** Adds the steps that turn a connection into a WebSocket. The only class that others may touch without Netty's HTTP. */
final class WebSocketSetup {

    /** What a peer may put into the body of its one HTTP message, which nobody reads. */
    private static final int MAX_BODY = 8 * 1024;

    private WebSocketSetup() {}

    static void addClient(
            ChannelPipeline pipeline,
            Handshake handshake,
            WebSocketSettings settings,
            String hostAndPort,
            boolean tls,
            Runnable next) {
        URI uri;
        try {
            uri = new URI((tls ? "wss://" : "ws://") + hostAndPort + settings.requested());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no path of a WebSocket: " + settings.path(), e);
        }
        WebSocketClientStep step = new WebSocketClientStep(handshake, settings, uri, next);
        pipeline.addLast(Amqp10Pipeline.HTTP, new HttpClientCodec());
        pipeline.addLast(Amqp10Pipeline.HTTP_AGGREGATOR, new AnswerAggregator(step));
        pipeline.addLast(Amqp10Pipeline.WEB_SOCKET, step);
    }

    static void addServer(ChannelPipeline pipeline, Handshake handshake, WebSocketSettings settings, Runnable next) {
        pipeline.addLast(Amqp10Pipeline.HTTP_GUARD, new HttpGuard(handshake));
        pipeline.addLast(Amqp10Pipeline.HTTP, new HttpServerCodec());
        pipeline.addLast(Amqp10Pipeline.HTTP_AGGREGATOR, new HttpObjectAggregator(MAX_BODY));
        pipeline.addLast(Amqp10Pipeline.WEB_SOCKET, new WebSocketServerStep(handshake, settings, next));
    }

    /** Tells the status of an answer whose body is too long, where Netty would complain about the body alone. */
    private static final class AnswerAggregator extends HttpObjectAggregator {

        private final WebSocketClientStep step;

        AnswerAggregator(WebSocketClientStep step) {
            super(MAX_BODY);
            this.step = step;
        }

        /** Has nothing to release: who calls it does, and throws the rest of the body away. */
        @Override
        protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) throws Exception {
            if (oversized instanceof HttpResponse answer) {
                step.refused(answer.status());
            } else {
                super.handleOversizedMessage(context, oversized);
            }
        }
    }
}
