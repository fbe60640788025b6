package io.amqp10.types.transport;

/**
 * The body of a frame of type AMQP.
 *
 * @see "AMQP 1.0 §2.7"
 */
public sealed interface Performative permits Open, Begin, Attach, Flow, Transfer, Disposition, Detach, End, Close {

    /**
     * Calls the handler's method for this kind of performative.
     *
     * @param <P> what carries a transfer's payload
     * @param handler whom to call
     * @param channel the channel that the frame is on
     * @param payload the octets after the performative, empty unless this is a transfer
     */
    <P> void dispatch(PerformativeHandler<P> handler, int channel, P payload);
}
