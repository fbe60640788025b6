package io.amqp10;

import java.nio.ByteBuffer;

/**
 * Takes the octets of one message's body as they arrive, where the network has put them: they are not kept, nor handed from
 * thread to thread, so this is the cheapest way to receive large messages. {@link ReceiverOptions#bodyConsumer} asks for one
 * when a body begins; {@link Delivery#bodyConsumer} returns it when the message is handed over. So what it has gathered is
 * forgotten with the delivery, also where the link is lost or closed before the application's turn.
 *
 * <p>Its methods run on the thread that does the connection's I/O, one at a time. Nothing else happens on that connection, and
 * on others of that thread, until they return: they must not wait, and methods of this library that do throw
 * {@link IllegalStateException}. To read from a thread that may wait there is {@link ReceiverOptions#streaming}.
 */
@FunctionalInterface
public interface BodyConsumer {

    /**
     * Takes some octets of the body.
     *
     * <p>An exception ends this for the message: its other octets pass by, and when its last one has come it is handed over as
     * a failed one. {@link Delivery#message} and {@link Delivery#accept()} then throw an {@link Amqp10Exception} with the
     * exception among its causes, a {@link MessageFormatException} if it is one. Where messages are
     * {@linkplain ReceiverOptions#autoAccept accepted by themselves}, the handler is not called, and the message is given back
     * as modified with a failed delivery, or rejected if the exception is a {@link MessageFormatException}.
     *
     * @param octets read-only, and valid only until this method returns; never empty
     */
    void onOctets(ByteBuffer octets);

    /**
     * Says that all octets of the body were taken, also if there are none. The message is handed over next, unless the link is
     * being closed or lost; then the peer delivers it again, to another consumer. An exception counts as one of
     * {@link #onOctets}.
     */
    default void onEnd() {}

    /**
     * Says that no more octets come and {@link #onEnd} is not called: since the sender aborted the message or the link was
     * lost, so that it is not handed over; since the octets are no message; or since this consumer has thrown an exception. An
     * exception of this method is logged.
     *
     * @param why what happened
     */
    default void onLost(Amqp10Exception why) {}
}
