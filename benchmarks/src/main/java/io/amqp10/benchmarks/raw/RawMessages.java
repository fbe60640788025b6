package io.amqp10.benchmarks.raw;

import java.nio.ByteBuffer;

/** Encoded messages. */
final class RawMessages {

    private static final int DEFAULT_BODY_BYTES = 256;

    private RawMessages() {}

    /** Returns the message of a source: the end of its address says how large its body is. */
    static byte[] of(String address) {
        int slash = address.indexOf('/');
        return data(slash < 0 ? DEFAULT_BODY_BYTES : Integer.parseInt(address.substring(slash + 1)));
    }

    /** Returns a message of one data section. */
    static byte[] data(int bodyBytes) {
        ByteBuffer message = ByteBuffer.allocate(bodyBytes + 8);
        message.put((byte) 0).put((byte) 0x53).put((byte) 0x75).put((byte) 0xb0).putInt(bodyBytes);
        for (int i = 0; i < bodyBytes; i++) {
            message.put((byte) ('a' + i % 26));
        }
        return message.array();
    }
}
