package io.amqp10.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Looks at the first octet of a connection that is to be TLS, and says so if it is not. TLS's own reader may take an AMQP
 * protocol header for a record of an ancient version and wait for the rest of it.
 */
final class PlaintextGuard extends ChannelInboundHandlerAdapter {

    /** The types of TLS records. */
    private static final int FIRST_TYPE = 0x14;

    private static final int LAST_TYPE = 0x17;

    private final Handshake handshake;

    PlaintextGuard(Handshake handshake) {
        this.handshake = handshake;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (!in.isReadable()) {
            in.release();
            return;
        }
        int type = in.getUnsignedByte(in.readerIndex());
        if (type >= FIRST_TYPE && type <= LAST_TYPE) {
            context.fireChannelRead(message);
            context.pipeline().remove(this);
        } else {
            String said = ProtocolHeader.describe(in);
            in.release();
            handshake.failPlaintext(said);
        }
    }
}
