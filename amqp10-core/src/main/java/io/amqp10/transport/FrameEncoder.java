package io.amqp10.transport;

import io.amqp10.codec.PerformativeEncoder;
import io.amqp10.engine.FrameTooLargeException;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Close;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.Performative;
import io.amqp10.types.transport.PerformativeHandler;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames one after the other into one buffer, which {@link #flush()} gives to the socket in one go. Small payloads
 * are copied into it; a large one goes behind it as a retained slice. But a large one in the heap is copied too if the next step
 * is the socket, which takes octets outside of the heap only: into pieces small enough to stay in the processor's cache
 * until the kernel reads them. Confined to the event loop.
 */
final class FrameEncoder implements PerformativeHandler<ByteBuf> {

    /** Payloads from this size on are not copied. */
    static final int SLICE_FROM = 4 * 1024;

    /** A buffer that has grown this far is handed on, so that the water marks see it, and another one begun. */
    static final int CHUNK = 64 * 1024;

    private static final int SMALLEST_BUFFER = 512;

    /** The header of an empty frame on channel 0 but for its size, in its lower half: data offset 2, type 0. */
    private static final long HEADER = 0x0200_0000L;

    private final ChannelHandlerContext context;

    /** No step between here and the socket takes octets from the heap. */
    private final boolean nextIsSocket;

    private final SparePieces pieces;
    private final PerformativeEncoder encoder = new PerformativeEncoder();
    private @Nullable ByteBuf out;
    private int expected = SMALLEST_BUFFER;
    private boolean written;

    /** The largest frame that the peer takes at present. */
    private IntSupplier maxFrameSize = () -> Integer.MAX_VALUE;

    FrameEncoder(ChannelHandlerContext context) {
        this.context = context;
        this.pieces = SparePieces.of(context.channel().eventLoop());
        ChannelPipeline pipeline = context.pipeline();
        nextIsSocket =
                pipeline.get(Amqp10Pipeline.TLS) == null && pipeline.get(Amqp10Pipeline.WEB_SOCKET_FRAMES) == null;
    }

    /** Sets who knows the largest frame that the peer takes at present. */
    void maxFrameSize(IntSupplier octets) {
        maxFrameSize = octets;
    }

    /** Gives everything to the socket. */
    void flush() {
        ByteBuf last = out;
        if (last != null) {
            writeOut(last);
        }
        if (written) {
            written = false;
            context.flush();
        }
    }

    /** Drops what was not flushed. */
    void discard() {
        ByteBuf last = out;
        out = null;
        if (last != null) {
            last.release();
        }
    }

    private void writeOut(ByteBuf buffer) {
        // Follows growth at once and shrinks slowly.
        expected = Math.max(SMALLEST_BUFFER, Math.max(buffer.readableBytes(), expected - expected / 8));
        out = null;
        written = true;
        context.write(buffer, context.voidPromise());
    }

    private ByteBuf begin(int channel) {
        ByteBuf buffer = room(SMALLEST_BUFFER);
        buffer.writeLong(HEADER | channel);
        return buffer;
    }

    private ByteBuf buffer(int size) {
        return size < CHUNK / 2 ? context.alloc().buffer(size) : pieces.take(context.alloc());
    }

    private void end(ByteBuf buffer, int start, int payload) {
        buffer.setInt(start, buffer.writerIndex() - start + payload);
    }

    private void checkSize(ByteBuf buffer, int start) {
        int size = buffer.writerIndex() - start;
        if (size > Open.MIN_MAX_FRAME_SIZE && size > maxFrameSize.getAsInt()) {
            buffer.writerIndex(start);
            throw new FrameTooLargeException(size, maxFrameSize.getAsInt());
        }
    }

    private void handOnIfFull(ByteBuf buffer) {
        if (buffer.readableBytes() >= CHUNK) {
            writeOut(buffer);
        }
    }

    private void write(int channel, Performative performative) {
        write(channel, performative, true);
    }

    private void write(int channel, Performative performative, boolean judged) {
        ByteBuf buffer = begin(channel);
        int start = buffer.writerIndex() - FrameDecoder.HEADER_LENGTH;
        boolean done = false;
        try {
            encoder.write(buffer, performative);
            end(buffer, start, 0);
            if (judged) {
                checkSize(buffer, start);
            }
            done = true;
        } finally {
            if (!done) {
                buffer.writerIndex(start);
            }
        }
        handOnIfFull(buffer);
    }

    @Override
    public void onTransfer(int channel, Transfer transfer, ByteBuf payload) {
        ByteBuf buffer = begin(channel);
        int start = buffer.writerIndex() - FrameDecoder.HEADER_LENGTH;
        boolean done = false;
        try {
            encoder.write(buffer, transfer);
            done = true;
        } finally {
            if (!done) {
                buffer.writerIndex(start);
            }
        }
        int size = payload.readableBytes();
        end(buffer, start, size);
        append(payload, payload.readerIndex(), size);
    }

    /** Adds octets behind what was written last. */
    private void append(ByteBuf octets, int index, int length) {
        if (length < SLICE_FROM) {
            ByteBuf buffer = room(length);
            copy(octets, index, length, buffer);
            handOnIfFull(buffer);
        } else if (!nextIsSocket || octets.isDirect()) {
            ByteBuf before = out;
            if (before != null) {
                writeOut(before);
            }
            written = true;
            context.write(octets.retainedSlice(index, length), context.voidPromise());
        } else if (octets instanceof CompositeByteBuf parts) {
            appendParts(parts, index, index + length);
        } else {
            copyInPieces(octets, index, length);
        }
    }

    /** Adds each part as what it is, since what is outside of the heap need not be copied. */
    private void appendParts(CompositeByteBuf parts, int from, int to) {
        int index = from;
        while (index < to) {
            int number = parts.toComponentIndex(index);
            ByteBuf part = parts.internalComponent(number);
            int start = parts.toByteIndex(number);
            int end = Math.min(to, start + part.capacity());
            append(part, index - start, end - index);
            index = end;
        }
    }

    private void copyInPieces(ByteBuf octets, int from, int length) {
        int index = from;
        int left = length;
        while (left > 0) {
            ByteBuf buffer = room(left);
            int part = Math.min(left, Math.max(0, CHUNK - buffer.readableBytes()));
            copy(octets, index, part, buffer);
            index += part;
            left -= part;
            handOnIfFull(buffer);
        }
    }

    private ByteBuf room(int octets) {
        ByteBuf buffer = out;
        if (buffer == null) {
            buffer = buffer(Math.max(octets, expected));
            out = buffer;
        }
        return buffer;
    }

    /** As writeBytes, which would make two NIO buffers for each payload. */
    private static void copy(ByteBuf octets, int index, int length, ByteBuf to) {
        to.ensureWritable(length);
        octets.getBytes(index, to, to.writerIndex(), length);
        to.writerIndex(to.writerIndex() + length);
    }

    @Override
    public void onFlow(int channel, Flow flow) {
        ByteBuf buffer = begin(channel);
        int start = buffer.writerIndex() - FrameDecoder.HEADER_LENGTH;
        boolean done = false;
        try {
            encoder.write(buffer, flow);
            done = true;
        } finally {
            if (!done) {
                buffer.writerIndex(start);
            }
        }
        end(buffer, start, 0);
        handOnIfFull(buffer);
    }

    @Override
    public void onDisposition(int channel, Disposition disposition) {
        ByteBuf buffer = begin(channel);
        int start = buffer.writerIndex() - FrameDecoder.HEADER_LENGTH;
        boolean done = false;
        try {
            encoder.write(buffer, disposition);
            done = true;
        } finally {
            if (!done) {
                buffer.writerIndex(start);
            }
        }
        end(buffer, start, 0);
        checkSize(buffer, start);
        handOnIfFull(buffer);
    }

    @Override
    public void onEmptyFrame(int channel) {
        ByteBuf buffer = begin(channel);
        end(buffer, buffer.writerIndex() - FrameDecoder.HEADER_LENGTH, 0);
    }

    @Override
    public void onOpen(int channel, Open open) {
        write(channel, open, false);
    }

    @Override
    public void onBegin(int channel, Begin begin) {
        write(channel, begin);
    }

    @Override
    public void onAttach(int channel, Attach attach) {
        write(channel, attach);
    }

    @Override
    public void onDetach(int channel, Detach detach) {
        write(channel, detach);
    }

    @Override
    public void onEnd(int channel, End end) {
        write(channel, end);
    }

    @Override
    public void onClose(int channel, Close close) {
        write(channel, close);
    }
}
