package io.amqp10.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Hands whole TLS records on to the JDK's TLS, in the heap, where it decrypts them in place: outside of the heap it copies each
 * of them to and fro, and a record that is cut has what follows it copied once more by Netty. What cannot be the beginning of a
 * record is handed on at once, to be refused there. A record that has not come wholly takes no memory before its octets come.
 *
 * @see "RFC 8446 §5.1"
 * @see "RFC 5246 §6.2.3"
 */
final class WholeRecords extends ChannelInboundHandlerAdapter {

    private static final int HEADER_LENGTH = 5;
    private static final int LENGTH_INDEX = 3;

    /** The longest record, which TLS 1.2 allows. */
    private static final int MAX_LENGTH = (1 << 14) + 2048;

    private static final int FIRST_TYPE = 20;
    private static final int LAST_TYPE = 24;

    /** The beginning of a record whose end has not come. */
    private @Nullable ByteBuf cut;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        ByteBuf all = cut == null ? context.alloc().heapBuffer(in.readableBytes()) : cut;
        cut = null;
        try {
            all.writeBytes(in);
        } finally {
            in.release();
        }
        int whole = wholeRecords(all);
        if (whole == 0) {
            cut = all;
            return;
        }
        int left = all.readableBytes() - whole;
        if (left > 0) {
            cut = context.alloc().heapBuffer(left).writeBytes(all, whole, left);
            all.writerIndex(whole);
        }
        context.fireChannelRead(all);
    }

    /** Returns how much memory the beginning of a record takes. */
    int kept() {
        return cut == null ? 0 : cut.capacity();
    }

    /** Returns where the last record ends that is wholly there; the end of all if what follows it is none. */
    private static int wholeRecords(ByteBuf octets) {
        int end = 0;
        int length = octets.readableBytes();
        while (length - end >= HEADER_LENGTH) {
            int type = octets.getUnsignedByte(end);
            int content = octets.getUnsignedShort(end + LENGTH_INDEX);
            if (type < FIRST_TYPE || type > LAST_TYPE || content > MAX_LENGTH) {
                return length;
            }
            int next = end + HEADER_LENGTH + content;
            if (next > length) {
                break;
            }
            end = next;
        }
        return end;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        ByteBuf left = cut;
        cut = null;
        if (left != null) {
            left.release();
        }
    }
}
