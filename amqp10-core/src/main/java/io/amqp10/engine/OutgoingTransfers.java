package io.amqp10.engine;

import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.transport.Transfer;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Sends the deliveries of a link, one after the other, in as many frames as they need.
 *
 * @see "AMQP 1.0 §2.6.11, §2.7.5"
 */
final class OutgoingTransfers {

    /** What a transfer frame needs beside its payload, its tag and its state: every field at its longest. */
    private static final int FRAME_OVERHEAD = 48;

    /** What the state of a transfer may need: a transactional one with an outcome. */
    private static final int STATE_OVERHEAD = 160;

    /**
     * The most that goes into one frame, whatever the peer takes: between two frames comes what else there is to send, and the
     * transport can say that it has enough.
     */
    private static final int MAX_FRAME = 1 << 20;

    private final SenderLink link;
    private final SessionEngine session;

    /** The delivery whose last frame has not gone out. */
    private @Nullable OutgoingDelivery current;

    /** How many octets of {@link #current} have gone out. */
    private long bytesSent;

    /** {@link #current} did not go out when it was given. */
    private boolean late;

    /** {@link #current} is being sent by a caller further up. */
    private boolean sending;

    OutgoingTransfers(SenderLink link) {
        this.link = link;
        session = link.session();
    }

    /** Tells whether the next delivery can begin. */
    boolean isIdle() {
        return current == null;
    }

    boolean isCurrent(OutgoingDelivery delivery) {
        return current == delivery;
    }

    /** Returns how many octets of the delivery in progress have gone out. */
    long bytesSent() {
        return bytesSent;
    }

    void start(OutgoingDelivery delivery) {
        bytesSent = 0;
        late = false;
        if (!sending && goesOutInOne(delivery)) {
            // Never the current one: to note a new object in an old one makes some garbage collectors wait for all
            // stores.
            sendFrame(delivery);
            return;
        }
        current = delivery;
        proceed();
        late = current == delivery;
    }

    private boolean goesOutInOne(OutgoingDelivery delivery) {
        return delivery.complete && session.canTransfer() && delivery.unsentBytes() <= room(delivery, true);
    }

    void drop() {
        OutgoingDelivery dropped = current;
        current = null;
        if (dropped != null && dropped.locallySettled) {
            dropped.releasePayload();
        }
    }

    /** Sends what can be sent of the delivery in progress. */
    void proceed() {
        if (sending) {
            return;
        }
        sending = true;
        try {
            OutgoingDelivery delivery = current;
            while (delivery != null && session.canTransfer() && sendFrame(delivery)) {
                delivery = current;
            }
        } finally {
            sending = false;
        }
    }

    /** Sends a frame; returns false if there is nothing to send. */
    private boolean sendFrame(OutgoingDelivery delivery) {
        boolean first = !delivery.started;
        int unsent = delivery.unsentBytes();
        if (!first && unsent == 0 && !delivery.complete && !delivery.aborted) {
            return false;
        }
        int length = Math.min(unsent, room(delivery, first));
        boolean more = !delivery.aborted && (length < unsent || !delivery.complete);
        boolean settled = delivery.locallySettled && (delivery.aborted || mayTransferSettled());
        Transfer transfer = session.transfer
                .reset()
                .handle(link.localHandle())
                .deliveryId(delivery.deliveryId())
                .settled(settled ? Boolean.TRUE : null)
                .more(more)
                .aborted(delivery.aborted)
                .state(delivery.aborted ? null : delivery.localState);
        if (first) {
            transfer.messageFormat(delivery.messageFormat()).rcvSettleMode(delivery.rcvSettleMode);
            delivery.copyTagTo(transfer.deliveryTagBytes());
            transfer.deliveryTagLength(delivery.tagLength);
        }
        delivery.started = true;
        session.outgoingWindow.frameSent();
        output(delivery, transfer, length);
        delivery.sentBytes += length;
        bytesSent += length;
        if (!more) {
            finish(delivery);
        } else if (delivery.unsentBytes() == 0) {
            link.tellPayloadSent(delivery);
        }
        return true;
    }

    private void output(OutgoingDelivery delivery, Transfer transfer, int length) {
        byte[] octets = delivery.octets;
        if (octets != null) {
            ByteBuf lent = session.connection().lentOctets().lend(octets, delivery.sentBytes, length);
            session.output().onTransfer(session.localChannel(), transfer, lent);
            return;
        }
        ByteBuf payload = delivery.payload;
        int from = payload.readerIndex();
        int to = payload.writerIndex();
        payload.setIndex(from + delivery.sentBytes, from + delivery.sentBytes + length);
        try {
            session.output().onTransfer(session.localChannel(), transfer, payload);
        } finally {
            if (delivery.payload == payload) { // else it was released, and is another's by now
                payload.setIndex(from, to);
            }
        }
    }

    private void finish(OutgoingDelivery delivery) {
        current = null;
        delivery.finished = true;
        if (delivery.remotelySettled) {
            delivery.locallySettled = true;
        }
        if (delivery.locallySettled) {
            if (!delivery.remotelySettled && !mayTransferSettled()) {
                session.deliveries().tellOf(delivery, true);
            }
            delivery.releasePayload();
            session.outgoingSettled(delivery);
        }
        if ((late || delivery.inParts) && !delivery.aborted) {
            link.tellSent(delivery);
        }
    }

    /** Tells whether a transfer of this link may be settled. */
    boolean mayTransferSettled() {
        return link.sndSettleMode() != SenderSettleMode.UNSETTLED;
    }

    /** Returns how many octets of payload a frame can take. */
    private int room(OutgoingDelivery delivery, boolean first) {
        int overhead = FRAME_OVERHEAD;
        if (first) {
            overhead += delivery.tagLength;
        }
        if (delivery.localState != null) {
            overhead += STATE_OVERHEAD;
        }
        return Math.min(session.connection().peerMaxFrameSize(), MAX_FRAME) - overhead;
    }
}
