package io.amqp10.codec;

import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Performative;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;

/**
 * Writes performatives in their smallest encoding, without frame header and without payload. One instance belongs to one
 * connection; it is not safe for more than one thread. If a method throws, the buffer's writer index is as before.
 *
 * @see "AMQP 1.0 §2.7"
 */
public final class PerformativeEncoder {

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
        throw new UnsupportedOperationException();
    }

    /**
     * Writes a transfer, without its payload.
     *
     * @param out where to; grows as needed
     * @param transfer what to write
     */
    public void write(ByteBuf out, Transfer transfer) {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes a flow.
     *
     * @param out where to; grows as needed
     * @param flow what to write
     */
    public void write(ByteBuf out, Flow flow) {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes a disposition.
     *
     * @param out where to; grows as needed
     * @param disposition what to write
     */
    public void write(ByteBuf out, Disposition disposition) {
        throw new UnsupportedOperationException();
    }
}
