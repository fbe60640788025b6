package io.amqp10.transport;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;

/** Stops and goes on with reading from a socket. */
final class Reading {

    private Reading() {}

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
