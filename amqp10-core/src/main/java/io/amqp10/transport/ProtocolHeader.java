package io.amqp10.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * The eight octets that every layer of a connection begins with.
 *
 * @see "AMQP 1.0 §2.2"
 */
enum ProtocolHeader {
    AMQP(0, "AMQP"),
    TLS(2, "TLS inside AMQP"),
    SASL(3, "SASL");

    static final int LENGTH = 8;

    /** "AMQP" and then 1.0.0, with the protocol id left out. */
    private static final long PREFIX = 0x414d_5150_0001_0000L;

    private static final int ID_SHIFT = 24;

    private final long octets;
    private final String text;

    ProtocolHeader(int id, String text) {
        this.octets = PREFIX | (long) id << ID_SHIFT;
        this.text = text;
    }

    /** Returns a new buffer that holds the header. */
    ByteBuf toBuffer() {
        return Unpooled.buffer(LENGTH, LENGTH).writeLong(octets);
    }

    /** Tells whether the octets, which may be fewer than eight, are how this header begins. */
    boolean beginsWith(ByteBuf in) {
        int length = Math.min(in.readableBytes(), LENGTH);
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != (byte) (octets >>> (LENGTH - 1 - i) * Byte.SIZE)) {
                return false;
            }
        }
        return true;
    }

    /** Says for people what a peer sent in place of a header, without control characters. */
    static String describe(ByteBuf in) {
        int length = Math.min(in.readableBytes(), LENGTH);
        byte[] octets = new byte[length];
        in.getBytes(in.readerIndex(), octets);
        if (length >= 3 && octets[0] >= 0x14 && octets[0] <= 0x17 && octets[1] == 3) {
            return "a TLS record";
        }
        if (length == LENGTH && octets[0] == 'A' && octets[1] == 'M' && octets[2] == 'Q' && octets[3] == 'P') {
            for (ProtocolHeader known : values()) {
                if (known.beginsWith(in)) {
                    return "the protocol header of " + known.text + " 1.0.0";
                }
            }
            return "the protocol header of AMQP with protocol id " + (octets[4] & 0xff) + " and version "
                    + (octets[5] & 0xff) + "." + (octets[6] & 0xff) + "." + (octets[7] & 0xff);
        }
        return "\"" + FrameTrace.escape(new String(octets, StandardCharsets.ISO_8859_1)) + "\"";
    }

    @Override
    public String toString() {
        return text + " 1.0.0";
    }
}
