package io.amqp10.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Hands on what the JDK's TLS has encrypted, which it does in the heap. Netty would copy that into memory that is new, and filled
 * with zeros, for each buffer of many records, and give the socket nothing before all that waits is encrypted, by when the first
 * of it has left the processor's cache. This copies it into {@linkplain SparePieces pieces}, and the socket gets some of them while
 * the rest is encrypted.
 */
final class EncryptedPieces extends ChannelOutboundHandlerAdapter {

    /** What is smaller is left to Netty. */
    static final int FROM = 16 * 1024;

    /** The socket gets so much at once. */
    static final int FLUSHED_AT = 128 * 1024;

    private int unflushed;

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        ByteBuf octets = (ByteBuf) message;
        int size = octets.readableBytes();
        if (octets.isDirect() || size < FROM || size > SparePieces.SIZE) {
            context.write(octets, promise);
        } else {
            ByteBuf piece;
            try {
                piece = SparePieces.of(context.channel().eventLoop())
                        .take(context.alloc())
                        .writeBytes(octets);
            } finally {
                octets.release();
            }
            context.write(piece, promise);
        }
        unflushed += size;
        if (unflushed >= FLUSHED_AT) {
            flush(context);
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        unflushed = 0;
        context.flush();
    }
}
