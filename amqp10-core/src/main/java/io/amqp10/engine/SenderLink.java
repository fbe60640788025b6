package io.amqp10.engine;

import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Coordinator;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.Received;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Flow;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The end of a link that sends. Confined to the thread of its connection.
 *
 * @see "AMQP 1.0 §2.6"
 */
public final class SenderLink extends LinkEndpoint {

    private final OutgoingTransfers transfers;
    private SenderCredit credit;
    private @Nullable SenderLinkListener listener;

    /** The receiver's drain flag. */
    private boolean drain;

    /** The receiver waits for the end of a drain. */
    private boolean drainDue;

    private int available;
    private long nextTag;

    /** The transaction that the receiver wants messages to be acquired in. */
    private @Nullable Binary acquisition;

    private Map<Symbol, @Nullable Object> flowProperties = Map.of();

    SenderLink(SessionEngine session, Attach attach, SenderLinkListener listener) {
        super(session, Role.SENDER, attach, null);
        this.listener = listener;
        credit = new SenderCredit(0);
        transfers = new OutgoingTransfers(this);
    }

    SenderLink(SessionEngine session, Attach remote) {
        super(session, Role.SENDER, null, remote);
        credit = new SenderCredit(0);
        transfers = new OutgoingTransfers(this);
    }

    /**
     * Accepts the link that the peer attached.
     *
     * @param answer our attach, with the source as it is; its name, role and handle are the engine's
     * @param listener hears of the link
     * @throws IllegalStateException if it is not the peer's to be accepted; if it has stopped meanwhile, the listener is told so
     */
    public void accept(Attach answer, SenderLinkListener listener) {
        if (this.listener != null) {
            throw new IllegalStateException(this + " does not wait to be accepted or refused");
        }
        this.listener = listener;
        if (!answer(answer)) {
            return;
        }
        if (drainDue) {
            listener.onDrain(this);
        } else if (canSend()) {
            listener.onSendable(this);
        }
    }

    /**
     * Tells whether a delivery can be sent now: the link is attached, has credit, no earlier delivery is incomplete, the
     * session's window and the transport are open, and not too many deliveries are unsettled.
     *
     * @return whether {@link #send} may be called
     */
    public boolean canSend() {
        return transfers.isIdle()
                && credit.credit() > 0
                && isAttached()
                && session.canTransfer()
                && !session.deliveries().isFull();
    }

    /**
     * Sends a delivery, in as many frames as the peer's max-frame-size asks for; those that the session's window or the
     * transport do not let out now follow when they do.
     *
     * @param delivery the delivery; see {@link OutgoingDelivery} for who owns its payload
     * @throws IllegalStateException if {@link #canSend()} is false
     * @throws IllegalArgumentException if the payload is larger than {@link #maxMessageSize()}, or the delivery is to be
     *     settled though the link's sender settles none; nothing was sent then
     */
    public void send(OutgoingDelivery delivery) {
        if (!canSend()) {
            throw new IllegalStateException(this + " cannot send now");
        }
        checkSize(delivery.payloadSize());
        if (sndSettleMode() == SenderSettleMode.SETTLED) {
            delivery.locallySettled = true;
        } else if (delivery.locallySettled && !transfers.mayTransferSettled()) {
            throw new IllegalArgumentException(this + " settles no delivery when it is sent");
        }
        SenderLink before = delivery.link;
        if (before != null && before.session == session) {
            session.deliveries().forget(delivery); // known by its former number
        }
        delivery.restart(this);
        if (delivery.tagLength < 0) {
            makeTag(delivery);
        }
        session.deliveries().start(delivery);
        credit.deliveryStarted();
        transfers.start(delivery);
    }

    /**
     * Tells whether the next part of a delivery can be {@linkplain #append appended}: it is in progress here, is not
     * complete, and all that was given of it has gone out.
     *
     * @param delivery the delivery
     * @return whether {@link #append} may be called
     */
    public boolean canAppend(OutgoingDelivery delivery) {
        return transfers.isCurrent(delivery)
                && !delivery.complete
                && !delivery.aborted
                && delivery.started
                && delivery.unsentBytes() == 0;
    }

    /**
     * Gives the next part of a delivery that is not complete. The part before it is released, so that a delivery which was
     * sent in parts cannot be sent again.
     *
     * @param delivery the delivery, all of whose former parts have gone out
     * @param payload the next octets, whose ownership goes to the delivery
     * @param last whether the delivery is complete with them
     * @throws IllegalStateException if the delivery is not the one in progress, or a former part has not gone out; the
     *     payload is not taken then
     * @throws IllegalArgumentException if it would be larger than {@link #maxMessageSize()}; the payload is not taken then
     */
    public void append(OutgoingDelivery delivery, ByteBuf payload, boolean last) {
        if (!transfers.isCurrent(delivery) || delivery.complete || delivery.aborted || delivery.unsentBytes() > 0) {
            throw new IllegalStateException("no part can be appended to this delivery now");
        }
        long before = transfers.bytesSent();
        checkSize(before + payload.readableBytes());
        delivery.nextPart(payload, last);
        resume();
    }

    /**
     * Gives up the delivery in progress, whose last frame has not gone out. It is settled on both sides without an outcome,
     * and has used up a credit.
     *
     * @param delivery the delivery
     * @return whether it could be given up; if not, it has been sent in full or is not on this link
     */
    public boolean abort(OutgoingDelivery delivery) {
        if (!transfers.isCurrent(delivery)) {
            return false;
        }
        delivery.aborted = true;
        delivery.locallySettled = true;
        delivery.remotelySettled = true;
        session.deliveries().forget(delivery);
        delivery.releasePayload();
        resume();
        return true;
    }

    /**
     * Tells the receiver of a delivery's state, or that it is settled. Sent with the next {@link ConnectionEngine#flush}.
     *
     * @param delivery a delivery of this link
     * @param state its state, null to say nothing of it
     * @param settled whether to settle it
     * @return whether there is a peer to tell: false if the delivery is settled, or the link closed or its session over
     */
    public boolean disposition(OutgoingDelivery delivery, @Nullable DeliveryState state, boolean settled) {
        if (delivery.link != this) {
            throw new IllegalArgumentException("the delivery is not of " + this);
        }
        if (delivery.remotelySettled || delivery.locallySettled && !transfers.isCurrent(delivery)) {
            return false;
        }
        if (state != null) {
            delivery.localState = state;
        }
        delivery.locallySettled |= settled;
        if (transfers.isCurrent(delivery)) {
            // The next frame says so; the delivery is over with its last one.
            return true;
        }
        boolean heard = canTellOfDeliveries();
        if (heard && (state != null || settled)) {
            session.deliveries().tellOf(delivery, settled);
        }
        if (settled) {
            delivery.releasePayload();
            session.outgoingSettled(delivery);
        }
        return heard;
    }

    /**
     * Settles a delivery with the state that the receiver gave it.
     *
     * @param delivery a delivery of this link
     * @return as {@link #disposition} does
     */
    public boolean settle(OutgoingDelivery delivery) {
        return disposition(delivery, delivery.remoteState, true);
    }

    /**
     * Returns how many more deliveries the receiver allows.
     *
     * @return the credit, 0 or more
     */
    public long credit() {
        return credit.credit();
    }

    /**
     * Tells whether the receiver waits for {@link #drained()}.
     *
     * @return whether it does
     */
    public boolean isDraining() {
        return drainDue;
    }

    /**
     * Says how many messages wait here for credit; told to the receiver with the next flow.
     *
     * @param available how many, 0 or more
     */
    public void offered(int available) {
        this.available = Math.max(0, available);
    }

    /**
     * Says that there is nothing more to send, and gives the credit back. Does nothing unless the receiver asked to drain.
     */
    public void drained() {
        if (drainDue) {
            drainDue = false;
            credit.drain();
            flowNeeded();
        }
    }

    /**
     * Returns the largest message that the receiver takes.
     *
     * @return octets as an unsigned long, 0 for no limit
     */
    public long maxMessageSize() {
        Attach remote = remoteAttach();
        return remote == null ? 0 : remote.maxMessageSize();
    }

    /**
     * Returns the deliveries that were sent and are not settled, in the order they were sent. Goes through all of the
     * session's.
     *
     * @return a new list
     */
    public List<OutgoingDelivery> unsettled() {
        LinkDelivery[] deliveries = session.deliveries().of(this);
        List<OutgoingDelivery> unsettled = new ArrayList<>(deliveries.length);
        for (LinkDelivery delivery : deliveries) {
            unsettled.add((OutgoingDelivery) delivery);
        }
        return unsettled;
    }

    /**
     * Sets the number that the next made-up tag is made of, so that a link which takes the place of another one goes on
     * where that stopped.
     *
     * @param number a number that no unsettled tag was made of
     */
    public void nextTag(long number) {
        nextTag = number;
    }

    /**
     * Returns the number that the next made-up tag is made of.
     *
     * @return the number, from 0
     */
    public long nextTag() {
        return nextTag;
    }

    /**
     * Returns the transaction in which the receiver wants messages to be acquired; those that are sent are to carry it in
     * their state.
     *
     * @return the transaction's id, null for none
     * @see "AMQP 1.0 §4.4.3"
     */
    public @Nullable Binary acquisition() {
        return acquisition;
    }

    /** Acquires no more messages in the transaction, because it was discharged. The credit stays. */
    public void clearAcquisition() {
        acquisition = null;
        flowProperties = Map.of();
    }

    /** The session's window or the transport may have opened. */
    void resume() {
        transfers.proceed();
        SenderLinkListener told = listener;
        if (told != null && canSend()) {
            told.onSendable(this);
        }
    }

    /** The receiver changed a delivery. */
    void onDisposition(OutgoingDelivery delivery, @Nullable DeliveryState state, boolean settled) {
        if (state != Accepted.INSTANCE) {
            check(delivery, state);
        }
        boolean changed = settled;
        if (state != null && !LinkDelivery.isTerminal(delivery.remoteState)) {
            delivery.remoteState = state;
            changed = true;
        }
        if (settled) {
            delivery.remotelySettled = true;
            session.deliveries().forget(delivery);
            if (!transfers.isCurrent(delivery)) {
                delivery.locallySettled = true;
                delivery.releasePayload();
            }
        }
        if (changed && listener != null) {
            listener.onDisposition(this, delivery);
        }
    }

    private void check(OutgoingDelivery delivery, @Nullable DeliveryState state) {
        if (isMisplaced(state)) {
            throw ProtocolException.linkError(this, AmqpError.INVALID_FIELD, "only coordinators declare transactions");
        }
        if (state instanceof Received received && isBeyond(received, delivery)) {
            throw ProtocolException.linkError(
                    this, AmqpError.INVALID_FIELD, "the receiver says that it has more than the delivery");
        }
    }

    /** Tells whether a receiver cannot have so much of a delivery: a section takes three octets at least. */
    private static boolean isBeyond(Received received, OutgoingDelivery delivery) {
        int size = delivery.payloadSize();
        return !delivery.inParts
                && size > 0
                && (received.sectionNumber() > size / 3 || Long.compareUnsigned(received.sectionOffset(), size) > 0);
    }

    /** Tells whether a state is one that messages cannot have, but requests to a coordinator. */
    private boolean isMisplaced(@Nullable DeliveryState state) {
        if (state instanceof TransactionalState transactional) {
            return transactional.outcome() instanceof Declared;
        }
        if (!(state instanceof Declared)) {
            return false;
        }
        Attach local = localAttach();
        return local == null || !(local.target() instanceof Coordinator);
    }

    @Override
    void onFlow(Flow flow) {
        if (!flow.properties().isEmpty() && !acquires(flow.properties().get(TXN_ID))) {
            return;
        }
        long before = credit.credit();
        if (flow.linkCredit() != UnsignedInteger.ABSENT) {
            credit.grant(flow.deliveryCount(), flow.linkCredit());
        }
        drain = flow.drain();
        drainDue = drain;
        if (flow.echo()) {
            flowNeeded();
        }
        SenderLinkListener told = listener;
        if (told == null || !isAttached()) {
            return;
        }
        if (credit.credit() != before) {
            told.onCreditChanged(this);
        }
        if (drainDue) {
            told.onDrain(this);
        } else if (credit.credit() > before && canSend()) {
            told.onSendable(this);
        }
    }

    @Override
    void fillFlow(Flow flow) {
        flow.deliveryCount(credit.count())
                .linkCredit(credit.credit())
                .available(available)
                .drain(drain)
                .properties(flowProperties);
    }

    /** Takes the transaction of a flow, before its credit; returns false if the link ended over it. */
    private boolean acquires(@Nullable Object value) {
        if (value == null || value.equals(acquisition)) {
            return true;
        }
        if (!(value instanceof Binary txnId) || txnId.length() > TransactionalState.MAX_TXN_ID_LENGTH) {
            throw ProtocolException.linkError(
                    this, AmqpError.INVALID_FIELD, "the txn-id of a flow is not binary of at most 32 octets");
        }
        if (listener == null || !isAttached()) {
            return true; // a flow before the attach was answered, or after the detach
        }
        acquisition = txnId;
        flowProperties = Map.of(TXN_ID, txnId);
        listener.onAcquisition(this, txnId);
        return isAttached();
    }

    @Override
    void attaching(Attach attach) {
        SenderCredit granted = credit;
        credit = new SenderCredit(attach.initialDeliveryCount());
        credit.grant(UnsignedInteger.ABSENT, granted.credit());
    }

    @Override
    boolean hasListener() {
        return listener != null;
    }

    @Override
    void tellAttached(Attach attach) {
        if (listener != null) {
            listener.onAttached(this, attach);
        }
    }

    @Override
    void tellDetached(StopReason reason, boolean wasClosed) {
        if (listener != null) {
            listener.onDetached(this, reason, wasClosed);
        }
    }

    @Override
    boolean owesAnswer() {
        return isAttached() && (drainDue || !transfers.isIdle());
    }

    @Override
    void dropPartial() {
        transfers.drop();
    }

    @Override
    void dropUnsettled() {
        boolean wasFull = session.deliveries().isFull();
        for (LinkDelivery delivery : session.deliveries().of(this)) {
            session.deliveries().forget((OutgoingDelivery) delivery);
        }
        if (wasFull && !session.deliveries().isFull()) {
            session.resume();
        }
    }

    void tellPayloadSent(OutgoingDelivery delivery) {
        if (listener != null) {
            listener.onPayloadSent(this, delivery);
        }
    }

    void tellSent(OutgoingDelivery delivery) {
        if (listener != null) {
            listener.onSent(this, delivery);
        }
    }

    private void checkSize(long bytes) {
        long max = maxMessageSize();
        if (max != 0 && Long.compareUnsigned(bytes, max) > 0) {
            throw new IllegalArgumentException("a message of " + bytes + " octets is larger than the "
                    + Long.toUnsignedString(max) + " that the peer takes");
        }
    }

    private void makeTag(OutgoingDelivery delivery) {
        long number = nextTag++;
        int length = Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(number) + Byte.SIZE - 1) / Byte.SIZE);
        delivery.tagBits = number;
        delivery.tagLength = (byte) length;
    }
}
