package io.amqp10.engine;

import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.messaging.Coordinator;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.transaction.Declare;
import io.amqp10.types.transaction.Discharge;
import io.amqp10.types.transport.Attach;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The controller's end of a control link: declares transactions at the peer's coordinator and discharges them. What is
 * asked before the link is attached, or has credit, goes out when it can, in its order. Confined to the thread of its
 * connection.
 *
 * @see "AMQP 1.0 §4.1"
 */
public final class ControlLink implements SenderLinkListener {

    private final ControlBodies bodies;
    private final Listener listener;
    private final SenderLink link;
    private final ArrayDeque<Exchange> waiting = new ArrayDeque<>();
    private final Set<Exchange> sent = new LinkedHashSet<>();
    private boolean closed;

    /** Hears of a control link. Called on the engine's thread; it may call any method of the engine. */
    public interface Listener {

        /**
         * The peer answered with a coordinator.
         *
         * @param link the link
         * @param coordinator what it supports
         */
        void onAttached(ControlLink link, Coordinator coordinator);

        /**
         * The link is over; all requests have been told before. The transactions that were declared on it are rolled back,
         * but for one whose discharge was under way.
         *
         * @param link the link
         * @param reason why
         * @param answered whether it was attached before
         */
        void onClosed(ControlLink link, StopReason reason, boolean answered);
    }

    /** Hears what becomes of a request; exactly one of the two is called, once. */
    public interface Reply {

        /**
         * The coordinator gave the outcome.
         *
         * @param outcome {@code Declared} or {@code Accepted} for success, {@code Rejected} or another one for failure; null
         *     if it settled without one
         */
        void onOutcome(@Nullable Outcome outcome);

        /**
         * The link ended before there was an outcome.
         *
         * @param reason why
         * @param wasSent whether the request had gone out, so that the coordinator may have carried it out
         */
        void onLost(StopReason reason, boolean wasSent);
    }

    private static final class Exchange extends OutgoingDelivery {
        final Reply reply;

        Exchange(Reply reply) {
            this.reply = reply;
        }
    }

    private ControlLink(SessionEngine session, Attach attach, ControlBodies bodies, Listener listener) {
        this.bodies = bodies;
        this.listener = listener;
        this.link = session.attachSender(attach, this);
    }

    /**
     * Attaches a control link.
     *
     * @param session the session
     * @param attach what to ask for: a sender's whose target is a {@link Coordinator}, and whose source names the outcomes
     *     that we take, {@code rejected} among them
     * @param bodies encodes requests
     * @param listener hears of the link
     * @return the link
     * @throws IllegalArgumentException if the attach is not a sender's to a coordinator
     * @throws IllegalStateException if the session is ending or ended, or it has a link of this name and role
     */
    public static ControlLink attach(SessionEngine session, Attach attach, ControlBodies bodies, Listener listener) {
        if (!(attach.target() instanceof Coordinator)) {
            throw new IllegalArgumentException("the target of a control link is a coordinator");
        }
        return new ControlLink(session, attach, bodies, listener);
    }

    /**
     * Asks for a transaction.
     *
     * @param reply hears the outcome
     * @see "AMQP 1.0 §4.2"
     */
    public void declare(Reply reply) {
        request(new Declare(null), reply);
    }

    /**
     * Ends a transaction.
     *
     * @param txnId the transaction's id
     * @param fail whether to roll back
     * @param reply hears the outcome
     * @see "AMQP 1.0 §4.3"
     */
    public void discharge(Binary txnId, boolean fail, Reply reply) {
        request(new Discharge(txnId, fail), reply);
    }

    /**
     * Returns why the link ends or ended. It may be over as soon as it is made, if the peer allows no more links.
     *
     * @return the reason; null if it is of use, or will be
     */
    public @Nullable StopReason stopReason() {
        return link.stopReason();
    }

    /** Closes the link, which rolls back what was not discharged. Does nothing if it is closing or closed. */
    public void close() {
        link.detach(true, null);
    }

    private void request(Object body, Reply reply) {
        StopReason over = link.stopReason();
        if (over != null) {
            reply.onLost(over, false);
            return;
        }
        Exchange exchange = new Exchange(reply);
        exchange.payload(bodies.encode(body));
        waiting.add(exchange);
        onSendable(link);
    }

    @Override
    public void onAttached(SenderLink attached, Attach attach) {
        if (attach.target() instanceof Coordinator coordinator) {
            listener.onAttached(this, coordinator);
            onSendable(attached);
        } else {
            attached.detach(
                    true,
                    ErrorCondition.of(
                            AmqpError.NOT_IMPLEMENTED, "the peer answered with another target than a coordinator"));
        }
    }

    @Override
    public void onSendable(SenderLink sendable) {
        while (!waiting.isEmpty() && sendable.canSend()) {
            Exchange exchange = waiting.remove();
            sent.add(exchange);
            // Outcomes that were given in a transaction must be there before it is discharged.
            sendable.session().connection().sessions().flushDispositions();
            sendable.send(exchange);
        }
    }

    @Override
    public void onDrain(SenderLink draining) {
        onSendable(draining);
        draining.drained();
    }

    @Override
    public void onDisposition(SenderLink of, OutgoingDelivery delivery) {
        Outcome outcome = delivery.remoteState() instanceof Outcome known ? known : null;
        if (outcome == null && !delivery.remotelySettled()) {
            return;
        }
        Exchange exchange = (Exchange) delivery;
        of.settle(exchange);
        if (sent.remove(exchange)) {
            exchange.reply.onOutcome(outcome);
        }
    }

    @Override
    public void onDetached(SenderLink detached, StopReason reason, boolean closedForGood) {
        if (closed) {
            return;
        }
        closed = true;
        List<Exchange> lost = new ArrayList<>(sent);
        List<Exchange> unsent = new ArrayList<>(waiting);
        sent.clear();
        waiting.clear();
        for (Exchange exchange : lost) {
            exchange.releasePayload();
            exchange.reply.onLost(reason, true);
        }
        for (Exchange exchange : unsent) {
            exchange.releasePayload();
            exchange.reply.onLost(reason, false);
        }
        Attach answer = detached.remoteAttach();
        listener.onClosed(this, reason, answer != null && answer.target() instanceof Coordinator);
    }
}
