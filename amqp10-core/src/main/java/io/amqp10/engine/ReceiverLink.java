package io.amqp10.engine;

import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.LinkError;
import io.amqp10.types.Role;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The end of a link that receives. Confined to the thread of its connection.
 *
 * @see "AMQP 1.0 §2.6"
 */
public final class ReceiverLink extends LinkEndpoint {

    private final ReceiverCredit credit = new ReceiverCredit();
    private final TagTable unsettledTags = new TagTable();
    private final IncomingTransfers transfers;
    private @Nullable ReceiverLinkListener listener;

    private boolean drain;
    private boolean echo;

    /** The transaction that the sender is to acquire messages in. */
    private @Nullable Binary acquisition;

    private Map<Symbol, @Nullable Object> flowProperties = Map.of();

    /** What the sender has waiting, {@link UnsignedInteger#ABSENT} if it never said. */
    private long available = UnsignedInteger.ABSENT;

    ReceiverLink(SessionEngine session, Attach attach, ReceiverLinkListener listener) {
        super(session, Role.RECEIVER, attach, null);
        transfers = new IncomingTransfers(this, credit);
        this.listener = listener;
    }

    ReceiverLink(SessionEngine session, Attach remote) {
        super(session, Role.RECEIVER, null, remote);
        transfers = new IncomingTransfers(this, credit);
        credit.attach(remote.initialDeliveryCount());
    }

    /**
     * Accepts the link that the peer attached.
     *
     * @param answer our attach, with the target as it is; its name, role and handle are the engine's. Its max-message-size
     *     is enforced
     * @param listener hears of the link
     * @throws IllegalStateException if it is not the peer's to be accepted; if it has stopped meanwhile, the listener is told so
     */
    public void accept(Attach answer, ReceiverLinkListener listener) {
        if (this.listener != null) {
            throw new IllegalStateException(this + " does not wait to be accepted or refused");
        }
        this.listener = listener;
        if (answer(answer) && credit.credit() > 0) {
            flowNeeded();
        }
    }

    /**
     * Lets the sender send more. Can be called before the link is attached; told with the next
     * {@link ConnectionEngine#flush}.
     *
     * @param deliveries how many more, 0 or more
     */
    public void addCredit(int deliveries) {
        if (deliveries < 0) {
            throw new IllegalArgumentException("credit is 0 or more, not " + deliveries);
        }
        if (deliveries > 0) {
            credit.add(deliveries);
            flowNeeded();
        }
    }

    /**
     * Sets how many deliveries may come from now on. What the sender had sent before it heard of a lower number still
     * arrives.
     *
     * @param deliveries how many, from 0 to 2147483647
     */
    public void setCredit(int deliveries) {
        if (deliveries < 0) {
            throw new IllegalArgumentException("credit is 0 or more, not " + deliveries);
        }
        credit.set(deliveries);
        flowNeeded();
    }

    /**
     * Returns how many deliveries may still come.
     *
     * @return the credit, 0 or more
     */
    public int credit() {
        return credit.credit();
    }

    /**
     * Asks the sender to send what it has at once and to give the rest of the credit back;
     * {@link ReceiverLinkListener#onDrained} tells when that is done.
     */
    public void drain() {
        if (stopReason() != null || drain) {
            return;
        }
        drain = true;
        flowNeeded();
        if (isAttached() && credit.credit() == 0 && credit.isExhausted()) {
            drained();
        }
    }

    /**
     * Tells whether a drain is under way.
     *
     * @return whether it is
     */
    public boolean isDraining() {
        return drain;
    }

    /**
     * Asks the sender for its flow state, after which {@link ReceiverLinkListener#onFlow} is called. What the sender sent
     * before it heard of an earlier {@link #setCredit} has then arrived.
     */
    public void requestFlow() {
        echo = true;
        flowNeeded();
    }

    /**
     * Returns how many messages the sender said it had waiting, less those that came since.
     *
     * @return how many, 0 if it did not say
     */
    public long available() {
        return Math.max(0, available);
    }

    /**
     * Sets the transaction in which the sender is to acquire the messages that it sends from now on; told with the next
     * flow. A sender that cannot do so detaches the link, or is known to ignore it.
     *
     * @param txnId the transaction's id; null to acquire outside of transactions, which the sender does by itself once
     *     the transaction was discharged
     * @see "AMQP 1.0 §4.4.3"
     */
    public void acquisition(@Nullable Binary txnId) {
        acquisition = txnId;
        flowProperties = txnId == null ? Map.of() : Map.of(TXN_ID, txnId);
    }

    /**
     * Returns the transaction in which the sender is to acquire messages.
     *
     * @return the transaction's id or null
     */
    public @Nullable Binary acquisition() {
        return acquisition;
    }

    /**
     * Returns the delivery that has begun to arrive and is not complete.
     *
     * @return the delivery or null
     */
    public @Nullable IncomingDelivery incomplete() {
        return transfers.current();
    }

    /**
     * Tells the sender of a delivery's state, or settles it. Sent with the next {@link ConnectionEngine#flush}. A delivery
     * that is to be settled {@linkplain io.amqp10.types.ReceiverSettleMode#SECOND second} is settled when the sender has.
     *
     * @param delivery a delivery of this link
     * @param state its state, null to say nothing of it
     * @param settled whether to settle it
     * @return whether there is a peer to tell: false if either side has settled the delivery, or the link is closed or its
     *     session over
     */
    public boolean disposition(IncomingDelivery delivery, @Nullable DeliveryState state, boolean settled) {
        if (delivery.link != this) {
            throw new IllegalArgumentException("the delivery is not of " + this);
        }
        if (delivery.locallySettled) {
            return false;
        }
        if (state != null) {
            delivery.localState = state;
        }
        if (delivery.remotelySettled || !canTellOfDeliveries()) {
            if (settled) {
                delivery.locallySettled = true;
                forget(delivery);
            }
            return false;
        }
        boolean settledNow = settled && !delivery.settledSecond;
        delivery.settleAfterSender |= settled;
        if (settledNow) {
            delivery.locallySettled = true;
            forget(delivery);
        }
        if (state != null || settledNow) {
            session.deliveries().tellOf(delivery, settledNow);
        }
        return true;
    }

    /**
     * Returns the deliveries that arrived and are not settled, in the order they came. Goes through all of the session's.
     *
     * @return a new list
     */
    public List<IncomingDelivery> unsettled() {
        LinkDelivery[] deliveries = session.deliveries().of(this);
        List<IncomingDelivery> unsettled = new ArrayList<>(deliveries.length);
        for (LinkDelivery delivery : deliveries) {
            unsettled.add((IncomingDelivery) delivery);
        }
        return unsettled;
    }

    /** Tells whether a delivery has begun and is not complete. */
    boolean isInProgress() {
        return transfers.isInProgress();
    }

    void onTransfer(Transfer transfer, ByteBuf payload) {
        ReceiverLinkListener to = listener;
        if (to == null || !isAttached()) {
            session.deliveries().skip(transfer);
            throw error(LinkError.TRANSFER_LIMIT_EXCEEDED, "a transfer before any credit");
        }
        transfers.onTransfer(to, transfer, payload);
    }

    void deliveryStarted() {
        available = Math.max(UnsignedInteger.ABSENT, available - 1);
    }

    /** Puts a delivery to the unsettled ones; returns false if there is one of its tag. */
    boolean remember(IncomingDelivery delivery) {
        if (!unsettledTags.putIfAbsent(delivery)) {
            return false;
        }
        session.deliveries().remember(delivery);
        return true;
    }

    /** Takes a delivery out of the unsettled ones. */
    void forget(IncomingDelivery delivery) {
        if (session.deliveries().forget(delivery)) {
            unsettledTags.remove(delivery);
        }
    }

    /** The sender changed a delivery. */
    void onDisposition(IncomingDelivery delivery, @Nullable DeliveryState state, boolean settled) {
        boolean changed = settled;
        if (state != null && !LinkDelivery.isTerminal(delivery.remoteState)) {
            delivery.remoteState = state;
            changed = true;
        }
        if (settled) {
            delivery.remotelySettled = true;
            delivery.locallySettled = delivery.settleAfterSender;
            forget(delivery);
        }
        if (changed && !transfers.isUnknown(delivery) && listener != null) {
            listener.onDisposition(this, delivery);
        }
    }

    @Override
    void onFlow(Flow flow) {
        if (flow.deliveryCount() != UnsignedInteger.ABSENT && !credit.update(flow.deliveryCount())) {
            throw error(AmqpError.INVALID_FIELD, "delivery-count goes back or beyond the credit");
        }
        if (flow.available() != UnsignedInteger.ABSENT) {
            available = flow.available();
        }
        if (flow.echo()) {
            flowNeeded();
        }
        ReceiverLinkListener to = listener;
        if (to == null || !isAttached()) {
            return;
        }
        to.onFlow(this);
        if (drain && flow.drain() && credit.credit() == 0) {
            credit.drained();
        }
        checkDrained();
    }

    @Override
    void fillFlow(Flow flow) {
        flow.deliveryCount(credit.count())
                .linkCredit(credit.announce())
                .available(available)
                .drain(drain)
                .echo(echo)
                .properties(flowProperties);
        echo = false;
    }

    /** Tells the listener if a drain is complete. */
    void checkDrained() {
        if (drain && isAttached() && credit.credit() == 0 && credit.isExhausted()) {
            drained();
        }
    }

    private void drained() {
        drain = false;
        if (listener != null) {
            listener.onDrained(this);
        }
    }

    @Override
    boolean hasListener() {
        return listener != null;
    }

    @Override
    void attaching(Attach attach) {
        transfers.maxMessageSize(attach.maxMessageSize());
    }

    @Override
    void tellAttached(Attach attach) {
        credit.attach(attach.initialDeliveryCount());
        if (credit.credit() > 0 || drain) {
            flowNeeded();
        }
        if (listener != null) {
            listener.onAttached(this, attach);
        }
        checkDrained();
    }

    @Override
    void tellDetached(StopReason reason, boolean wasClosed) {
        if (listener != null) {
            listener.onDetached(this, reason, wasClosed);
        }
    }

    @Override
    boolean owesAnswer() {
        return false;
    }

    @Override
    void dropPartial() {
        transfers.drop();
    }

    @Override
    void dropUnsettled() {
        for (LinkDelivery delivery : session.deliveries().of(this)) {
            forget((IncomingDelivery) delivery);
        }
    }

    private ProtocolException error(Symbol condition, String text) {
        return ProtocolException.linkError(this, condition, text);
    }
}
