package io.amqp10.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Octets that come piece by piece, to be read when all are there. Large pieces are kept as they came, so that their octets are
 * not copied before; small ones, and small parts of large buffers, are gathered, so that they do not hold much more than themselves.
 */
public final class OctetPieces {

    /** Pieces that are less than this part of their buffer, as it shows itself, are gathered. */
    private static final int LEAST_PART = 8;

    private static final int FIRST_GATHERED = 1024;

    private final int smallestKept;
    private ByteBuf[] parts = new ByteBuf[4];
    private int count;
    private boolean gathering;
    private int bytes;

    /**
     * Makes an empty collection.
     *
     * @param smallestKept from how many octets on a piece is kept as it came
     */
    public OctetPieces(int smallestKept) {
        this.smallestKept = smallestKept;
    }

    /**
     * Adds a piece.
     *
     * @param buffer has the piece between its indices, which do not move; its ownership stays with the caller
     * @throws ArithmeticException if there are more than 2^31 - 1 octets then
     */
    public void add(ByteBuf buffer) {
        add(buffer, buffer.readableBytes());
    }

    /**
     * Adds a piece at the beginning of a buffer.
     *
     * @param buffer has the piece from its reader index on, which does not move; its ownership stays with the caller
     * @param length how many octets the piece has, at most as many as are readable
     * @throws ArithmeticException if there are more than 2^31 - 1 octets then
     */
    public void add(ByteBuf buffer, int length) {
        bytes = Math.addExact(bytes, length);
        int start = buffer.readerIndex();
        if (length >= smallestKept && length >= buffer.capacity() / LEAST_PART) {
            append(buffer.retainedSlice(start, length));
            gathering = false;
        } else if (length > 0) {
            if (!gathering) {
                append(Unpooled.buffer(Math.max(FIRST_GATHERED, length)));
                gathering = true;
            }
            parts[count - 1].writeBytes(buffer, start, length);
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
