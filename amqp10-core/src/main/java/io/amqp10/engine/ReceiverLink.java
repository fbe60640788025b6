package io.amqp10.engine;

import io.amqp10.types.AmqpError;
import io.amqp10.types.LinkError;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Flow;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of a link that receives. Confined to the thread of its connection.
 *
 * @see "AMQP 1.0 §2.6"
 */
public final class ReceiverLink extends LinkEndpoint {

    private final ReceiverCredit credit = new ReceiverCredit();
    private final TagTable unsettledTags = new TagTable();
    private @Nullable ReceiverLinkListener listener;

    /** Octets of the largest message that we take, as an unsigned long, 0 for no limit. */
    private long maxMessageSize;

    private boolean drain;
    private boolean echo;

    /** What the sender has waiting, {@link UnsignedInteger#ABSENT} if it never said. */
    private long available = UnsignedInteger.ABSENT;

    // the delivery whose last frame has not come

    private @Nullable IncomingDelivery current;
    private boolean currentStreams;
    private @Nullable PartialPayload currentPayload;
    private long currentBytes;
    private int currentFrames;

    /** The delivery in progress is one that the sender resumes and we do not know; its frames are dropped. */
    private boolean currentIgnored;

    ReceiverLink(SessionEngine session, Attach attach, ReceiverLinkListener listener) {
        super(session, Role.RECEIVER, attach, null);
        this.listener = listener;
    }

    ReceiverLink(SessionEngine session, Attach remote) {
        super(session, Role.RECEIVER, null, remote);
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
        boolean settledNow = settled && delivery.rcvSettleMode == ReceiverSettleMode.FIRST;
        delivery.settleAfterSender |= settled;
        if (settledNow) {
            delivery.locallySettled = true;
            forget(delivery);
        }
        if (state != null || settledNow) {
            session.tellOfIncoming(delivery, settledNow);
        }
        return true;
    }

    /**
     * Returns the deliveries that arrived and are not settled, in the order they came. Goes through all of the session's.
     *
     * @return a new list
     */
    public List<IncomingDelivery> unsettled() {
        LinkDelivery[] deliveries = session.incoming.of(this);
        List<IncomingDelivery> unsettled = new ArrayList<>(deliveries.length);
        for (LinkDelivery delivery : deliveries) {
            unsettled.add((IncomingDelivery) delivery);
        }
        return unsettled;
    }

    /** Tells whether a transfer belongs to a delivery whose first frame has come. */
    boolean isInProgress() {
        return current != null || currentIgnored;
    }

    void onTransfer(Transfer transfer, ByteBuf payload) {
        ReceiverLinkListener to = listener;
        if (to == null || !isAttached()) {
            session.skipDelivery(transfer);
            throw error(LinkError.TRANSFER_LIMIT_EXCEEDED, "a transfer before any credit");
        }
        if (current != null || currentIgnored) {
            onContinuation(to, transfer, payload);
        } else {
            onFirst(to, transfer, payload);
        }
    }

    private void onFirst(ReceiverLinkListener to, Transfer transfer, ByteBuf payload) {
        session.checkDeliveryStart(transfer);
        if (!credit.deliveryStarted()) {
            throw error(LinkError.TRANSFER_LIMIT_EXCEEDED, "a delivery beyond the credit");
        }
        available = Math.max(UnsignedInteger.ABSENT, available - 1);
        if (transfer.resume()) {
            currentIgnored = transfer.more() && !transfer.aborted();
            checkDrained();
            return;
        }
        boolean settled = settledBy(transfer, false);
        IncomingDelivery delivery = to.newDelivery(this);
        start(delivery, transfer);
        if (transfer.aborted()) {
            abort(to, delivery);
            return;
        }
        if (settled) {
            delivery.remotelySettled = true;
            delivery.locallySettled = true;
        } else {
            remember(delivery, transfer);
        }
        if (transfer.more() || delivery.streams()) {
            current = delivery;
            currentStreams = delivery.streams();
            onPayload(to, delivery, transfer, payload);
        } else {
            int length = payload.readableBytes();
            checkSize(length);
            if (length > 0) {
                byte[] octets = new byte[length];
                payload.getBytes(payload.readerIndex(), octets);
                delivery.payload = octets;
            }
            to.onDelivery(this, delivery);
            checkDrained();
        }
    }

    private void onContinuation(ReceiverLinkListener to, Transfer transfer, ByteBuf payload) {
        IncomingDelivery delivery = current;
        if (delivery == null) {
            currentIgnored = transfer.more() && !transfer.aborted();
            return;
        }
        checkContinuation(delivery, transfer);
        if (transfer.aborted()) {
            dropPartial();
            forget(delivery);
            abort(to, delivery);
            return;
        }
        if (settledBy(transfer, delivery.remotelySettled) && !delivery.remotelySettled) {
            delivery.remotelySettled = true;
            delivery.locallySettled = true;
            forget(delivery);
        }
        if (transfer.state() != null && !LinkDelivery.isTerminal(delivery.remoteState)) {
            delivery.remoteState = transfer.state();
        }
        onPayload(to, delivery, transfer, payload);
    }

    /** Takes a frame of a delivery that comes in several, or streams. */
    private void onPayload(ReceiverLinkListener to, IncomingDelivery delivery, Transfer transfer, ByteBuf payload) {
        boolean more = transfer.more();
        if (++currentFrames > session.connection().options().maxFramesPerDelivery()) {
            throw error(
                    LinkError.TRANSFER_LIMIT_EXCEEDED, "a delivery of more frames than maxFramesPerDelivery allows");
        }
        int length = payload.readableBytes();
        currentBytes += length;
        checkSize(currentBytes);
        if (currentStreams) {
            if (!to.onPayload(this, delivery, payload)) {
                session.incomingWindow.hold();
            }
            if (current != delivery) {
                return;
            }
        } else {
            session.connection().buffered(length);
            if (currentPayload == null) {
                currentPayload = new PartialPayload();
            }
            currentPayload.add(payload);
        }
        if (!more) {
            if (currentPayload != null) {
                delivery.payload = currentPayload.assemble();
            }
            dropPartial();
            to.onDelivery(this, delivery);
            checkDrained();
        }
    }

    private void start(IncomingDelivery delivery, Transfer transfer) {
        delivery.link = this;
        delivery.deliveryId = (int) transfer.deliveryId();
        delivery.tag(transfer.deliveryTagBytes(), transfer.deliveryTagLength());
        delivery.messageFormat = (int) Math.max(0, transfer.messageFormat());
        delivery.remoteState = transfer.state();
        delivery.rcvSettleMode = rcvSettleMode();
        if (transfer.rcvSettleMode() != null) {
            delivery.rcvSettleMode = transfer.rcvSettleMode();
        }
    }

    /** Tells whether the sender has settled a delivery by this frame or an earlier one. */
    private boolean settledBy(Transfer transfer, boolean before) {
        Boolean settled = transfer.settled();
        if (settled == null) {
            settled = before;
        } else if (before && !settled) {
            throw error(AmqpError.INVALID_FIELD, "a settled delivery cannot become unsettled");
        }
        if (transfer.aborted()) {
            return true;
        }
        if (settled && sndSettleMode() == SenderSettleMode.UNSETTLED) {
            throw error(AmqpError.INVALID_FIELD, "a settled transfer on a link with snd-settle-mode unsettled");
        }
        if (!settled
                && transfer.rcvSettleMode() == ReceiverSettleMode.SECOND
                && rcvSettleMode() == ReceiverSettleMode.FIRST) {
            throw error(AmqpError.INVALID_FIELD, "rcv-settle-mode second on a link with first");
        }
        return settled;
    }

    private void checkContinuation(IncomingDelivery delivery, Transfer transfer) {
        boolean otherId =
                transfer.deliveryId() != UnsignedInteger.ABSENT && (int) transfer.deliveryId() != delivery.deliveryId;
        boolean otherTag = transfer.hasDeliveryTag()
                && !delivery.hasTag(transfer.deliveryTagBytes(), transfer.deliveryTagLength());
        if (otherId && otherTag) {
            throw ProtocolException.sessionError(
                    session, AmqpError.NOT_ALLOWED, "a delivery on " + this + " before the last one was complete");
        }
        boolean otherFormat = transfer.messageFormat() != UnsignedInteger.ABSENT
                && (int) transfer.messageFormat() != delivery.messageFormat;
        if (otherId || otherTag || otherFormat) {
            throw error(
                    AmqpError.INVALID_FIELD,
                    "delivery-id, delivery-tag and message-format must be the same in all transfers of a delivery");
        }
    }

    private void checkSize(long bytes) {
        if (maxMessageSize != 0 && Long.compareUnsigned(bytes, maxMessageSize) > 0) {
            throw error(
                    LinkError.MESSAGE_SIZE_EXCEEDED,
                    "a message of more than " + Long.toUnsignedString(maxMessageSize) + " octets");
        }
    }

    private void remember(IncomingDelivery delivery, Transfer transfer) {
        if (!unsettledTags.putIfAbsent(delivery)) {
            throw error(
                    AmqpError.INVALID_FIELD,
                    "the delivery-tag " + transfer.deliveryTag() + " is of an unsettled delivery");
        }
        session.incoming.put(delivery);
    }

    /** Takes a delivery out of the unsettled ones. */
    private void forget(IncomingDelivery delivery) {
        if (session.incoming.remove(delivery)) {
            unsettledTags.remove(delivery);
        }
    }

    private void abort(ReceiverLinkListener to, IncomingDelivery delivery) {
        session.connection().limitChurn();
        delivery.remotelySettled = true;
        delivery.locallySettled = true;
        to.onAborted(this, delivery);
        checkDrained();
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
        boolean known = delivery != current || currentStreams;
        if (changed && known && listener != null) {
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
                .echo(echo);
        echo = false;
    }

    private void checkDrained() {
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
        maxMessageSize = attach.maxMessageSize();
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
    }

    @Override
    void tellDetached(StopReason reason, boolean wasClosed) {
        if (listener != null) {
            listener.onDetached(this, reason, wasClosed);
        }
    }

    @Override
    void dropPartial() {
        current = null;
        currentIgnored = false;
        currentStreams = false;
        currentFrames = 0;
        PartialPayload partial = currentPayload;
        if (partial != null) {
            currentPayload = null;
            session.connection().released(partial.bytes());
            partial.release();
        }
        currentBytes = 0;
    }

    @Override
    void dropUnsettled() {
        for (LinkDelivery delivery : session.incoming.of(this)) {
            forget((IncomingDelivery) delivery);
        }
    }

    private ProtocolException error(Symbol condition, String text) {
        return ProtocolException.linkError(this, condition, text);
    }
}
