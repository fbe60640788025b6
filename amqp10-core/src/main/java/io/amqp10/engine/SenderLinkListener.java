package io.amqp10.engine;

import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.transport.Attach;

/** Hears what happens to a link on which we send. Called on the engine's thread; it may call any method of the engine. */
public interface SenderLinkListener {

    /**
     * The peer answered our attach with a target of its own. An answer that is about to be refused (it has no target) is
     * not reported here; {@link #onDetached} follows. Not called for a link that the peer attached.
     *
     * @param link the link
     * @param attach the peer's answer
     */
    void onAttached(SenderLink link, Attach attach);

    /**
     * The link can send: {@link SenderLink#canSend()} is true and there is more credit than before, or the session's window
     * or the transport opened again, or a large delivery has gone out. Send until {@code canSend()} is false.
     *
     * @param link the link
     */
    void onSendable(SenderLink link);

    /**
     * The receiver granted more credit, or took some back. Called before {@link #onSendable} and {@link #onDrain}, and also where
     * nothing can be sent with it now.
     *
     * @param link the link
     * @see "AMQP 1.0 §2.6.7"
     */
    default void onCreditChanged(SenderLink link) {}

    /**
     * The receiver asks for all that is there now, and its credit back. Send what there is; then, with or without credit
     * left, call {@link SenderLink#drained()}, now or later. Called again for each such request.
     *
     * @param link the link
     */
    void onDrain(SenderLink link);

    /**
     * The receiver wants the messages that are sent from now on to be acquired in a transaction. Called before
     * {@link #onSendable} for the credit that came with it. Unless overridden the link is detached with
     * {@code amqp:not-implemented}, as it must be by who cannot do this.
     *
     * @param link the link
     * @param txnId the transaction's id
     * @see "AMQP 1.0 §4.4.3"
     */
    default void onAcquisition(SenderLink link, Binary txnId) {
        link.detach(
                true,
                ErrorCondition.of(AmqpError.NOT_IMPLEMENTED, "this link does not acquire messages in transactions"));
    }

    /**
     * The peer changed the state of a delivery, or settled it. If it settled the delivery, then it is settled on our side
     * too, and nothing more is to be done. If it did not and the state is terminal, {@link SenderLink#settle} is due.
     *
     * @param link the link
     * @param delivery what {@link OutgoingDelivery#remoteState()} and {@link OutgoingDelivery#remotelySettled()} are of
     */
    void onDisposition(SenderLink link, OutgoingDelivery delivery);

    /**
     * All that was given of a delivery which is not complete has gone out; the next part can be
     * {@linkplain SenderLink#append appended}.
     *
     * @param link the link
     * @param delivery the delivery
     */
    default void onPayloadSent(SenderLink link, OutgoingDelivery delivery) {}

    /**
     * The last frame of a delivery has gone out, which was given in parts or did not go out when it was given. Not called for
     * one that was aborted.
     *
     * @param link the link
     * @param delivery the delivery, whose outcome may be there already
     */
    default void onSent(SenderLink link, OutgoingDelivery delivery) {}

    /**
     * The link is over, and this is its last event but for dispositions: of a link that was detached and not closed,
     * deliveries still change state while the session lasts, unless they are
     * {@linkplain LinkEndpoint#forgetUnsettled() forgotten}. {@link SenderLink#unsettled()} still has what was not settled.
     * A detach of ours is reported when the peer has answered it, one with an error or of the peer's at once.
     *
     * @param link the link
     * @param reason why
     * @param closed whether the link was closed for good rather than detached; false if its session or connection stopped
     */
    void onDetached(SenderLink link, StopReason reason, boolean closed);
}
