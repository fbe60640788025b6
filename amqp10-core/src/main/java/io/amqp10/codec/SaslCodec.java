package io.amqp10.codec;

import io.amqp10.types.sasl.SaslFrame;
import io.netty.buffer.ByteBuf;

/**
 * Reads and writes bodies of SASL frames. Not safe for more than one thread.
 *
 * @see "AMQP 1.0 §5.3.3"
 */
public final class SaslCodec {

    /** Makes a codec. */
    public SaslCodec() {}

    /**
     * Reads the body of one frame.
     *
     * @param body what follows the frame's header; read to its end
     * @return the frame
     * @throws DecodeException if the octets are no SASL frame, or others follow it
     */
    public SaslFrame read(ByteBuf body) {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes the body of one frame.
     *
     * @param out where to; grows as needed
     * @param frame what to write
     */
    public void write(ByteBuf out, SaslFrame frame) {
        throw new UnsupportedOperationException();
    }
}
