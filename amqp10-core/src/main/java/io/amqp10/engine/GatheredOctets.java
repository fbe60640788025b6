package io.amqp10.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Octets of a delivery that come frame by frame. Up to 2 MiB are copied into one array when they come, while the processor has
 * them in its cache, so that network buffers are free again at once; out of one array a message's own is made without filling
 * it with zeros first. What comes beyond that is kept as {@link OctetPieces} do.
 *
 * <p>The array is lent: some are kept for all connections together. It never is more than twice as large as what came, unless
 * it is one of those few.
 */
final class GatheredOctets {

    /** The largest array. */
    static final int MAX_ARRAY = 2 << 20;

    /** Arrays from this size on are kept. */
    private static final int SMALLEST_KEPT = 128 * 1024;

    /** How many arrays are kept. */
    private static final int KEPT = 4;

    /** The arrays that are kept, for all connections and thus for all their threads; each is taken and given back as one. */
    private static final byte @Nullable [][] SPARE = new byte @Nullable [KEPT][];

    private static final VarHandle SPARE_ITEM = MethodHandles.arrayElementVarHandle(byte[][].class);
    private static final byte[] NONE = {};

    /** An eighth of the largest network buffer, of which each frame may be a part: what is kept holds at most eight times that. */
    private static final int SMALLEST_PIECE_KEPT = 32 * 1024;

    private byte[] array = NONE;
    private int inArray;
    private @Nullable OctetPieces beyond;

    /**
     * Adds octets.
     *
     * @param piece the octets between its indices, which do not move; its ownership stays with the caller
     * @throws ArithmeticException if there are more than 2^31 - 1 octets then
     */
    void add(ByteBuf piece) {
        int length = piece.readableBytes();
        if (beyond == null && length <= MAX_ARRAY - inArray) {
            makeRoom(inArray + length);
            piece.getBytes(piece.readerIndex(), array, inArray, length);
            inArray += length;
        } else {
            Math.addExact(bytes(), length);
            if (beyond == null) {
                beyond = new OctetPieces(SMALLEST_PIECE_KEPT);
            }
            beyond.add(piece);
        }
    }

    private void makeRoom(int needed) {
        if (array.length == 0) {
            array = takeSpare();
        }
        if (array.length < needed) {
            array = Arrays.copyOf(array, Math.min(MAX_ARRAY, Math.max(needed, 2 * inArray)));
        }
    }

    /** Returns how many octets there are. */
    int bytes() {
        return inArray + (beyond == null ? 0 : beyond.bytes());
    }

    /**
     * Shows all octets as one buffer, once.
     *
     * @return the buffer, which belongs to the caller and is valid until {@link #release}
     */
    ByteBuf show() {
        ByteBuf first = Unpooled.wrappedBuffer(array, 0, inArray);
        return beyond == null ? first : Unpooled.wrappedBuffer(first, beyond.take());
    }

    /** Lets go of all octets. */
    void release() {
        if (array.length >= SMALLEST_KEPT) {
            giveBack(array);
        }
        array = NONE;
        inArray = 0;
        if (beyond != null) {
            beyond.release();
            beyond = null;
        }
    }

    private static byte[] takeSpare() {
        for (int i = 0; i < KEPT; i++) {
            byte[] spare = (byte[]) SPARE_ITEM.getAndSet(SPARE, i, (byte[]) null);
            if (spare != null) {
                return spare;
            }
        }
        return NONE;
    }

    private static void giveBack(byte[] spare) {
        for (int i = 0; i < KEPT; i++) {
            if (SPARE_ITEM.compareAndSet(SPARE, i, (byte[]) null, spare)) {
                return;
            }
        }
    }
}
