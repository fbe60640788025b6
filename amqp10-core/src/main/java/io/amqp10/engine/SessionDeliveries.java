package io.amqp10.engine;

import io.amqp10.types.AmqpError;
import io.amqp10.types.Role;
import io.amqp10.types.SequenceNumber;
import io.amqp10.types.UnsignedInteger;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.transport.Disposition;
import io.amqp10.types.transport.Transfer;
import org.jspecify.annotations.Nullable;

/**
 * The unsettled deliveries of a session in both directions: their numbers, and what both ends say of them.
 *
 * @see "AMQP 1.0 §2.6.12, §2.7.6"
 */
final class SessionDeliveries {

    private final SessionEngine session;
    private final int maxUnsettled;
    private final DeliveryTable outgoing = new DeliveryTable();
    private final DeliveryTable incoming = new DeliveryTable();
    private final DispositionBatch senderDispositions = new DispositionBatch(Role.SENDER);
    private final DispositionBatch receiverDispositions = new DispositionBatch(Role.RECEIVER);

    /** The id of the delivery that we send next. */
    private int nextId;

    /** The id that the peer's next delivery must have, once it has sent one. */
    private int expectedId;

    private boolean expected;

    SessionDeliveries(SessionEngine session, SessionSettings settings) {
        this.session = session;
        maxUnsettled = settings.maxUnsettled();
        nextId = SequenceNumber.fromWire(settings.firstOutgoingId());
    }

    // ids

    /** Gives a delivery of ours its number, and remembers it until it is settled. */
    void start(OutgoingDelivery delivery) {
        delivery.deliveryId = nextId++;
        if (!delivery.locallySettled) {
            outgoing.put(delivery);
        }
    }

    /** Checks the first transfer of a delivery of the peer's. */
    void checkStart(Transfer frame) {
        if (frame.deliveryId() == UnsignedInteger.ABSENT || !frame.hasDeliveryTag()) {
            throw ProtocolException.sessionError(
                    session,
                    AmqpError.INVALID_FIELD,
                    "the first transfer of a delivery needs delivery-id and delivery-tag");
        }
        int id = SequenceNumber.fromWire(frame.deliveryId());
        if (expected && id != expectedId) {
            throw ProtocolException.sessionError(
                    session,
                    AmqpError.INVALID_FIELD,
                    "delivery-id " + frame.deliveryId() + " where " + SequenceNumber.toWire(expectedId) + " is next");
        }
        expected = true;
        expectedId = id + 1;
    }

    /** Keeps count of the deliveries of a link that takes none. */
    void skip(Transfer frame) {
        int id = SequenceNumber.fromWire(frame.deliveryId());
        if (frame.deliveryId() != UnsignedInteger.ABSENT && (!expected || id == expectedId)) {
            expected = true;
            expectedId = id + 1;
        }
    }

    // what is unsettled

    /** Tells whether we have sent as many deliveries as may be unsettled. */
    boolean isFull() {
        return outgoing.size() >= maxUnsettled;
    }

    /** Tells whether the peer waits for the state of a delivery. */
    boolean owesAnswer() {
        return incoming.size() > 0;
    }

    void remember(IncomingDelivery delivery) {
        incoming.put(delivery);
    }

    boolean forget(IncomingDelivery delivery) {
        return incoming.remove(delivery);
    }

    boolean forget(OutgoingDelivery delivery) {
        return outgoing.remove(delivery);
    }

    /** Returns what we sent on a link, in the order of the ids. */
    LinkDelivery[] of(SenderLink link) {
        return outgoing.of(link);
    }

    /** Returns what came on a link, in the order of the ids. */
    LinkDelivery[] of(ReceiverLink link) {
        return incoming.of(link);
    }

    void clear() {
        outgoing.clear();
        incoming.clear();
        senderDispositions.clear();
        receiverDispositions.clear();
    }

    // what is said of them

    void onDisposition(Disposition disposition) {
        int first = SequenceNumber.fromWire(disposition.first());
        int last = SequenceNumber.fromWire(disposition.last());
        if (SequenceNumber.isBefore(last, first)) {
            throw ProtocolException.connectionError(
                    AmqpError.NOT_ALLOWED,
                    "a disposition from " + disposition.first() + " to " + disposition.last() + " is no range");
        }
        DeliveryTable table = disposition.role() == Role.RECEIVER ? outgoing : incoming;
        if (table.size() == 0) {
            return;
        }
        DeliveryState state = disposition.state();
        boolean settled = disposition.settled();
        if (SequenceNumber.distance(first, last) < table.capacity()) {
            for (int id = first; !SequenceNumber.isBefore(last, id); id++) {
                apply(table.get(id), state, settled);
            }
        } else {
            for (LinkDelivery delivery : table.within(first, last)) {
                apply(table.get(delivery.deliveryId), state, settled);
            }
        }
    }

    private static void apply(@Nullable LinkDelivery delivery, @Nullable DeliveryState state, boolean settled) {
        if (delivery instanceof OutgoingDelivery sent) {
            SenderLink link = sent.link;
            if (link != null) {
                link.onDisposition(sent, state, settled);
            }
        } else if (delivery instanceof IncomingDelivery received) {
            ReceiverLink link = received.link;
            if (link != null) {
                link.onDisposition(received, state, settled);
            }
        }
    }

    void tellOf(OutgoingDelivery delivery, boolean settled) {
        collect(senderDispositions, delivery, settled);
    }

    void tellOf(IncomingDelivery delivery, boolean settled) {
        collect(receiverDispositions, delivery, settled);
    }

    private void collect(DispositionBatch batch, LinkDelivery delivery, boolean settled) {
        if (!batch.add(delivery.deliveryId, delivery.localState, settled)) {
            if (!flush(batch)) {
                return;
            }
            batch.add(delivery.deliveryId, delivery.localState, settled);
        }
        session.flushNeeded();
    }

    /** Sends the dispositions that were collected. */
    void flushDispositions() {
        if (flush(receiverDispositions)) {
            flush(senderDispositions);
        }
    }

    /** Sends those of a batch; returns false if the session ended, because a state of them was too large for the peer. */
    private boolean flush(DispositionBatch batch) {
        if (batch.isEmpty()) {
            return true;
        }
        try {
            batch.flush(session.output(), session.localChannel());
            return true;
        } catch (FrameTooLargeException e) {
            session.endForSmallFrames(e);
            return false;
        }
    }
}
