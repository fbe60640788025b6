package io.amqp10.engine;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Turns the bodies of messages on a control link into octets and back, since the engine knows no encoding. */
public interface ControlBodies {

    /**
     * Encodes a message whose only section is an amqp-value.
     *
     * @param body a {@code Declare} or {@code Discharge}
     * @return the message, whose ownership goes to the caller
     */
    ByteBuf encode(Object body);

    /**
     * Decodes a message and returns the value of its amqp-value section.
     *
     * @param message the encoded message
     * @return the value; null if the octets are no message with such a body
     */
    @Nullable
    Object decode(byte[] message);
}
