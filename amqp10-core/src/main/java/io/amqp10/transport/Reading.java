package io.amqp10.transport;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.DuplexChannel;

/** Stops and goes on with reading from a socket. */
final class Reading {

    /** What is read at once at first, and at most once so much comes: fewer calls of the kernel, and fewer cut frames. */
    private static final int MIN_BYTES = 64;

    private static final int FIRST_BYTES = 2048;

    private static final int MAX_BYTES = 256 * 1024;

    private Reading() {}

    /** Returns how much a channel is to read at once: as much as it got lately. */
    static RecvByteBufAllocator sizes() {
        return new AdaptiveRecvByteBufAllocator(MIN_BYTES, FIRST_BYTES, MAX_BYTES);
    }

    static void stop(Channel channel) {
        channel.config().setAutoRead(false);
    }

    /** Reads on, unless the peer has ended its stream: asking a channel for more then would close it, with what it has to write. */
    static void resume(Channel channel) {
        if (!(channel instanceof DuplexChannel duplex && duplex.isInputShutdown())) {
            channel.config().setAutoRead(true);
        }
    }
}
