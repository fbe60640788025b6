package io.amqp10.internal;

import io.amqp10.Message;
import io.netty.buffer.ByteBuf;

/**
 * Turns messages into the octets of a delivery and back. Safe for any thread.
 *
 * @see "AMQP 1.0 §3.2"
 */
public final class MessageCodec {

    private MessageCodec() {}

    /**
     * Writes a message. A received message, or the sections of it that were not changed, is written as it came.
     *
     * @param message what to write, made by this library
     * @param out where to; grows as needed
     * @throws IllegalArgumentException if it holds a value that has no AMQP type; the writer index is as before
     */
    public static void encode(Message message, ByteBuf out) {
        throw new UnsupportedOperationException();
    }

    /**
     * Makes a message of the octets of a delivery. Only the boundaries, the order and the number of the sections are read
     * here; their contents are decoded when they are first asked for.
     *
     * @param bytes holds the octets; the message keeps the array, which must not be changed any more
     * @param offset the index of the first octet
     * @param length how many octets
     * @return the message
     * @throws io.amqp10.MessageFormatException if the sections are not those of a message
     */
    public static Message decode(byte[] bytes, int offset, int length) {
        throw new UnsupportedOperationException();
    }
}
