package io.amqp10.benchmarks.raw;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A socket, plain or under TLS, that does not block. */
interface RawChannel {

    /** Appends what has come; returns a negative number when no more will. */
    int read(ByteBuffer in) throws IOException;

    /** Tells whether something has come that was not read for want of room. */
    boolean hasMore();

    /** Takes what it can. */
    void write(ByteBuffer out) throws IOException;

    /** Hands on what was taken. Returns whether that was all. */
    boolean flush() throws IOException;

    /** Returns a channel that is nothing but the socket. */
    static RawChannel plain(SocketChannel socket) {
        return new RawChannel() {
            @Override
            public int read(ByteBuffer in) throws IOException {
                return socket.read(in);
            }

            @Override
            public boolean hasMore() {
                return false;
            }

            @Override
            public void write(ByteBuffer out) throws IOException {
                socket.write(out);
            }

            @Override
            public boolean flush() {
                return true;
            }
        };
    }
}
