package io.amqp10.codec;

import io.amqp10.types.transport.PerformativeHandler;
import io.netty.buffer.ByteBuf;

/**
 * Turns bodies of AMQP frames into performatives. One instance belongs to one connection; it is not safe for more than one
 * thread.
 *
 * @see "AMQP 1.0 §2.7"
 */
public final class PerformativeDecoder {

    /** Makes a decoder with {@link DecodeLimits#DEFAULT}. */
    public PerformativeDecoder() {
        this(DecodeLimits.DEFAULT);
    }

    /**
     * Makes a decoder.
     *
     * @param limits what to take from the peer at most
     */
    public PerformativeDecoder(DecodeLimits limits) {}

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
        throw new UnsupportedOperationException();
    }
}
