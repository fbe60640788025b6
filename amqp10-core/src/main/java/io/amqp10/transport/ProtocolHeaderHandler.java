package io.amqp10.transport;

import io.amqp10.transport.TransportException.Stage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Exchanges protocol headers for one layer, then gives way to the next step, with the octets that came behind the header. A
 * client speaks first; a server answers with the client's header if it takes it, and else with its own and the end of the
 * stream.
 *
 * @see "AMQP 1.0 §2.2"
 */
final class ProtocolHeaderHandler extends ByteToMessageDecoder {

    private final Handshake handshake;
    private final ProtocolHeader own;
    private final Set<ProtocolHeader> accepted;
    private final Consumer<ProtocolHeader> next;

    private boolean begun;

    /**
     * Makes the step.
     *
     * @param own a client's header, or what a server answers with to one that it does not take
     * @param accepted what may come from the peer
     * @param next takes what came, and adds the next step behind this one
     */
    ProtocolHeaderHandler(
            Handshake handshake, ProtocolHeader own, Set<ProtocolHeader> accepted, Consumer<ProtocolHeader> next) {
        this.handshake = handshake;
        this.own = own;
        this.accepted = accepted;
        this.next = next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        SslHandler tls = context.pipeline().get(SslHandler.class);
        boolean ready = tls == null || tls.handshakeFuture().isSuccess();
        if (context.channel().isActive() && ready) {
            begin(context);
        }
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
        } else if (event instanceof ChannelInputShutdownEvent) {
            handshake.closedByPeer();
        }
        context.fireUserEventTriggered(event);
    }

    private void begin(ChannelHandlerContext context) {
        if (begun || handshake.isOver()) {
            return;
        }
        begun = true;
        handshake.stage(Stage.PROTOCOL_HEADER);
        if (handshake.isClient()) {
            context.writeAndFlush(own.toBuffer());
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (handshake.isOver()) {
            in.skipBytes(in.readableBytes());
            return;
        }
        for (ProtocolHeader candidate : accepted) {
            if (candidate.beginsWith(in)) {
                if (in.readableBytes() >= ProtocolHeader.LENGTH) {
                    accept(context, in, candidate);
                }
                return;
            }
        }
        refuse(context, in);
    }

    private void accept(ChannelHandlerContext context, ByteBuf in, ProtocolHeader header) {
        in.skipBytes(ProtocolHeader.LENGTH);
        if (!handshake.isClient()) {
            context.writeAndFlush(header.toBuffer());
        }
        next.accept(header);
        context.pipeline().remove(this);
    }

    private void refuse(ChannelHandlerContext context, ByteBuf in) {
        String said = ProtocolHeader.describe(in);
        in.skipBytes(in.readableBytes());
        if (handshake.isClient()) {
            handshake.failProtocol(handshake.peer() + " answered with " + said + " where the protocol header of " + own
                    + " was wanted" + hint(said));
        } else {
            context.writeAndFlush(own.toBuffer());
            handshake.failProtocol(
                    handshake.peer() + " began with " + said + " where the protocol header of " + own + " was wanted");
        }
    }

    private String hint(String said) {
        if (said.equals("a TLS record")) {
            return "; the port is for TLS: use amqps";
        }
        if (said.startsWith("\"HTTP/")) {
            return "; if the port is for AMQP over WebSocket, use amqpws or amqpwss";
        }
        if (own == ProtocolHeader.SASL) {
            return "; nothing was sent to authenticate with";
        }
        return "";
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
