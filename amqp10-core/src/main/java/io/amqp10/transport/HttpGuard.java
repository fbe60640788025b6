package io.amqp10.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Looks at the first octet of a connection that is to be a WebSocket, and says so if it cannot be: HTTP's own reader waits for
 * the end of a line, which clients of plain AMQP and of TLS do not send. The answer is one that they can make sense of.
 */
final class HttpGuard extends ChannelInboundHandlerAdapter {

    private static final String ANSWER = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    private final Handshake handshake;

    HttpGuard(Handshake handshake) {
        this.handshake = handshake;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (!in.isReadable()) {
            in.release();
            return;
        }
        int first = in.getUnsignedByte(in.readerIndex());
        // no method that is asked for begins with an A, and AMQP does
        if (first > 'A' && first <= 'Z' || handshake.isOver()) {
            context.fireChannelRead(message);
            context.pipeline().remove(this);
            return;
        }
        String said = ProtocolHeader.describe(in);
        in.release();
        context.writeAndFlush(ByteBufUtil.writeAscii(context.alloc(), ANSWER));
        handshake.failProtocol(handshake.peer() + " began with " + said
                + " where a WebSocket has to be asked for; clients of AMQP use amqpws or amqpwss for this port");
    }
}
