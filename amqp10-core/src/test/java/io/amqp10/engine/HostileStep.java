package io.amqp10.engine;

import io.amqp10.types.transport.Performative;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** A step of a row of {@link HostileInputs}, noted down while it is played, so that it can be played to others. */
sealed interface HostileStep {

    /** The peer sends frames. */
    final class Octets implements HostileStep {

        private final ByteBuf frames = Unpooled.buffer();

        void add(byte[] frame) {
            frames.writeBytes(frame);
        }

        byte[] octets() {
            return ByteBufUtil.getBytes(frames);
        }
    }

    /** The peer waits for a frame of ours. */
    record Await(Class<? extends Performative> kind) implements HostileStep {}

    /** We grant credit on a link, and the peer waits for it. */
    record Credit(String link, int credit) implements HostileStep {}

    /** We send a message, and the peer waits for it. */
    record Send() implements HostileStep {}

    /** The peer ends the stream without a word. */
    record Reset() implements HostileStep {}
}
