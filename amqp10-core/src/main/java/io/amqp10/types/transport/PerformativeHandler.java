package io.amqp10.types.transport;

/**
 * Takes performatives, one method for each kind, so that a new kind does not compile until it is handled. It is both what
 * the engine offers to the decoder and what the encoder offers to the engine.
 *
 * @param <P> what carries a transfer's payload
 */
public interface PerformativeHandler<P> {

    /**
     * Takes an open.
     *
     * @param channel the channel
     * @param open the performative
     */
    void onOpen(int channel, Open open);

    /**
     * Takes a begin.
     *
     * @param channel the channel
     * @param begin the performative
     */
    void onBegin(int channel, Begin begin);

    /**
     * Takes an attach.
     *
     * @param channel the channel
     * @param attach the performative
     */
    void onAttach(int channel, Attach attach);

    /**
     * Takes a flow.
     *
     * @param channel the channel
     * @param flow the performative, valid until this method returns
     */
    void onFlow(int channel, Flow flow);

    /**
     * Takes a transfer.
     *
     * @param channel the channel
     * @param transfer the performative, valid until this method returns
     * @param payload the octets of the message in this frame; the caller keeps its ownership, and
     *     may move its indexes afterwards, so a handler that wants to keep it retains a slice of it
     */
    void onTransfer(int channel, Transfer transfer, P payload);

    /**
     * Takes a disposition.
     *
     * @param channel the channel
     * @param disposition the performative, valid until this method returns
     */
    void onDisposition(int channel, Disposition disposition);

    /**
     * Takes a detach.
     *
     * @param channel the channel
     * @param detach the performative
     */
    void onDetach(int channel, Detach detach);

    /**
     * Takes an end.
     *
     * @param channel the channel
     * @param end the performative
     */
    void onEnd(int channel, End end);

    /**
     * Takes a close.
     *
     * @param channel the channel
     * @param close the performative
     */
    void onClose(int channel, Close close);

    /**
     * Takes an empty frame, which only shows that the peer is alive.
     *
     * @param channel the channel
     * @see "AMQP 1.0 §2.4.5"
     */
    void onEmptyFrame(int channel);
}
