package io.amqp10.transport;

import io.amqp10.engine.OctetPieces;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the frames in a stream of octets, wherever the stream is cut. A frame that lies in one piece is handed on where it
 * lies; one that is cut is copied, as its octets arrive, unless it is large and comes in large pieces. The header is judged as soon as the octets that condemn it are
 * there, before anything is kept for the body. Confined to the event loop.
 *
 * @see "AMQP 1.0 §2.3"
 */
final class FrameDecoder {

    /** The least that a frame has: size, data offset, type, channel. */
    static final int HEADER_LENGTH = 8;

    /** The largest frame that needs no agreement, and the largest of SASL. */
    static final int MIN_MAX_FRAME_SIZE = 512;

    static final int TYPE_AMQP = 0;
    static final int TYPE_SASL = 1;

    private static final int DOFF_INDEX = 4;
    private static final int TYPE_INDEX = 5;
    private static final int CHANNEL_INDEX = 6;
    private static final int WORD = 4;

    /** What is kept for a cut frame at first, however large it says it will be. */
    private static final int FIRST_PIECE = 4 * 1024;

    /** Cut frames from this size on are kept in the pieces that they come in. */
    private static final int PIECES_FROM = 16 * 1024;

    /**
     * Smaller pieces of those are copied, as what keeps one takes memory too. All octets of a buffer but the first one's and the
     * last one's are of the same frame, so that a piece, such as what a TLS record holds, hardly holds more than itself.
     */
    private static final int SMALLEST_PIECE = 4 * 1024;

    /** Takes the frames. */
    @FunctionalInterface
    interface Sink {

        /**
         * Takes a frame.
         *
         * @param channel octets 6 and 7 of the header
         * @param body what follows the header and extended header, between its indices; valid until this returns
         */
        void onFrame(int channel, ByteBuf body);
    }

    private final ByteBufAllocator allocator;
    private final int type;
    private final long maxFrameSize;
    private final Sink sink;

    /** The beginning of a frame that is cut, and small or of unknown size; null between frames. */
    private @Nullable ByteBuf partial;

    /** The beginning of a large frame that is cut; null between frames. */
    private @Nullable OctetPieces pieces;

    private int sizeOfPieces;

    private boolean stopped;

    FrameDecoder(ByteBufAllocator allocator, int type, long maxFrameSize, Sink sink) {
        this.allocator = allocator;
        this.type = type;
        this.maxFrameSize = maxFrameSize;
        this.sink = sink;
    }

    /**
     * Takes octets, all of them unless it is stopped; their ownership stays with the caller.
     *
     * @throws FramingException if they are no frame; the decoder is stopped then
     */
    void decode(ByteBuf in) {
        if (partial != null && !completePartial(partial, in)) {
            return;
        }
        if (pieces != null && !completePieces(pieces, in)) {
            return;
        }
        while (!stopped && in.isReadable()) {
            int size = frameSize(in);
            if (size == 0 || in.readableBytes() < size) {
                keep(in, size);
                return;
            }
            handOn(in, size);
        }
    }

    /** Ignores all further octets and frees what is kept. */
    void stop() {
        stopped = true;
        ByteBuf kept = partial;
        partial = null;
        if (kept != null) {
            kept.release();
        }
        OctetPieces begun = pieces;
        pieces = null;
        if (begun != null) {
            begun.release();
        }
    }

    /** Returns the size of the frame at the reader index, 0 if its header is not all there. */
    private int frameSize(ByteBuf in) {
        int at = in.readerIndex();
        int readable = in.readableBytes();
        if (readable < WORD) {
            return 0;
        }
        long size = in.getUnsignedInt(at);
        if (size < HEADER_LENGTH) {
            throw bad("a frame of " + size + " octets is smaller than its header");
        }
        if (size > maxFrameSize) {
            throw bad("a frame of " + size + " octets is larger than maxFrameSize allows, which is " + maxFrameSize);
        }
        if (readable < HEADER_LENGTH) {
            return 0;
        }
        int bodyOffset = in.getUnsignedByte(at + DOFF_INDEX) * WORD;
        if (bodyOffset < HEADER_LENGTH || bodyOffset > size) {
            throw bad("the data offset " + bodyOffset + " is outside of a frame of " + size + " octets");
        }
        int found = in.getUnsignedByte(at + TYPE_INDEX);
        if (found != type) {
            throw bad("a frame of type " + found + " came where only type " + type + " is allowed");
        }
        return (int) size;
    }

    private FramingException bad(String message) {
        stop();
        return new FramingException(message);
    }

    /** Hands on the frame at the reader index, all of which is there, and moves the reader index behind it. */
    private void handOn(ByteBuf in, int size) {
        int start = in.readerIndex();
        int end = start + size;
        int writer = in.writerIndex();
        int channel = in.getUnsignedShort(start + CHANNEL_INDEX);
        int body = start + in.getUnsignedByte(start + DOFF_INDEX) * WORD;
        in.setIndex(body, end);
        try {
            sink.onFrame(channel, in);
        } finally {
            in.setIndex(end, writer);
        }
    }

    private void keep(ByteBuf in, int size) {
        if (size >= PIECES_FROM) {
            keepPieces(in, size);
            in.skipBytes(in.readableBytes());
            return;
        }
        ByteBuf kept = allocator.buffer(Math.min(size == 0 ? HEADER_LENGTH : size, FIRST_PIECE));
        partial = kept;
        kept.writeBytes(in);
    }

    private void keepPieces(ByteBuf beginning, int frameSize) {
        OctetPieces begun = new OctetPieces(SMALLEST_PIECE);
        begun.add(beginning);
        pieces = begun;
        sizeOfPieces = frameSize;
    }

    /** Adds octets to the cut frame and hands it on if it is whole; returns false if octets are missing. */
    private boolean completePieces(OctetPieces begun, ByteBuf in) {
        int length = Math.min(sizeOfPieces - begun.bytes(), in.readableBytes());
        begun.add(in, length);
        in.skipBytes(length);
        if (begun.bytes() < sizeOfPieces) {
            return false;
        }
        pieces = null;
        ByteBuf frame = begun.take();
        try {
            handOn(frame, sizeOfPieces);
        } finally {
            frame.release();
        }
        return true;
    }

    /** The same, if it is not known to be large yet. */
    private boolean completePartial(ByteBuf kept, ByteBuf in) {
        move(in, kept, HEADER_LENGTH);
        int size = frameSize(kept);
        if (size == 0) {
            return false;
        }
        if (size >= PIECES_FROM) {
            partial = null;
            keepPieces(kept, size);
            kept.release();
            return true;
        }
        move(in, kept, size);
        if (kept.readableBytes() < size) {
            return false;
        }
        partial = null;
        try {
            handOn(kept, size);
        } finally {
            kept.release();
        }
        return true;
    }

    private static void move(ByteBuf from, ByteBuf to, int wanted) {
        int missing = wanted - to.readableBytes();
        if (missing > 0) {
            to.writeBytes(from, Math.min(missing, from.readableBytes()));
        }
    }
}
