package io.amqp10.codec;

import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Close;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.Performative;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Writes performatives in their smallest encoding, without frame header and without payload. One instance belongs to one
 * connection; it is not safe for more than one thread. If a method throws, the buffer's writer index is as before;
 * octets behind it that nobody has written yet may be anything.
 *
 * @see "AMQP 1.0 §2.7"
 */
public final class PerformativeEncoder {

    private final WireWriter writer = new WireWriter();

    /** Makes an encoder. */
    public PerformativeEncoder() {}

    /**
     * Writes a performative.
     *
     * @param out where to; grows as needed
     * @param performative what to write
     * @throws IllegalArgumentException if it holds a value that has no AMQP type
     */
    public void write(ByteBuf out, Performative performative) {
        if (performative instanceof Transfer transfer) {
            write(out, transfer);
        } else if (performative instanceof Disposition disposition) {
            write(out, disposition);
        } else if (performative instanceof Flow flow) {
            write(out, flow);
        } else {
            writeSeldom(out, performative);
        }
    }

    private void writeSeldom(ByteBuf out, Performative performative) {
        writer.begin(out);
        try {
            if (performative instanceof Open open) {
                OpenCodec.write(writer, open);
            } else if (performative instanceof Begin begin) {
                BeginCodec.write(writer, begin);
            } else if (performative instanceof Attach attach) {
                AttachCodec.write(writer, attach);
            } else if (performative instanceof Detach detach) {
                EndingCodec.write(writer, detach);
            } else if (performative instanceof End end) {
                EndingCodec.write(writer, end);
            } else if (performative instanceof Close close) {
                EndingCodec.write(writer, close);
            }
            writer.finish();
        } catch (RuntimeException e) {
            writer.abort();
            throw e;
        }
    }

    /**
     * Writes a transfer, without its payload.
     *
     * @param out where to; grows as needed
     * @param transfer what to write
     * @throws IllegalArgumentException if its state holds a value that has no AMQP type
     */
    public void write(ByteBuf out, Transfer transfer) {
        if (takesOctets(out, TransferCodec.MAX_SIZE)) {
            int index = out.writerIndex();
            ByteBuffer octets = out.internalNioBuffer(index, TransferCodec.MAX_SIZE + UsualFieldsWriter.SLACK);
            int from = octets.position();
            int end = TransferCodec.writeUsual(octets, from, transfer);
            if (end >= 0) {
                out.writerIndex(index + end - from);
                return;
            }
        }
        writer.begin(out);
        try {
            TransferCodec.write(writer, transfer);
            writer.finish();
        } catch (RuntimeException e) {
            writer.abort();
            throw e;
        }
    }

    /**
     * Writes a flow.
     *
     * @param out where to; grows as needed
     * @param flow what to write
     * @throws IllegalArgumentException if its properties hold a value that has no AMQP type
     */
    public void write(ByteBuf out, Flow flow) {
        if (takesOctets(out, FlowCodec.MAX_SIZE)) {
            int index = out.writerIndex();
            ByteBuffer octets = out.internalNioBuffer(index, FlowCodec.MAX_SIZE + UsualFieldsWriter.SLACK);
            int from = octets.position();
            int end = FlowCodec.writeUsual(octets, from, flow);
            if (end >= 0) {
                out.writerIndex(index + end - from);
                return;
            }
        }
        writer.begin(out);
        try {
            FlowCodec.write(writer, flow);
            writer.finish();
        } catch (RuntimeException e) {
            writer.abort();
            throw e;
        }
    }

    /**
     * Writes a disposition.
     *
     * @param out where to; grows as needed
     * @param disposition what to write
     * @throws IllegalArgumentException if its state holds a value that has no AMQP type
     */
    public void write(ByteBuf out, Disposition disposition) {
        if (takesOctets(out, DispositionCodec.MAX_SIZE)) {
            int index = out.writerIndex();
            ByteBuffer octets = out.internalNioBuffer(index, DispositionCodec.MAX_SIZE + UsualFieldsWriter.SLACK);
            int from = octets.position();
            int end = DispositionCodec.writeUsual(octets, from, disposition);
            if (end >= 0) {
                out.writerIndex(index + end - from);
                return;
            }
        }
        writer.begin(out);
        try {
            DispositionCodec.write(writer, disposition);
            writer.finish();
        } catch (RuntimeException e) {
            writer.abort();
            throw e;
        }
    }

    /** Tells whether octets can be written where they are to be; else it is done in another way, rather than make room. */
    private static boolean takesOctets(ByteBuf out, int octets) {
        return out.writableBytes() >= octets + UsualFieldsWriter.SLACK && out.nioBufferCount() == 1;
    }
}
