package io.amqp10.engine;

import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Role;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Coordinator;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transaction.Declare;
import io.amqp10.types.transaction.Discharge;
import io.amqp10.types.transport.Attach;
import java.util.List;

/**
 * The resource's end of a control link: reads what the controller wants, has the {@link Listener} decide, and says the
 * outcome in the way that the controller can hear it. Confined to the thread of its connection.
 *
 * @see "AMQP 1.0 §4.2, §4.3"
 */
public final class CoordinatorLink implements ReceiverLinkListener {

    /** Octets of the largest request that is taken: a discharge has less than 64. */
    public static final int MAX_MESSAGE_SIZE = 4096;

    /** How many requests a controller may have under way. */
    public static final int CREDIT = 64;

    private static final Symbol REJECTED = Symbol.of("amqp:rejected:list");

    private final ReceiverLink link;
    private final ControlBodies bodies;
    private final Listener listener;
    private final boolean canReject;
    private boolean closed;

    /** Decides about transactions. Called on the engine's thread; it may call any method of the engine. */
    public interface Listener {

        /**
         * The controller wants a transaction.
         *
         * @param link the control link
         * @param declare what it said
         * @param request to be answered, now or later
         */
        void onDeclare(CoordinatorLink link, Declare declare, Request request);

        /**
         * The controller wants a transaction to end.
         *
         * @param link the control link
         * @param discharge what it said
         * @param request to be answered, now or later
         */
        void onDischarge(CoordinatorLink link, Discharge discharge, Request request);

        /**
         * The link is over, whoever ended it, and with it the transactions declared on it that are not discharged.
         *
         * @param link the control link
         */
        void onClosed(CoordinatorLink link);
    }

    /** What a controller wants, to be answered once. */
    public final class Request {

        private final IncomingDelivery delivery;

        private Request(IncomingDelivery delivery) {
            this.delivery = delivery;
        }

        /**
         * Says that a transaction was declared.
         *
         * @param txnId its id
         */
        public void declared(Binary txnId) {
            answer(delivery, new Declared(txnId));
        }

        /** Says that a transaction was discharged as was asked for. */
        public void discharged() {
            answer(delivery, Accepted.INSTANCE);
        }

        /**
         * Says that it could not be done: by rejecting the request, or by ending the link if the controller does not take
         * that outcome.
         *
         * @param error why
         */
        public void failed(ErrorCondition error) {
            if (canReject) {
                answer(delivery, new Rejected(error));
            } else {
                close(error);
            }
        }
    }

    private static final class Received extends IncomingDelivery {}

    private CoordinatorLink(ReceiverLink link, Attach remote, ControlBodies bodies, Listener listener) {
        this.link = link;
        this.bodies = bodies;
        this.listener = listener;
        Source source = remote.source();
        canReject = source != null && source.outcomes().contains(REJECTED);
    }

    /**
     * Accepts a control link that the peer attached.
     *
     * @param link the link, whose target is a coordinator
     * @param remote the peer's attach
     * @param capabilities what the coordinator supports
     * @param bodies decodes requests
     * @param listener decides
     * @return the control link, open
     * @throws IllegalStateException if it is not the peer's to be accepted
     */
    public static CoordinatorLink accept(
            ReceiverLink link, Attach remote, List<Symbol> capabilities, ControlBodies bodies, Listener listener) {
        CoordinatorLink coordinator = new CoordinatorLink(link, remote, bodies, listener);
        link.accept(
                Attach.builder(remote.name(), 0, Role.RECEIVER)
                        .sndSettleMode(remote.sndSettleMode())
                        .rcvSettleMode(ReceiverSettleMode.FIRST)
                        .source(remote.source())
                        .target(new Coordinator(capabilities))
                        .maxMessageSize(MAX_MESSAGE_SIZE)
                        .build(),
                coordinator);
        if (link.isAttached()) {
            link.addCredit(CREDIT);
        }
        return coordinator;
    }

    /**
     * Ends the link with an error, and with it the transactions that are not discharged.
     *
     * @param error why, a transaction error for example
     */
    public void close(ErrorCondition error) {
        link.detach(true, error);
    }

    /**
     * Tells whether the link can be used.
     *
     * @return whether no side has ended it
     */
    public boolean isOpen() {
        return !closed && link.stopReason() == null;
    }

    private void answer(IncomingDelivery delivery, Outcome outcome) {
        // What was foreseen for the transaction's messages must be known before its end (§4.4.1).
        link.session().connection().sessions().flushDispositions();
        if (!delivery.locallySettled() && link.disposition(delivery, outcome, true)) {
            link.addCredit(1);
        }
    }

    @Override
    public void onAttached(ReceiverLink attached, Attach attach) {
        // the peer attached it
    }

    @Override
    public IncomingDelivery newDelivery(ReceiverLink of) {
        return new Received();
    }

    @Override
    public void onAborted(ReceiverLink of, IncomingDelivery delivery) {
        link.addCredit(1);
    }

    @Override
    public void onIgnored(ReceiverLink of) {
        link.addCredit(1);
    }

    @Override
    public void onDelivery(ReceiverLink of, IncomingDelivery delivery) {
        if (delivery.remotelySettled()) {
            close(ErrorCondition.of(
                    AmqpError.ILLEGAL_STATE,
                    "a request to a coordinator must not be settled, since it has an outcome"));
            return;
        }
        Request request = new Request(delivery);
        if (delivery.remoteState() instanceof TransactionalState) {
            request.failed(ErrorCondition.of(AmqpError.NOT_ALLOWED, "a control link takes no transactional work"));
            return;
        }
        Object body = bodies.decode(delivery.payload());
        if (body instanceof Declare declare) {
            listener.onDeclare(this, declare, request);
        } else if (body instanceof Discharge discharge) {
            listener.onDischarge(this, discharge, request);
        } else if (body == null) {
            request.failed(ErrorCondition.of(AmqpError.DECODE_ERROR, "the message has no body of one amqp-value"));
        } else {
            request.failed(
                    ErrorCondition.of(AmqpError.NOT_IMPLEMENTED, "a coordinator takes declare and discharge only"));
        }
    }

    @Override
    public void onDisposition(ReceiverLink of, IncomingDelivery delivery) {
        // settled without waiting for the outcome: what was asked for is done all the same
    }

    @Override
    public void onDrained(ReceiverLink of) {
        // never asked for
    }

    @Override
    public void onDetached(ReceiverLink detached, StopReason reason, boolean closedForGood) {
        if (!closed) {
            closed = true;
            listener.onClosed(this);
        }
    }
}
