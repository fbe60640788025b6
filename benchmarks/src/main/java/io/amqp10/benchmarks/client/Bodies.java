package io.amqp10.benchmarks.client;

import java.nio.charset.StandardCharsets;

/** Bodies of messages. */
final class Bodies {

    private Bodies() {}

    static byte[] ofSize(int bytes) {
        byte[] body = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            body[i] = (byte) ('a' + i % 26);
        }
        return body;
    }

    /** Returns the same as a string of ASCII. */
    static String text(byte[] body) {
        return new String(body, StandardCharsets.US_ASCII);
    }

    static void checkSize(int actual, byte[] expected) {
        if (actual != expected.length) {
            throw new IllegalStateException("a body of " + actual + " bytes instead of " + expected.length);
        }
    }
}
