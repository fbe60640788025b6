package io.amqp10.codec;

import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Close;
import io.amqp10.types.transport.Detach;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.End;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.PerformativeHandler;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Turns bodies of AMQP frames into performatives. One instance belongs to one connection; it is not safe for more than one
 * thread.
 *
 * @see "AMQP 1.0 §2.7"
 */
public final class PerformativeDecoder {

    private final FrameBody frame;
    private final WireReader in;
    private final Transfer transfer = new Transfer();
    private final Flow flow = new Flow();
    private final Disposition disposition = new Disposition();

    /** Makes a decoder with {@link DecodeLimits#DEFAULT}. */
    public PerformativeDecoder() {
        this(DecodeLimits.DEFAULT);
    }

    /**
     * Makes a decoder.
     *
     * @param limits what to take from the peer at most
     */
    public PerformativeDecoder(DecodeLimits limits) {
        in = new WireReader(limits);
        frame = new FrameBody(in);
    }

    /**
     * Decodes the body of one frame and calls the handler once. A {@code Transfer}, {@code Flow} or {@code Disposition} is
     * reused by the next call.
     *
     * @param channel the frame's channel
     * @param body what follows the frame's header and extended header; the caller keeps its ownership. For a transfer it is
     *     passed on as the payload, its reader index behind the performative. An empty one is an empty frame.
     * @param handler whom to call
     * @throws DecodeException if the octets are no performative, or others follow one that is no transfer; the handler was
     *     not called
     */
    public void decode(int channel, ByteBuf body, PerformativeHandler<ByteBuf> handler) {
        if (!body.isReadable()) {
            handler.onEmptyFrame(channel);
            return;
        }
        if (!decodeUsual(channel, body, handler)) {
            decodeAny(channel, body, handler);
        }
    }

    /** Decodes one of the three performatives that come all the time if its encoding is the usual one. */
    private boolean decodeUsual(int channel, ByteBuf body, PerformativeHandler<ByteBuf> handler) {
        int from = body.readerIndex();
        int length = body.writerIndex() - from;
        if (length < Long.BYTES || body.nioBufferCount() != 1) {
            return false;
        }
        ByteBuffer octets = body.internalNioBuffer(from, length);
        int at = octets.position();
        int end = octets.limit();
        long start = octets.getLong(at);
        int first = (int) (start >>> Integer.SIZE);
        if (first == TransferCodec.START) {
            int behind = TransferCodec.readUsual(octets, start, at, end, transfer);
            if (behind < 0) {
                return false;
            }
            body.readerIndex(from + behind - at);
            handler.onTransfer(channel, transfer, body);
            return true;
        }
        if (first == DispositionCodec.START) {
            if (!DispositionCodec.readUsual(octets, start, at, end, disposition)) {
                return false;
            }
            body.readerIndex(from + length);
            handler.onDisposition(channel, disposition);
            return true;
        }
        if (first == FlowCodec.START && FlowCodec.readUsual(octets, start, at, end, flow)) {
            body.readerIndex(from + length);
            handler.onFlow(channel, flow);
            return true;
        }
        return false;
    }

    private void decodeAny(int channel, ByteBuf body, PerformativeHandler<ByteBuf> handler) {
        int descriptor = frame.begin(body);
        switch (descriptor) {
            case Descriptor.TRANSFER -> {
                TransferCodec.read(in, transfer);
                frame.endBeforePayload(body);
                handler.onTransfer(channel, transfer, body);
            }
            case Descriptor.DISPOSITION -> {
                DispositionCodec.read(in, disposition);
                frame.end(body, descriptor);
                handler.onDisposition(channel, disposition);
            }
            case Descriptor.FLOW -> {
                FlowCodec.read(in, flow);
                frame.end(body, descriptor);
                handler.onFlow(channel, flow);
            }
            default -> decodeSeldom(channel, body, handler, descriptor);
        }
    }

    private void decodeSeldom(int channel, ByteBuf body, PerformativeHandler<ByteBuf> handler, int descriptor) {
        switch (descriptor) {
            case Descriptor.OPEN -> {
                Open open = OpenCodec.read(in);
                frame.end(body, descriptor);
                handler.onOpen(channel, open);
            }
            case Descriptor.BEGIN -> {
                Begin begin = BeginCodec.read(in);
                frame.end(body, descriptor);
                handler.onBegin(channel, begin);
            }
            case Descriptor.ATTACH -> {
                Attach attach = AttachCodec.read(in);
                frame.end(body, descriptor);
                handler.onAttach(channel, attach);
            }
            case Descriptor.DETACH -> {
                Detach detach = EndingCodec.readDetach(in);
                frame.end(body, descriptor);
                handler.onDetach(channel, detach);
            }
            case Descriptor.END -> {
                End end = EndingCodec.readEnd(in);
                frame.end(body, descriptor);
                handler.onEnd(channel, end);
            }
            case Descriptor.CLOSE -> {
                Close close = EndingCodec.readClose(in);
                frame.end(body, descriptor);
                handler.onClose(channel, close);
            }
            default -> throw FrameBody.unexpected("a performative", descriptor);
        }
    }
}
