package io.amqp10.engine;

import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.LinkError;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.Symbol;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes deliveries of a link's transfers, and holds the sender to the rules for them.
 *
 * @see "AMQP 1.0 §2.6.11, §2.7.5"
 */
final class IncomingTransfers {

    private final ReceiverLink link;
    private final SessionEngine session;
    private final ReceiverCredit credit;

    /** Octets of the largest message that we take, as an unsigned long, 0 for no limit. */
    private long maxMessageSize;

    /** The delivery whose last frame has not come. */
    private @Nullable IncomingDelivery current;

    private boolean streaming;
    private @Nullable GatheredOctets payload;
    private long bytes;
    private int frames;

    /** The delivery in progress is one that the sender resumes and we do not know; its frames are dropped. */
    private boolean ignoring;

    IncomingTransfers(ReceiverLink link, ReceiverCredit credit) {
        this.link = link;
        this.credit = credit;
        session = link.session();
    }

    void maxMessageSize(long value) {
        maxMessageSize = value;
    }

    /** Tells whether a delivery has begun and is not complete. */
    boolean isInProgress() {
        return current != null || ignoring;
    }

    /** Tells whether the application has not heard of a delivery yet. */
    boolean isUnknown(IncomingDelivery delivery) {
        return delivery == current && !streaming;
    }

    /** Returns the delivery that has begun and is not complete, null if there is none or it is ignored. */
    @Nullable
    IncomingDelivery current() {
        return current;
    }

    void onTransfer(ReceiverLinkListener to, Transfer transfer, ByteBuf octets) {
        IncomingDelivery delivery = current;
        if (delivery != null) {
            onContinuation(to, delivery, transfer, octets);
        } else if (ignoring) {
            ignoring = goesOn(transfer);
        } else {
            onFirst(to, transfer, octets);
        }
    }

    private void onFirst(ReceiverLinkListener to, Transfer transfer, ByteBuf octets) {
        session.deliveries().checkStart(transfer);
        if (!credit.deliveryStarted()) {
            throw error(LinkError.TRANSFER_LIMIT_EXCEEDED, "a delivery beyond the credit");
        }
        link.deliveryStarted();
        if (transfer.resume()) {
            ignoring = goesOn(transfer);
            to.onIgnored(link);
            link.checkDrained();
            return;
        }
        boolean settled = settledBy(transfer, false);
        IncomingDelivery delivery = to.newDelivery(link);
        fill(delivery, transfer);
        if (transfer.aborted()) {
            abort(to, delivery);
            return;
        }
        if (settled) {
            delivery.remotelySettled = true;
            delivery.locallySettled = true;
        } else if (!link.remember(delivery)) {
            throw error(
                    AmqpError.INVALID_FIELD,
                    "the delivery-tag " + transfer.deliveryTag() + " is of an unsettled delivery");
        }
        if (transfer.more() || delivery.streams()) {
            current = delivery;
            streaming = delivery.streams();
            onPayload(to, delivery, transfer.more(), octets);
        } else {
            checkSize(octets.readableBytes());
            delivery.payload(octets);
            complete(to, delivery);
        }
    }

    private void onContinuation(ReceiverLinkListener to, IncomingDelivery delivery, Transfer transfer, ByteBuf octets) {
        checkContinuation(delivery, transfer);
        if (transfer.aborted()) {
            drop();
            link.forget(delivery);
            abort(to, delivery);
            return;
        }
        if (settledBy(transfer, delivery.remotelySettled) && !delivery.remotelySettled) {
            delivery.remotelySettled = true;
            delivery.locallySettled = true;
            link.forget(delivery);
        }
        if (transfer.state() != null && !LinkDelivery.isTerminal(delivery.remoteState)) {
            checkTransaction(delivery, transfer);
            delivery.remoteState = transfer.state();
        }
        onPayload(to, delivery, transfer.more(), octets);
    }

    /** Takes a frame of a delivery that comes in several, or streams. */
    private void onPayload(ReceiverLinkListener to, IncomingDelivery delivery, boolean more, ByteBuf octets) {
        if (++frames > session.connection().options().maxFramesPerDelivery()) {
            throw error(
                    LinkError.TRANSFER_LIMIT_EXCEEDED, "a delivery of more frames than maxFramesPerDelivery allows");
        }
        int length = octets.readableBytes();
        bytes += length;
        checkSize(bytes);
        if (streaming) {
            if (!to.onPayload(link, delivery, octets)) {
                session.incomingWindow.hold();
            }
            if (current != delivery) {
                return; // the listener stopped the link
            }
        } else {
            hold(octets, length);
        }
        if (!more) {
            if (payload != null) {
                giveHeld(payload, delivery);
            }
            drop();
            complete(to, delivery);
        }
    }

    private void hold(ByteBuf octets, int length) {
        session.connection().buffered(length);
        if (payload == null) {
            payload = new GatheredOctets();
        }
        payload.add(octets);
    }

    private void giveHeld(GatheredOctets held, IncomingDelivery delivery) {
        payload = null;
        session.connection().released(held.bytes());
        ByteBuf all = held.show();
        try {
            delivery.payload(all);
        } finally {
            all.release();
            held.release();
        }
    }

    private void complete(ReceiverLinkListener to, IncomingDelivery delivery) {
        to.onDelivery(link, delivery);
        link.checkDrained();
    }

    private void abort(ReceiverLinkListener to, IncomingDelivery delivery) {
        session.connection().limitChurn();
        delivery.remotelySettled = true;
        delivery.locallySettled = true;
        to.onAborted(link, delivery);
        link.checkDrained();
    }

    /** Forgets the delivery in progress, and releases what was held of it. */
    void drop() {
        current = null;
        ignoring = false;
        streaming = false;
        frames = 0;
        bytes = 0;
        GatheredOctets held = payload;
        if (held != null) {
            payload = null;
            session.connection().released(held.bytes());
            held.release();
        }
    }

    private void fill(IncomingDelivery delivery, Transfer transfer) {
        delivery.link = link;
        delivery.deliveryId = (int) transfer.deliveryId();
        delivery.tag(transfer.deliveryTagBytes(), transfer.deliveryTagLength());
        delivery.messageFormat = (int) Math.max(0, transfer.messageFormat());
        delivery.remoteState = transfer.state();
        ReceiverSettleMode mode = transfer.rcvSettleMode();
        delivery.settledSecond = (mode != null ? mode : link.rcvSettleMode()) == ReceiverSettleMode.SECOND;
    }

    /** Tells whether the sender has settled a delivery by this frame or an earlier one. */
    private boolean settledBy(Transfer transfer, boolean before) {
        Boolean flag = transfer.settled();
        boolean settled = flag == null ? before : flag;
        if (before && !settled) {
            throw error(AmqpError.INVALID_FIELD, "a settled delivery cannot become unsettled");
        }
        if (transfer.aborted()) {
            return true;
        }
        if (settled && link.sndSettleMode() == SenderSettleMode.UNSETTLED) {
            throw error(AmqpError.INVALID_FIELD, "a settled transfer on a link with snd-settle-mode unsettled");
        }
        if (!settled
                && transfer.rcvSettleMode() == ReceiverSettleMode.SECOND
                && link.rcvSettleMode() == ReceiverSettleMode.FIRST) {
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
                    session, AmqpError.NOT_ALLOWED, "a delivery on " + link + " before the last one was complete");
        }
        boolean otherFormat = transfer.messageFormat() != UnsignedInteger.ABSENT
                && (int) transfer.messageFormat() != delivery.messageFormat;
        if (otherId || otherTag || otherFormat) {
            throw error(
                    AmqpError.INVALID_FIELD,
                    "delivery-id, delivery-tag and message-format must be the same in all transfers of a delivery");
        }
    }

    /** All frames of a delivery that is posted in a transaction name that one (§4.4.1); some peers say so only in the first. */
    private void checkTransaction(IncomingDelivery delivery, Transfer transfer) {
        Binary before = delivery.remoteState instanceof TransactionalState state ? state.txnId() : null;
        Binary now = transfer.state() instanceof TransactionalState state ? state.txnId() : null;
        if (!Objects.equals(before, now)) {
            throw error(AmqpError.INVALID_FIELD, "all transfers of a delivery must be of the same transaction");
        }
    }

    private void checkSize(long size) {
        if (maxMessageSize != 0 && Long.compareUnsigned(size, maxMessageSize) > 0) {
            throw error(
                    LinkError.MESSAGE_SIZE_EXCEEDED,
                    "a message of more octets than maxMessageSize allows, which is "
                            + Long.toUnsignedString(maxMessageSize));
        }
    }

    private static boolean goesOn(Transfer transfer) {
        return transfer.more() && !transfer.aborted();
    }

    private ProtocolException error(Symbol condition, String text) {
        return ProtocolException.linkError(link, condition, text);
    }
}
