package io.amqp10.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Octets that come piece by piece, to be read when all are there. Large pieces are kept as they came, so that their octets are
 * not copied before; small ones are gathered, so that they do not hold a much larger network buffer.
 */
public final class OctetPieces {

    /** An eighth of the largest network buffer: what is kept holds at most eight times its octets. */
    private static final int SMALLEST_KEPT = 32 * 1024;

    private static final int FIRST_GATHERED = 1024;

    private ByteBuf[] parts = new ByteBuf[4];
    private int count;
    private boolean gathering;
    private int bytes;

    /** Makes an empty collection. */
    public OctetPieces() {}

    /**
     * Adds a piece.
     *
     * @param piece the octets between its indices, which do not move; its ownership stays with the caller
     * @throws ArithmeticException if there are more than 2^31 - 1 octets then
     */
    public void add(ByteBuf piece) {
        int length = piece.readableBytes();
        bytes = Math.addExact(bytes, length);
        if (length >= SMALLEST_KEPT) {
            append(piece.retainedSlice());
            gathering = false;
        } else if (length > 0) {
            if (!gathering) {
                append(Unpooled.buffer(Math.max(FIRST_GATHERED, length)));
                gathering = true;
            }
            parts[count - 1].writeBytes(piece, piece.readerIndex(), length);
        }
    }

    /**
     * Returns how many octets there are.
     *
     * @return their number
     */
    public int bytes() {
        return bytes;
    }

    /**
     * Shows all octets as one buffer, and lets go of them.
     *
     * @return the buffer, which belongs to the caller
     */
    public ByteBuf take() {
        ByteBuf all = count == 1
                ? parts[0]
                : count == 0 ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(count, Arrays.copyOf(parts, count));
        forget();
        return all;
    }

    /** Lets go of all octets. */
    public void release() {
        for (int i = 0; i < count; i++) {
            parts[i].release();
        }
        forget();
    }

    private void forget() {
        parts = new ByteBuf[4];
        count = 0;
        bytes = 0;
        gathering = false;
    }

    private void append(ByteBuf part) {
        if (count == parts.length) {
            parts = Arrays.copyOf(parts, count * 2);
        }
        parts[count++] = part;
    }
}
