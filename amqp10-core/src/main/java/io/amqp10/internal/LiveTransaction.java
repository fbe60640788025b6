package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.LifecycleState;
import io.amqp10.SendOutcome;
import io.amqp10.Session;
import io.amqp10.TimedOutException;
import io.amqp10.Transaction;
import io.amqp10.TransactionInDoubtException;
import io.amqp10.TransactionRolledBackException;
import io.amqp10.engine.ControlLink;
import io.amqp10.engine.ReceiverLink;
import io.amqp10.engine.StopReason;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.LinkError;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.messaging.TransactionalState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction at the peer. Its methods run on the connection's event loop, except for those of the API and where it is
 * said.
 */
final class LiveTransaction implements Transaction {

    private static final Logger LOG = LoggerFactory.getLogger(LiveTransaction.class);

    /** The event loop answers a question within this time, or is stuck. */
    private static final Duration LOOP_ANSWERS = Duration.ofSeconds(5);

    /** What a peer that ends a control link for its own sake says: it may have carried out a discharge before. */
    private static final Set<Symbol> NOT_ABOUT_THE_TRANSACTION =
            Set.of(LinkError.DETACH_FORCED, LinkError.STOLEN, AmqpError.INTERNAL_ERROR, AmqpError.RESOURCE_DELETED);

    /** What the application wants. */
    private enum Wish {
        COMMIT,
        ROLLBACK
    }

    /** A delivery that the peer has only as long as the transaction is not rolled back. */
    private record Acquired(LiveReceiver receiver, ReceiverLink link, ReceivedDelivery delivery) {}

    private final LiveSession session;
    private final Completion<Transaction> declared;
    private final Completion<Void> committed;
    private final Completion<Void> rolledBack;
    private final AtomicReference<@Nullable Wish> wish = new AtomicReference<>();
    private volatile State state = State.ACTIVE;
    private volatile @Nullable Amqp10Exception error;

    /** Why it cannot be committed any more. */
    private volatile @Nullable Amqp10Exception doomed;

    private volatile Binary id = Binary.copyOf();
    private volatile boolean anySession;

    /** A call waited for the outcome of the discharge. */
    private volatile boolean waitedFor;

    private TransactionalState posting = new TransactionalState(id, null);
    private TransactionalState accepting = posting;

    // --- confined to the event loop

    private @Nullable ControlLink control;
    private final Set<TransactedDelivery> posts = new LinkedHashSet<>();
    private final Set<LiveReceiver> retiring = new LinkedHashSet<>();
    private final List<Acquired> acquired = new ArrayList<>();
    private final Set<LiveReceiver> acquiring = new LinkedHashSet<>();
    private int undecided;
    private boolean abandoned;
    private boolean ending;
    private boolean discharging;
    private boolean commitAsked;
    private boolean over;

    LiveTransaction(LiveSession session) {
        this.session = session;
        this.declared = new Completion<>(session.connection().dispatcher());
        this.committed = new Completion<>(session.connection().dispatcher());
        this.rolledBack = new Completion<>(session.connection().dispatcher());
    }

    /**
     * Returns the transaction behind one of the API, for work of a session's link. On any thread.
     *
     * @throws IllegalArgumentException if it cannot have such work
     * @throws TransactionRolledBackException if it was rolled back, or will be
     * @throws IllegalStateException if it was discharged, or is about to be
     */
    static LiveTransaction usable(Transaction transaction, LiveSession by) {
        if (!(transaction instanceof LiveTransaction live) || live.session.connection() != by.connection()) {
            throw new IllegalArgumentException("the transaction is of another connection");
        }
        if (live.session != by && !live.anySession) {
            throw new IllegalArgumentException("the transaction is of another session, and the peer at "
                    + by.connection().remoteAddress() + " allows no transactions over several sessions");
        }
        Amqp10Exception ended = live.error;
        Amqp10Exception late = ended != null ? ended : live.doomed;
        if (late != null) {
            throw Errors.rethrown(late);
        }
        if (live.state != State.ACTIVE || live.wish.get() != null) {
            throw new IllegalStateException("commit or rollback of the transaction was called before");
        }
        return live;
    }

    // --- declaring it

    void declared(ControlLink on, Binary txnId, boolean overSessions) {
        control = on;
        id = txnId;
        anySession = overSessions;
        posting = new TransactionalState(txnId, null);
        accepting = new TransactionalState(txnId, Accepted.INSTANCE);
        if (abandoned) {
            wish.set(Wish.ROLLBACK);
            discharge();
        }
        declared.complete(this);
    }

    void notDeclared(Amqp10Exception reason) {
        over = true;
        declared.fail(reason);
    }

    /** Tells whether nobody waits for it any more. */
    boolean isAbandoned() {
        return abandoned;
    }

    /** Waits until it is declared; on any thread that may wait. */
    Transaction awaitDeclared(Duration timeout) {
        try {
            return declared.await(
                    timeout,
                    () -> "no transaction was declared at the peer at "
                            + session.connection().remoteAddress() + " within " + timeout);
        } catch (Amqp10Exception e) {
            if (e instanceof TimedOutException || Thread.currentThread().isInterrupted()) {
                session.connection().submit(this::abandon);
            }
            throw e;
        }
    }

    private void abandon() {
        abandoned = true;
        if (control != null && !ending) {
            wish.set(Wish.ROLLBACK);
            discharge();
        }
    }

    CompletableFuture<Transaction> whenDeclared() {
        return declared.future();
    }

    // --- its work

    /** Returns the state of messages that are sent in it; on any thread. */
    TransactionalState posting() {
        return posting;
    }

    boolean post(TransactedDelivery message) {
        if (over || ending || doomed != null) {
            return false;
        }
        posts.add(message);
        undecided++;
        return true;
    }

    /** Returns why it takes no more work. */
    Amqp10Exception endedBy() {
        Amqp10Exception known = error != null ? error : doomed;
        return known != null ? Errors.rethrown(known) : Errors.closed("the transaction");
    }

    /** The peer said what becomes of a message if it is committed. */
    void decided(TransactedDelivery message, SendOutcome outcome) {
        undecided--;
        if (message.remotelySettled() || message.locallySettled()) {
            posts.remove(message);
        }
        if (!outcome.isAccepted() && outcome.status() != SendOutcome.Status.UNCONFIRMED) {
            doom(new TransactionRolledBackException(
                    "a message of the transaction was not accepted: " + outcome, outcome.error(), null));
        }
        proceed();
    }

    void failed(TransactedDelivery message, Amqp10Exception reason) {
        undecided--;
        posts.remove(message);
        doom(new TransactionRolledBackException(
                "a message of the transaction was not sent: " + reason.getMessage(), reason.condition(), reason));
        proceed();
    }

    /** The peer settled a message whose outcome it had told before. */
    void settledByPeer(TransactedDelivery message) {
        posts.remove(message);
    }

    /**
     * Gives a delivery an outcome in it, or gives it back if it is too late for that. It is settled at once: there are
     * brokers which take for granted that it is, and use its tag again.
     */
    void retire(LiveReceiver receiver, ReceiverLink link, ReceivedDelivery delivery, Outcome outcome) {
        if (over || ending || doomed != null) {
            link.disposition(delivery, Terminus.DEFAULT_OUTCOME, true);
            return;
        }
        retiring.add(receiver);
        if (!link.disposition(
                delivery, outcome == Accepted.INSTANCE ? accepting : new TransactionalState(id, outcome), true)) {
            outcomeLost(receiver);
        }
    }

    /** An outcome was given in it that the peer cannot be told any more, so that it delivers the message again. */
    void outcomeLost(LiveReceiver receiver) {
        if (discharging) {
            return;
        }
        doom(new TransactionRolledBackException(
                receiver.described()
                        + " had lost a message to the peer before its outcome was given in the transaction",
                null,
                null));
        proceed();
    }

    /** A delivery came that the peer acquired in it. */
    void acquired(LiveReceiver receiver, ReceiverLink link, ReceivedDelivery delivery) {
        acquired.add(new Acquired(receiver, link, delivery));
    }

    boolean hasAcquired(ReceivedDelivery delivery) {
        return acquired.stream().anyMatch(work -> work.delivery() == delivery);
    }

    /** Has a receiver acquire messages in it; returns false if it is too late for that. */
    boolean acquire(LiveReceiver receiver) {
        if (over || ending || doomed != null) {
            return false;
        }
        acquiring.add(receiver);
        return true;
    }

    boolean isLive() {
        return !over;
    }

    boolean hasId(Binary txnId) {
        return id.equals(txnId);
    }

    /** Is told that the attachment of a link is gone: what was done on it may be lost. */
    void linkLost(LiveLink<?, ?> link) {
        // When we close it, all that we said before reaches the peer.
        if (over || discharging || link.state() == LifecycleState.CLOSING) {
            return;
        }
        if (link instanceof LiveReceiver && retiring.contains(link)) {
            doom(new TransactionRolledBackException(
                    link.described() + " was detached while its messages had outcomes in the transaction", null, null));
        }
        proceed();
    }

    private void doom(Amqp10Exception why) {
        if (doomed == null && !over) {
            doomed = why;
        }
    }

    // --- ending it

    private void discharge() {
        ending = true;
        if (!over) {
            state = State.DISCHARGING;
            proceed();
        }
    }

    /** Goes on with the discharge, once all that must come before it is done. */
    void proceed() {
        ControlLink on = control;
        if (!ending || discharging || over || on == null) {
            return;
        }
        boolean fail = doomed != null || wish.get() != Wish.COMMIT;
        if (!fail && undecided > 0) {
            return;
        }
        for (LiveReceiver receiver : List.copyOf(acquiring)) {
            if (!receiver.returnCredit(this)) {
                return;
            }
        }
        discharging = true;
        commitAsked = !fail;
        if (fail) {
            // A partial delivery must not be there when the transaction is discharged (§4.4.1).
            for (TransactedDelivery message : List.copyOf(posts)) {
                if (!message.isSent()) {
                    message.sender().withdraw(message, rolledBackByUs());
                }
            }
        }
        on.discharge(id, fail, new ControlLink.Reply() {
            @Override
            public void onOutcome(@Nullable Outcome outcome) {
                dischargedWith(fail, outcome);
            }

            @Override
            public void onLost(StopReason reason, boolean wasSent) {
                lost(reason, !fail && wasSent);
            }
        });
    }

    private Amqp10Exception rolledBackByUs() {
        Amqp10Exception why = doomed;
        return why != null
                ? why
                : new TransactionRolledBackException("the transaction was rolled back by the application", null, null);
    }

    private void dischargedWith(boolean fail, @Nullable Outcome outcome) {
        if (fail) {
            end(State.ROLLED_BACK, rolledBackByUs());
        } else if (outcome instanceof Accepted) {
            end(State.COMMITTED, null);
        } else if (outcome instanceof Rejected rejected) {
            ErrorCondition said = rejected.error();
            end(
                    State.ROLLED_BACK,
                    new TransactionRolledBackException(
                            "the peer at " + session.connection().remoteAddress() + " rolled the transaction back"
                                    + (said == null ? "" : ": " + Errors.text(said)),
                            said,
                            null));
        } else {
            end(
                    State.IN_DOUBT,
                    new TransactionInDoubtException(
                            "the peer at " + session.connection().remoteAddress()
                                    + " did not say whether it committed the transaction",
                            null,
                            null));
        }
    }

    /** The control link is gone, and with it the transaction. */
    void lost(StopReason reason, boolean commitSent) {
        if (over) {
            return;
        }
        ErrorCondition said = reason.error();
        String what = "the control link to the peer at " + session.connection().remoteAddress() + " ended"
                + (said == null ? "" : ": " + Errors.text(said));
        boolean byResource = reason instanceof StopReason.Remote
                && said != null
                && !NOT_ABOUT_THE_TRANSACTION.contains(said.condition());
        if (commitSent && !byResource) {
            end(
                    State.IN_DOUBT,
                    new TransactionInDoubtException(
                            "it is not known whether the transaction was committed: " + what, said, cause()));
        } else {
            end(
                    State.ROLLED_BACK,
                    new TransactionRolledBackException("the transaction was rolled back: " + what, said, cause()));
        }
    }

    /** The session ended without the control link having been told. */
    void sessionOver() {
        lost(new StopReason.TransportLost(null), commitAsked);
    }

    private @Nullable Amqp10Exception cause() {
        Amqp10Exception ofSession = session.error();
        return ofSession != null ? ofSession : session.connection().error();
    }

    private void end(State ended, @Nullable Amqp10Exception why) {
        if (over) {
            return;
        }
        over = true;
        ending = true;
        error = why;
        state = ended;
        session.transactions().remove(this);
        for (TransactedDelivery message : List.copyOf(posts)) {
            message.sender().endPost(message, ended == State.COMMITTED, why);
        }
        posts.clear();
        retiring.clear();
        if (ended != State.COMMITTED) {
            for (Acquired work : acquired) {
                // Never taken; whatever the application says of it from now on reaches nobody.
                work.link().disposition(work.delivery(), Released.INSTANCE, true);
                work.receiver().takeAway(work.delivery());
            }
        }
        acquired.clear();
        for (LiveReceiver receiver : acquiring) {
            receiver.acquisitionEnded(this);
        }
        acquiring.clear();
        complete(ended, why);
    }

    private void complete(State ended, @Nullable Amqp10Exception why) {
        if (ended == State.COMMITTED || why == null) {
            committed.complete();
            rolledBack.fail(new Amqp10Exception("the transaction was committed", null));
            return;
        }
        committed.fail(why);
        if (ended == State.ROLLED_BACK) {
            rolledBack.complete();
        } else {
            rolledBack.fail(why);
        }
    }

    // --- the API

    @Override
    public Session session() {
        return session;
    }

    @Override
    public Binary id() {
        return id;
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public void commit(Duration timeout) {
        startCommit();
        waitedFor = true;
        try {
            committed.await(timeout, () -> "no outcome of the commit within " + timeout);
        } catch (TimedOutException e) {
            giveUp(timeout);
        }
    }

    /** Rolls back if commit is not sent yet. */
    private void giveUp(Duration timeout) {
        Completion<Boolean> answer = new Completion<>(session.connection().dispatcher());
        session.connection().submit(() -> {
            if (!discharging && !over) {
                doom(new TransactionRolledBackException(
                        "the peer at " + session.connection().remoteAddress() + " gave no outcome of " + undecided
                                + " messages of the transaction within " + timeout,
                        null,
                        null));
                proceed();
                answer.complete(true);
            } else {
                answer.complete(false);
            }
        });
        boolean gaveUp = answer.await(LOOP_ANSWERS, () -> "the event loop does not answer");
        Amqp10Exception why = doomed;
        if (gaveUp && why != null) {
            throw Errors.rethrown(why);
        }
        if (!committed.isDone()) {
            throw new TransactionInDoubtException(
                    "the peer at " + session.connection().remoteAddress() + " did not say within " + timeout
                            + " whether it committed the transaction",
                    null,
                    null);
        }
        committed.await(timeout, () -> "it is done");
    }

    @Override
    public CompletableFuture<Void> commitAsync() {
        startCommit();
        return committed.future();
    }

    private void startCommit() {
        if (wish.compareAndSet(null, Wish.COMMIT) && error == null) {
            session.connection().submit(this::discharge);
        }
    }

    @Override
    public void rollback() {
        startRollback();
        waitedFor = true;
        rolledBack.await(
                DISCHARGE_TIMEOUT,
                () -> "the peer at " + session.connection().remoteAddress() + " did not answer the rollback within "
                        + DISCHARGE_TIMEOUT);
    }

    @Override
    public CompletableFuture<Void> rollbackAsync() {
        startRollback();
        return rolledBack.future();
    }

    private void startRollback() {
        if (wish.compareAndSet(null, Wish.ROLLBACK)) {
            if (error == null) {
                session.connection().submit(this::discharge);
            }
        } else if (wish.get() == Wish.COMMIT && state != State.ROLLED_BACK && state != State.IN_DOUBT) {
            throw new IllegalStateException("commit of the transaction was called before");
        }
    }

    @Override
    public void close() {
        if (state == State.IN_DOUBT) {
            return;
        }
        if (wish.get() == null) {
            rollback();
            return;
        }
        if (waitedFor) {
            return; // by a call that said what became of it, or that it is not known
        }
        try {
            (wish.get() == Wish.COMMIT ? committed : rolledBack)
                    .await(
                            DISCHARGE_TIMEOUT,
                            () -> "the peer at " + session.connection().remoteAddress()
                                    + " did not answer the discharge within " + DISCHARGE_TIMEOUT);
        } catch (TransactionRolledBackException | TransactionInDoubtException e) {
            LOG.debug("told by the future of the discharge: {}", e.getMessage());
        }
    }

    @Override
    public String toString() {
        return "transaction " + id + " (" + state.name().toLowerCase(java.util.Locale.ROOT) + ")";
    }
}
