package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.SendOutcome;
import io.amqp10.TransactionCoordinator;
import io.amqp10.TransactionalResource;
import io.amqp10.engine.CoordinatorLink;
import io.amqp10.engine.IncomingDelivery;
import io.amqp10.engine.ReceiverLink;
import io.amqp10.engine.SenderLink;
import io.amqp10.types.AmqpError;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transaction.Declare;
import io.amqp10.types.transaction.Discharge;
import io.amqp10.types.transaction.TransactionCapability;
import io.amqp10.types.transaction.TransactionError;
import io.amqp10.types.transport.Attach;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions that a peer declared at this container over one connection. Confined to the connection's event loop; the
 * application's {@link TransactionalResource}s are called on the thread of handlers, one call after another, so that each
 * request is answered after what came before it.
 */
final class Coordination implements CoordinatorLink.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Coordination.class);

    private static final List<Symbol> CAPABILITIES = List.of(
            TransactionCapability.LOCAL_TRANSACTIONS,
            TransactionCapability.MULTI_TXNS_PER_SSN,
            TransactionCapability.MULTI_SSNS_PER_TXN);

    /** Of so many transactions that ended by themselves it is known why. */
    private static final int MAX_REMEMBERED = 256;

    /** What a message that was posted costs beside its octets, which may be none. */
    private static final int POST_OVERHEAD = 512;

    private final LiveConnection connection;
    private final TransactionCoordinator coordinator;
    private final Map<Binary, PeerTransaction> live = new LinkedHashMap<>();
    private final Map<Binary, ErrorCondition> ended = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Binary, ErrorCondition> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };
    private final Map<SentDelivery, PeerTransaction> associated = new LinkedHashMap<>();
    private int declaring;
    private long declared;
    private long heldBytes;

    /** Nothing outlives its link any more, since the connection ends too. */
    private boolean over;

    Coordination(LiveConnection connection, TransactionCoordinator coordinator) {
        this.connection = connection;
        this.coordinator = coordinator;
    }

    /** Answers a control link that the peer attaches. */
    static void accept(LiveConnection connection, ReceiverLink link, Attach attach) {
        Coordination coordination = connection.coordination();
        if (coordination == null) {
            link.refuse(ErrorCondition.of(AmqpError.NOT_IMPLEMENTED, "there is no transaction coordinator here"));
        } else if (attach.source() == null) {
            link.refuse(ErrorCondition.of(AmqpError.INVALID_FIELD, "the source is missing"));
        } else {
            CoordinatorLink.accept(
                    link,
                    attach,
                    CAPABILITIES,
                    new ControlMessages(Settings.decode(connection.limits())),
                    coordination);
        }
    }

    // --- declare

    @Override
    public void onDeclare(CoordinatorLink link, Declare declare, CoordinatorLink.Request request) {
        if (declare.globalId() != null) {
            request.failed(ErrorCondition.of(AmqpError.NOT_IMPLEMENTED, "there are local transactions only"));
            return;
        }
        if (live.size() + declaring >= coordinator.maxTransactions()) {
            request.failed(ErrorCondition.of(
                    AmqpError.RESOURCE_LIMIT_EXCEEDED,
                    "maxTransactions is " + coordinator.maxTransactions() + " for a connection"));
            return;
        }
        declaring++;
        connection.dispatcher().execute(() -> {
            TransactionalResource resource = null;
            ErrorCondition refused = null;
            try {
                resource = coordinator.declare(connection);
            } catch (RuntimeException | Error e) {
                refused = conditionOf(e, "the transaction was refused");
            }
            TransactionalResource made = resource;
            ErrorCondition error = refused;
            connection.submit(() -> declared(link, request, made, error));
        });
    }

    private void declared(
            CoordinatorLink link,
            CoordinatorLink.Request request,
            @Nullable TransactionalResource resource,
            @Nullable ErrorCondition error) {
        declaring--;
        if (resource == null) {
            request.failed(error != null ? error : rollback("the transaction was refused"));
            return;
        }
        if (!link.isOpen()) {
            rollBackLater(resource);
            return;
        }
        byte[] id = new byte[Long.BYTES];
        long number = ++declared;
        for (int i = id.length - 1; i >= 0; i--) {
            id[i] = (byte) number;
            number >>>= Byte.SIZE;
        }
        PeerTransaction transaction = new PeerTransaction(Binary.wrap(id), link, resource);
        transaction.deadline = connection
                .loop()
                .schedule(
                        () -> connection.submit(() -> tooLate(transaction)),
                        Blocking.nanos(coordinator.timeout()),
                        TimeUnit.NANOSECONDS);
        live.put(transaction.id, transaction);
        request.declared(transaction.id);
    }

    private void tooLate(PeerTransaction transaction) {
        if (live.get(transaction.id) == transaction && !transaction.committing) {
            ended.put(
                    transaction.id,
                    ErrorCondition.of(
                            TransactionError.TRANSACTION_TIMEOUT,
                            "the transaction was rolled back after its timeout of " + coordinator.timeout()));
            rollBack(transaction);
        }
    }

    // --- discharge

    @Override
    public void onDischarge(CoordinatorLink link, Discharge discharge, CoordinatorLink.Request request) {
        PeerTransaction transaction = live.get(discharge.txnId());
        if (transaction == null || transaction.link != link || transaction.committing) {
            ErrorCondition why = transaction == null ? ended.remove(discharge.txnId()) : null;
            if (why != null && discharge.fail()) {
                request.discharged(); // it was rolled back already
            } else {
                request.failed(why != null ? why : unknown(discharge.txnId()));
            }
            return;
        }
        if (hasPartialPost(transaction)) {
            link.close(rollback("the transaction was discharged while a delivery was being posted in it"));
            return;
        }
        ErrorCondition doomed = transaction.doomed;
        if (discharge.fail()) {
            rollBack(transaction);
            request.discharged();
        } else if (doomed != null) {
            rollBack(transaction);
            request.failed(doomed);
        } else {
            commit(transaction, request);
        }
    }

    private boolean hasPartialPost(PeerTransaction transaction) {
        for (LiveReceiver receiver : connection.receivers()) {
            ReceiverLink link = receiver.endpoint;
            IncomingDelivery incomplete = link == null ? null : link.incomplete();
            if (incomplete != null
                    && incomplete.remoteState() instanceof TransactionalState state
                    && state.txnId().equals(transaction.id)) {
                return true;
            }
        }
        return false;
    }

    private void commit(PeerTransaction transaction, CoordinatorLink.Request request) {
        transaction.committing = true;
        transaction.cancelDeadline();
        connection.dispatcher().execute(() -> {
            // What was posted before is decided now; the results of that wait on the event loop.
            connection.submit(() -> {
                ErrorCondition doomed = transaction.doomed;
                if (doomed != null) {
                    rollBack(transaction);
                    request.failed(doomed);
                    return;
                }
                connection.dispatcher().execute(() -> {
                    ErrorCondition failed = null;
                    try {
                        transaction.resource.commit();
                    } catch (RuntimeException | Error e) {
                        failed = conditionOf(e, "the transaction could not be committed");
                    }
                    ErrorCondition error = failed;
                    connection.submit(() -> committed(transaction, request, error));
                });
            });
        });
    }

    private void committed(
            PeerTransaction transaction, CoordinatorLink.Request request, @Nullable ErrorCondition error) {
        if (error != null) {
            forget(transaction);
            revert(transaction);
            request.failed(error);
            return;
        }
        forget(transaction);
        for (PeerTransaction.Post post : transaction.posts) {
            post.receiver().handOn(post.message());
        }
        transaction.retired.forEach(
                (message, retire) -> retire.sender.concludeInTransaction(message, retire.outcome, false));
        for (SentDelivery message : transaction.acquired.keySet()) {
            message.localState(null);
        }
        request.discharged();
    }

    /** Rolls a transaction back, unless it is over. */
    private void rollBack(PeerTransaction transaction) {
        if (live.get(transaction.id) != transaction) {
            return;
        }
        forget(transaction);
        revert(transaction);
        rollBackLater(transaction.resource);
    }

    private void rollBackLater(TransactionalResource resource) {
        connection.dispatcher().execute(() -> {
            try {
                resource.rollback();
            } catch (RuntimeException | Error e) {
                LOG.error("a transactional resource failed to roll back", e);
            }
        });
    }

    private void forget(PeerTransaction transaction) {
        transaction.cancelDeadline();
        live.remove(transaction.id);
        heldBytes -= transaction.heldBytes - transaction.undecidedBytes;
        transaction.retired.keySet().forEach(message -> associated.remove(message, transaction));
        transaction.acquired.keySet().forEach(message -> associated.remove(message, transaction));
        for (SenderLink link : transaction.acquiring) {
            Binary acquisition = link.acquisition();
            if (acquisition != null && acquisition.equals(transaction.id)) {
                link.clearAcquisition();
            }
        }
    }

    /** Leaves our messages as if the transaction had not been. */
    private static void revert(PeerTransaction transaction) {
        transaction.acquired.forEach(
                (message, sender) -> sender.concludeInTransaction(message, Released.INSTANCE, true));
        transaction.retired.forEach((message, retire) -> {
            Amqp10Exception unlinked = transaction.unlinked.get(message);
            if (message.remotelySettled()) {
                retire.sender.concludeInTransaction(message, defaultOutcome(message), true);
            } else if (unlinked != null) {
                retire.sender.concludeUnlinked(message, unlinked);
            }
        });
    }

    /** Returns the outcome of a message that the peer has settled and can say nothing of any more (§4.4.4.2). */
    private static Outcome defaultOutcome(SentDelivery message) {
        Outcome outcome = Terminus.defaultOutcome(message.link());
        return outcome != null ? outcome : Terminus.DEFAULT_OUTCOME;
    }

    @Override
    public void onClosed(CoordinatorLink link) {
        for (PeerTransaction transaction : List.copyOf(live.values())) {
            if (transaction.link == link && !transaction.committing) {
                ended.put(transaction.id, rollback("the control link of the transaction was closed"));
                rollBack(transaction);
            }
        }
    }

    // --- work

    /** A message was posted. */
    void post(LiveReceiver receiver, ReceiverLink link, ReceivedDelivery message, TransactionalState state) {
        PeerTransaction transaction = live.get(state.txnId());
        if (transaction == null || transaction.committing) {
            refuse(link, message, errorFor(state.txnId()));
            return;
        }
        long size = (long) message.payloadSize() + POST_OVERHEAD;
        if (heldBytes + size > coordinator.maxHeldBytes()) {
            ErrorCondition full = ErrorCondition.of(
                    AmqpError.RESOURCE_LIMIT_EXCEEDED,
                    "maxHeldBytes is " + coordinator.maxHeldBytes() + " for the transactions of a connection");
            transaction.doom(full);
            foresee(link, message, state, new Rejected(full));
            return;
        }
        transaction.heldBytes += size;
        transaction.undecidedBytes += size;
        heldBytes += size;
        PeerTransaction.Post post = new PeerTransaction.Post(receiver, message);
        transaction.posts.add(post);
        boolean settled = message.remotelySettled();
        message.arrived(0, true);
        connection.dispatcher().execute(() -> {
            Outcome outcome;
            ErrorCondition failed = null;
            try {
                outcome = Checked.outcome(
                        Objects.requireNonNull(transaction.resource.post(message), "no outcome of what was posted"));
            } catch (RuntimeException | Error e) {
                failed = conditionOf(e, "the message could not be taken");
                outcome = new Rejected(failed);
            }
            Outcome foreseen = outcome;
            ErrorCondition error = failed;
            connection.submit(() -> {
                decided(transaction, size);
                if (!(foreseen instanceof Accepted)) {
                    transaction.posts.remove(post);
                    if (error != null || settled) {
                        // The controller would not learn of it otherwise (§4.4.4.1).
                        transaction.doom(error != null ? error : rollback("a message was not accepted"));
                    }
                }
                if (live.get(transaction.id) == transaction) {
                    foresee(link, message, state, foreseen);
                } else {
                    link.disposition(message, null, true);
                }
            });
        });
    }

    private void decided(PeerTransaction transaction, long size) {
        transaction.undecidedBytes -= size;
        if (live.get(transaction.id) != transaction) {
            heldBytes -= size;
        }
    }

    private static void foresee(
            ReceiverLink link, ReceivedDelivery message, TransactionalState state, Outcome outcome) {
        link.disposition(message, new TransactionalState(state.txnId(), outcome), true);
    }

    /** Refuses a message of a transaction that there is not. */
    static void refuse(ReceiverLink link, ReceivedDelivery message, ErrorCondition why) {
        if (message.remotelySettled()) {
            link.detach(true, why);
        } else {
            link.disposition(message, new Rejected(why), true);
        }
    }

    /**
     * The peer gave an outcome to a message of ours.
     *
     * @return whether the message's outcome is up to a transaction now, or its link ended
     */
    boolean retire(LiveSender sender, SenderLink link, SentDelivery message, TransactionalState state) {
        PeerTransaction transaction = live.get(state.txnId());
        if (transaction == null || transaction.committing) {
            link.detach(true, errorFor(state.txnId()));
            return true;
        }
        PeerTransaction other = associated.get(message);
        if (other != null && other != transaction) {
            transaction.link.close(rollback("a delivery of another transaction was given an outcome in this one"));
            return true;
        }
        Outcome outcome = state.outcome();
        if (outcome == null) {
            return !message.remotelySettled();
        }
        PeerTransaction.Retire retire = transaction.retired.get(message);
        if (retire == null) {
            retire = new PeerTransaction.Retire(sender, outcome);
            transaction.retired.put(message, retire);
            associated.put(message, transaction);
        } else if (retire.outcome.equals(outcome)) {
            return true;
        } else {
            retire.outcome = outcome;
        }
        if (retire.untold.getAndSet(outcome) == null) {
            tell(transaction, message, retire);
        }
        return true;
    }

    /** Tells the resource of the outcome that it is when its turn comes, so that no more than one task waits for a message. */
    private void tell(PeerTransaction transaction, SentDelivery message, PeerTransaction.Retire retire) {
        connection.dispatcher().execute(() -> {
            Outcome outcome = Objects.requireNonNull(retire.untold.getAndSet(null));
            try {
                transaction.resource.retire(message, SendOutcome.of(outcome));
            } catch (RuntimeException | Error e) {
                ErrorCondition error = conditionOf(e, "the outcome could not be taken");
                connection.submit(() -> transaction.doom(error));
            }
        });
    }

    /**
     * A link of ours ends. What the peer has said of a message in a transaction stays said: the discharge decides.
     *
     * @param reason what the application learns if that does not
     * @return whether the message is up to a transaction, so that nothing is to be told of it now
     */
    boolean outlivesLink(SentDelivery message, Amqp10Exception reason) {
        PeerTransaction transaction = associated.get(message);
        if (over || transaction == null || message.isDone() || !message.isSent() || !isRetired(message)) {
            return false;
        }
        transaction.unlinked.put(message, reason);
        return true;
    }

    boolean isRetired(SentDelivery message) {
        PeerTransaction transaction = associated.get(message);
        return transaction != null && transaction.retired.containsKey(message);
    }

    /** The connection ends, and with it all that waits; transactions that are not being committed are rolled back before. */
    void connectionEnds() {
        over = true;
        for (PeerTransaction transaction : live.values()) {
            transaction.unlinked.forEach((message, reason) -> message.fail(reason));
        }
    }

    /** Has a link of ours acquire messages in a transaction; returns why it cannot, or null. */
    @Nullable
    ErrorCondition acquiresFor(SenderLink link, Binary txnId) {
        PeerTransaction transaction = live.get(txnId);
        if (transaction == null || transaction.committing) {
            return errorFor(txnId);
        }
        transaction.acquiring.add(link);
        return null;
    }

    /** Makes a message that is about to be sent one that is acquired in a transaction; returns false if that has ended. */
    boolean acquire(LiveSender sender, SentDelivery message, Binary txnId) {
        PeerTransaction transaction = live.get(txnId);
        if (transaction == null) {
            return false;
        }
        transaction.acquired.put(message, sender);
        associated.put(message, transaction);
        return true;
    }

    // --- errors

    private ErrorCondition errorFor(Binary txnId) {
        ErrorCondition known = ended.get(txnId);
        return known != null ? known : unknown(txnId);
    }

    static ErrorCondition unknown(Binary txnId) {
        return ErrorCondition.of(TransactionError.UNKNOWN_ID, "there is no transaction " + txnId);
    }

    private static ErrorCondition rollback(String why) {
        return ErrorCondition.of(TransactionError.TRANSACTION_ROLLBACK, why);
    }

    private static ErrorCondition conditionOf(Throwable thrown, String what) {
        if (thrown instanceof Amqp10Exception known) {
            ErrorCondition condition = known.condition();
            if (condition == null) {
                return rollback(what + ": " + known.getMessage());
            }
            try {
                Checked.map("the error's info", condition.info());
                return condition;
            } catch (IllegalArgumentException e) {
                LOG.error("{}; {}", what, e.getMessage(), thrown);
                return rollback(what);
            }
        }
        LOG.error("{}", what, thrown);
        return rollback(what);
    }
}
