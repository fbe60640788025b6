package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.GuaranteeNotSupportedException;
import io.amqp10.LinkRefusedException;
import io.amqp10.engine.ControlLink;
import io.amqp10.engine.SessionEngine;
import io.amqp10.engine.StopReason;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.ReceiverSettleMode;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.messaging.Coordinator;
import io.amqp10.types.messaging.Declared;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.transaction.TransactionCapability;
import io.amqp10.types.transport.Attach;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of a session, and the control link that they are declared on, which is attached when the first one is
 * asked for. Confined to the connection's event loop.
 */
final class SessionTransactions implements ControlLink.Listener {

    private final LiveSession session;

    /** Not declared yet, and not asked for either. */
    private final ArrayDeque<LiveTransaction> waiting = new ArrayDeque<>();

    private final Set<LiveTransaction> asked = new LinkedHashSet<>();
    private final Set<LiveTransaction> live = new LinkedHashSet<>();

    /** For this attachment. */
    private @Nullable ControlLink control;

    private @Nullable Coordinator coordinator;

    /** The session ended before the control link was answered. */
    private boolean refusedWithSession;

    SessionTransactions(LiveSession session) {
        this.session = session;
    }

    void declare(LiveTransaction transaction, @Nullable SessionEngine engine) {
        waiting.add(transaction);
        begun(engine);
    }

    /** The session begins, or is there. */
    void begun(@Nullable SessionEngine engine) {
        if (control == null && !waiting.isEmpty() && engine != null && engine.stopReason() == null) {
            refusedWithSession = false;
            ControlLink made = ControlLink.attach(
                    engine,
                    attach(),
                    new ControlMessages(Settings.decode(session.connection().limits())),
                    this);
            control = made.stopReason() == null ? made : null; // without a free handle it is over at once
        }
        pump();
    }

    private static Attach attach() {
        return Attach.builder("txn-" + UUID.randomUUID(), 0, Role.SENDER)
                .sndSettleMode(SenderSettleMode.UNSETTLED)
                .rcvSettleMode(ReceiverSettleMode.FIRST)
                .source(Source.builder().outcomes(Terminus.OUTCOMES).build())
                .target(new Coordinator(List.of(
                        TransactionCapability.LOCAL_TRANSACTIONS,
                        TransactionCapability.MULTI_TXNS_PER_SSN,
                        TransactionCapability.MULTI_SSNS_PER_TXN)))
                .build();
    }

    private void pump() {
        ControlLink on = control;
        Coordinator known = coordinator;
        while (on != null && known != null && on == control && !waiting.isEmpty()) {
            LiveTransaction next = waiting.remove();
            if (next.isAbandoned()) {
                continue;
            }
            boolean several = known.capabilities().contains(TransactionCapability.MULTI_TXNS_PER_SSN);
            if (!several && !(live.isEmpty() && asked.isEmpty())) {
                next.notDeclared(new GuaranteeNotSupportedException(
                        "the peer at " + session.connection().remoteAddress()
                                + " allows one transaction of a session at a time; another session can have another one",
                        null,
                        null));
                continue;
            }
            ask(on, known, next);
        }
    }

    private void ask(ControlLink on, Coordinator known, LiveTransaction transaction) {
        asked.add(transaction);
        on.declare(new ControlLink.Reply() {
            @Override
            public void onOutcome(@Nullable Outcome outcome) {
                asked.remove(transaction);
                if (outcome instanceof Declared declared && byId(declared.txnId()) != null) {
                    // the work of both would be the work of one
                    transaction.notDeclared(refused(null, "declared two transactions with the same id"));
                } else if (outcome instanceof Declared declared) {
                    live.add(transaction);
                    transaction.declared(
                            on,
                            declared.txnId(),
                            known.capabilities().contains(TransactionCapability.MULTI_SSNS_PER_TXN));
                } else {
                    transaction.notDeclared(
                            refused(outcome instanceof Rejected rejected ? rejected.error() : null, "declared none"));
                }
            }

            @Override
            public void onLost(StopReason reason, boolean wasSent) {
                asked.remove(transaction);
                // The peer has rolled back whatever it declared.
                waiting.add(transaction);
            }
        });
    }

    private LinkRefusedException refused(@Nullable ErrorCondition said, String what) {
        return new LinkRefusedException(
                "the coordinator of transactions of the peer at "
                        + session.connection().remoteAddress() + " " + what
                        + (said == null ? "" : ": " + Errors.text(said)),
                said,
                null);
    }

    @Override
    public void onAttached(ControlLink link, Coordinator answered) {
        coordinator = answered;
        pump();
    }

    @Override
    public void onClosed(ControlLink link, StopReason reason, boolean answered) {
        if (link == control) {
            control = null;
            coordinator = null;
        }
        refusedWithSession = reason instanceof StopReason.ParentStopped && !answered;
        for (LiveTransaction transaction : List.copyOf(live)) {
            transaction.lost(reason, false);
        }
        if (isAboutUs(reason, answered)) {
            failWaiting(refused(reason.error(), "is not available"));
        } // else with the session or connection, which may be restored
    }

    /** Tells whether another try would most likely end the same way. */
    private static boolean isAboutUs(StopReason reason, boolean answered) {
        StopReason root = reason;
        while (root instanceof StopReason.ParentStopped parent) {
            root = parent.reason();
        }
        if (root instanceof StopReason.Local && root.error() != null) {
            return true; // the peer broke the protocol, and may do so for what we ask
        }
        if (reason instanceof StopReason.ParentStopped parent) {
            // Some peers refuse a link by ending its session.
            return !answered && !(parent.reason() instanceof StopReason.ParentStopped) && parent.error() != null;
        }
        return true;
    }

    /** Tells whether the session may have ended because the peer wants no control link. */
    boolean isToBlame() {
        return refusedWithSession;
    }

    void remove(LiveTransaction transaction) {
        live.remove(transaction);
    }

    void linkLost(LiveLink<?, ?> link) {
        if (live.isEmpty()) {
            return;
        }
        for (LiveTransaction transaction : List.copyOf(live)) {
            transaction.linkLost(link);
        }
    }

    @Nullable
    LiveTransaction byId(Binary txnId) {
        for (LiveTransaction transaction : live) {
            if (transaction.hasId(txnId)) {
                return transaction;
            }
        }
        return null;
    }

    /** The session is over for good. */
    void finish(Amqp10Exception reason) {
        for (LiveTransaction transaction : List.copyOf(live)) {
            transaction.sessionOver();
        }
        failWaiting(reason);
    }

    private void failWaiting(Amqp10Exception reason) {
        List<LiveTransaction> failed = new ArrayList<>(waiting);
        waiting.clear();
        for (LiveTransaction transaction : failed) {
            transaction.notDeclared(reason);
        }
    }
}
