package io.amqp10.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * Buffers outside of the heap for what is on its way to the sockets of one event loop, which uses the same few again and again,
 * so that they stay in the processor's cache. Netty's allocators take other memory for each buffer of this size. A piece is back
 * when nobody but this holds it. Only for the loop that it belongs to.
 */
final class SparePieces {

    /** The capacity of each: 64 KiB, and room for the frame that goes beyond it or for what TLS adds. */
    static final int SIZE = 72 * 1024;

    /** So many are kept: what one connection has waiting until its engine stops at the high water mark. */
    static final int MOST = 10;

    private static final FastThreadLocal<SparePieces> HERE = new FastThreadLocal<>() {

        @Override
        protected SparePieces initialValue() {
            return new SparePieces();
        }

        @Override
        protected void onRemoval(SparePieces pieces) {
            pieces.release();
        }
    };

    /** Pieces live as long as their thread, which the search for leaks would take for one. */
    private static final ByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(true, true);

    private final @Nullable ByteBuf[] pieces = new @Nullable ByteBuf[MOST];

    private SparePieces() {}

    /** Returns those of an event loop, whichever thread runs it; on the loop. */
    static SparePieces of(EventLoop loop) {
        return loop instanceof LendableEventLoop lendable ? lendable.pieces() : ofThisThread();
    }

    /** Returns those of this thread, which lets go of them when it ends. */
    static SparePieces ofThisThread() {
        return HERE.get();
    }

    /**
     * Returns an empty piece, or a buffer of the same size if all pieces are under way. Either can grow, and has one owner, who
     * releases it.
     */
    ByteBuf take(ByteBufAllocator whereAllAreTaken) {
        ByteBuf free = null;
        for (int i = 0; i < MOST; i++) {
            ByteBuf piece = pieces[i];
            if (piece == null) {
                if (free == null) {
                    free = ALLOCATOR.directBuffer(SIZE);
                    pieces[i] = free;
                }
                break;
            }
            if (piece.refCnt() == 1) {
                if (piece.capacity() > SIZE) {
                    piece.clear().capacity(SIZE);
                }
                if (free == null) {
                    free = piece;
                }
            }
        }
        return free == null ? whereAllAreTaken.directBuffer(SIZE) : free.clear().retain();
    }

    private void release() {
        for (int i = 0; i < MOST; i++) {
            ByteBuf piece = pieces[i];
            if (piece != null) {
                pieces[i] = null;
                piece.release();
            }
        }
    }
}
