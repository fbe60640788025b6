package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.BodyConsumer;
import io.amqp10.Delivery;
import io.amqp10.DeliveryGuarantee;
import io.amqp10.GuaranteeNotSupportedException;
import io.amqp10.LifecycleState;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.SendOutcome;
import io.amqp10.Transaction;
import io.amqp10.codec.DecodeLimits;
import io.amqp10.engine.ConnectionEngine;
import io.amqp10.engine.IncomingDelivery;
import io.amqp10.engine.ReceiverLink;
import io.amqp10.engine.ReceiverLinkListener;
import io.amqp10.engine.SessionEngine;
import io.amqp10.engine.StopReason;
import io.amqp10.transport.EventLoops;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transport.Attach;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A receiver as the application knows it: hands deliveries to the handler or to those who pull, and grants credit as the
 * application finishes them.
 */
final class LiveReceiver extends LiveLink<ReceiverLink, Receiver> implements Receiver, ReceiverLinkListener {

    /** How long closing waits for an answer to a drain, since many a peer that is no broker never gives one. */
    private static final long HAND_BACK_MILLIS = 1_000;

    /** So many octets of streamed messages may wait to be read. */
    private static final int STREAM_WINDOW = 2 << 20;

    private final ReceiverOptions options;
    private final boolean atMostOnce;
    private final boolean timed;
    private final DecodeLimits decodeLimits;

    /** For those who pull. */
    private final ReentrantLock pullLock = new ReentrantLock();

    private final Condition arrival = pullLock.newCondition();
    private final ArrayDeque<ReceivedDelivery> arrived = new ArrayDeque<>();
    private final ArrayDeque<CompletableFuture<Delivery>> pulling = new ArrayDeque<>();
    private @Nullable Amqp10Exception ended;

    /** The attachment that messages came on last, null after it was lost. */
    private volatile @Nullable ReceiverLink attachment;

    private volatile boolean stopping;

    /** As last told to other threads, which need not see each step. */
    private final AtomicInteger creditSeen = new AtomicInteger();

    private final AtomicInteger inProgressSeen = new AtomicInteger();

    /** Confined to the event loop: how many deliveries of this attachment the application has not finished. */
    private int inProgress;

    /** How many that came settled, on this attachment or an earlier one, the application has not finished. */
    private int settledInProgress;

    /** How many of earlier attachments may still wait for the handler, which takes them for what they are. */
    private int outdated;

    /** How many have their outcome and are kept until the sender settles them. */
    private int awaitingSender;

    private long manualCredit;

    /** The peer was to give credit back, and none was granted since. */
    private boolean creditTakenBack;

    private boolean paused;

    /** The peer was asked, before closing, for what it has and for the credit, and has not answered yet. */
    private boolean handingBack;

    /** Messages wait for the handler that are given back, before closing, when their turn comes. */
    private boolean dispatching;

    /** Who waits for the credit to be given back, which begins when the link is attached. */
    private final List<Completion<Void>> draining = new ArrayList<>(0);

    /** The transaction that messages are to be acquired in. */
    private @Nullable LiveTransaction acquiring;

    /** How many messages may still come outside of it, for credit that was granted before. */
    private int creditBeforeAcquiring;

    /** The peer was asked to give credit back before the transaction ends; it did, or had its time. */
    private boolean returningCredit;

    private boolean creditReturned;

    /** The message that is handed over and has not all come. */
    private @Nullable StreamedDelivery arriving;

    /** The message whose body goes to a consumer and that has not come to its end; confined to the event loop. */
    private @Nullable ConsumedDelivery consuming;

    /** Memory of messages that stream, of the first one on; confined to the event loop. */
    private @Nullable SpareChunks spares;

    /** The largest frame that the peer may send, in octets. */
    private int frameSize = STREAM_WINDOW;

    LiveReceiver(LiveSession session, String name, ReceiverOptions options) {
        super(session, name, options.handler(), options.executor());
        this.options = options;
        this.atMostOnce = options.guarantee() == DeliveryGuarantee.AT_MOST_ONCE;
        this.timed = connection.metrics().wantsTimes();
        this.decodeLimits = Settings.decode(connection.limits());
    }

    DecodeLimits decodeLimits() {
        return decodeLimits;
    }

    ReceiverOptions options() {
        return options;
    }

    /** Tells whether the peer will deliver the message again, so that nobody needs to start on it now. */
    boolean isOutdated(ReceivedDelivery message) {
        return message.link() != attachment && !message.cameSettled();
    }

    // --- on the event loop

    @Override
    public IncomingDelivery newDelivery(ReceiverLink link) {
        if (attachment != link) {
            attachment = link;
        }
        Function<? super Delivery, ? extends BodyConsumer> consumers = options.bodyConsumer();
        if (consumers != null) {
            return new ConsumedDelivery(this, consumers);
        }
        if (!options.streaming()) {
            return new ReceivedDelivery(this);
        }
        if (spares == null) {
            spares = new SpareChunks();
        }
        return new StreamedDelivery(this, frameSize, spares);
    }

    // --- streaming

    @Override
    public boolean onPayload(ReceiverLink link, IncomingDelivery delivery, ByteBuf payload) {
        if (delivery instanceof ConsumedDelivery consumed) {
            consuming = consumed;
            consumed.take(payload);
            return true;
        }
        StreamedDelivery message = (StreamedDelivery) delivery;
        boolean taken = message.add(payload);
        if (message.begins()) {
            arriving = message;
            handOver(link, message);
        }
        if (!taken && message.unread() > connection.limits().maxBufferedBytes()) {
            // some peers send all of a delivery that they have begun, whatever the session's window
            link.detach(
                    true,
                    ErrorCondition.of(
                            AmqpError.RESOURCE_LIMIT_EXCEEDED,
                            "more octets of a message wait to be read than maxBufferedBytes allows"));
        }
        return taken;
    }

    @Override
    public void onAborted(ReceiverLink link, IncomingDelivery delivery) {
        boolean handedOver = delivery == arriving;
        failArriving("the sender aborted the message");
        if (!handedOver) {
            creditUsedInVain(link);
        }
    }

    @Override
    public void onIgnored(ReceiverLink link) {
        creditUsedInVain(link);
    }

    /** A delivery used up credit that the application never hears of, so that it cannot lead to any more. */
    private void creditUsedInVain(ReceiverLink link) {
        if (link != endpoint || !link.isAttached()) {
            return;
        }
        if (manualCredit > 0 && !creditTakenBack && !stopping) {
            link.addCredit(1);
        }
        refill(link);
    }

    /** Tells, on the event loop, whether messages are to be acquired in a transaction. */
    boolean isAcquiring() {
        return acquiring != null;
    }

    /** The rest of what is arriving does not come. */
    private void failArriving(String why) {
        StreamedDelivery message = arriving;
        arriving = null;
        if (message != null) {
            message.fail(new Amqp10Exception(described() + ": " + why, null, null));
        }
        ConsumedDelivery consumed = consuming;
        consuming = null;
        if (consumed != null) {
            consumed.failed(new Amqp10Exception(described() + ": " + why, null, null));
        }
    }

    /** A message ended before all of it had come; on the event loop. */
    void over(StreamedDelivery message) {
        boolean waited;
        pullLock.lock();
        try {
            waited = arrived.remove(message);
        } finally {
            pullLock.unlock();
        }
        message.takeBack();
        if (waited) {
            goneUnseen(message);
        }
    }

    /** Opens the session's window for what was read. Any thread. */
    void consumed(StreamedDelivery message, int frames) {
        submit(() -> {
            ReceiverLink link = message.link();
            if (link != null) {
                link.session().framesConsumed(frames);
            }
        });
    }

    private void limitWindow(ReceiverLink link) {
        ConnectionEngine engine = link.session().connection();
        frameSize = (int) Math.min(engine.localOpen().maxFrameSize(), STREAM_WINDOW);
        link.session().limitIncomingWindow(Math.max(2, STREAM_WINDOW / frameSize));
    }

    private void onStreamEnd(StreamedDelivery message) {
        arriving = null;
        message.complete();
        connection.metrics().received(this, message.size());
    }

    @Override
    public void onDelivery(ReceiverLink link, IncomingDelivery delivery) {
        ReceivedDelivery message = (ReceivedDelivery) delivery;
        if (message instanceof StreamedDelivery streamed && !streamed.isWhole()) {
            onStreamEnd(streamed);
            if (atMostOnce && !delivery.remotelySettled()) {
                link.disposition(delivery, Accepted.INSTANCE, true);
            }
            return;
        }
        long size = delivery.payloadSize();
        if (message instanceof ConsumedDelivery consumed && !consumed.isWhole()) {
            consuming = null;
            consumed.end();
            size = consumed.size();
        } else if ((acquiring != null || delivery.remoteState() instanceof TransactionalState)
                && !isToBeHandedOn(link, message)) {
            return;
        }
        connection.metrics().received(this, size);
        if (atMostOnce && !delivery.remotelySettled()) {
            link.disposition(delivery, Accepted.INSTANCE, true);
        }
        handOver(link, message);
    }

    private void handOver(ReceiverLink link, ReceivedDelivery message) {
        boolean settled = atMostOnce || message.remotelySettled();
        message.arrived(timed ? System.nanoTime() : 0, settled);
        if (settled) {
            settledInProgress++;
        } else {
            inProgress++;
        }
        inProgressSeen.lazySet(inProgress + settledInProgress);
        creditSeen.lazySet(link.credit());
        if (manualCredit > 0) {
            manualCredit--;
        }
        if (stopping && !settled) {
            message.giveBack();
        } else if (handler() != null) {
            dispatcher().execute(message);
        } else {
            offer(message);
        }
    }

    /** Carries out the application's verdict about a delivery, or notes that it is finished. */
    void settle(ReceivedDelivery message) {
        Outcome outcome = message.verdict();
        ReceiverLink link = endpoint;
        if (outcome != null) {
            connection
                    .metrics()
                    .handled(
                            this,
                            SendOutcome.of(outcome).status(),
                            timed ? System.nanoTime() - message.arrivedNanos() : 0);
        } else if (message.cameSettled()) {
            connection
                    .metrics()
                    .handled(
                            this,
                            SendOutcome.Status.UNCONFIRMED,
                            timed ? System.nanoTime() - message.arrivedNanos() : 0);
        }
        if (message.cameSettled()) {
            settledInProgress--;
        } else if (link == null || message.link() != link) {
            if (outcome != null) {
                doomTransactionOf(message);
            }
            return; // the peer delivers it again
        } else {
            inProgress--;
            if (outcome != null) {
                say(link, message, outcome);
            }
        }
        inProgressSeen.lazySet(inProgress + settledInProgress);
        if (link != null && link.isAttached()) {
            refill(link);
        }
        connection.checkWatches();
    }

    private void say(ReceiverLink link, ReceivedDelivery message, Outcome outcome) {
        LiveTransaction transaction = transactionOf(message);
        if (transaction == null) {
            link.disposition(message, outcome, true);
        } else {
            transaction.retire(this, link, message, outcome);
        }
        if (!message.locallySettled()) {
            message.awaitsSender(true);
            awaitingSender++;
        }
    }

    /** An outcome came too late for its message's link; what else was done in its transaction must not apply without it. */
    private void doomTransactionOf(ReceivedDelivery message) {
        LiveTransaction transaction = transactionOf(message);
        // the id alone may be that of a transaction on an earlier network connection
        if (transaction != null && (message.verdictIn() == transaction || transaction.hasAcquired(message))) {
            transaction.outcomeLost(this);
        }
    }

    /** Returns the transaction that the outcome of a message is given in. */
    private @Nullable LiveTransaction transactionOf(ReceivedDelivery message) {
        LiveTransaction named = message.verdictIn();
        return named == null && message.remoteState() instanceof TransactionalState state
                ? connection.transaction(state.txnId())
                : named;
    }

    // --- transactions

    /** Tells whether a message that may be of a transaction is for the application now. */
    private boolean isToBeHandedOn(ReceiverLink link, ReceivedDelivery message) {
        TransactionalState state = message.remoteState() instanceof TransactionalState known ? known : null;
        LiveTransaction of = state == null ? null : connection.transaction(state.txnId());
        if (of != null) {
            of.acquired(this, link, message);
            return true;
        }
        if (acquiring != null && state == null) {
            if (creditBeforeAcquiring-- > 0) {
                return true;
            }
            link.disposition(message, Released.INSTANCE, true);
            endpoint = null;
            Amqp10Exception ignored = new GuaranteeNotSupportedException(
                    described() + " asked for messages in a transaction, but the peer at " + connection.remoteAddress()
                            + " sends them outside of it",
                    ErrorCondition.of(AmqpError.NOT_IMPLEMENTED, "messages were to be acquired in a transaction"),
                    null);
            connection.flushEngine();
            link.detach(true, ignored.condition());
            unattached();
            finish(ignored);
            return false;
        }
        if (state == null) {
            return true;
        }
        connection.metrics().received(this, message.payloadSize());
        connection.onTransactional(this, link, message, state);
        refill(link);
        return false;
    }

    /** Hands on a message whose transaction was committed. */
    void handOn(ReceivedDelivery message) {
        message.arrived(timed ? System.nanoTime() : 0, true);
        settledInProgress++;
        inProgressSeen.lazySet(inProgress + settledInProgress);
        if (handler() != null) {
            dispatcher().execute(message);
        } else {
            offer(message);
        }
    }

    @Override
    public void addCredit(int credit, Transaction transaction) {
        LiveTransaction live = LiveTransaction.usable(transaction, session);
        checkManualCredit(credit);
        submit(() -> {
            if (!live.acquire(this)) {
                return; // it ended in this moment, and so its messages would go back
            }
            ReceiverLink link = endpoint;
            LiveTransaction before = acquiring;
            if (before == null) {
                creditBeforeAcquiring = link == null ? 0 : link.credit();
            }
            acquiring = live;
            if (before != null && before != live) {
                // what is known of the credit of one is nothing about the next's, and nobody returns the former's any
                // more
                returningCredit = false;
                creditReturned = false;
                before.proceed();
            }
            if (link != null) {
                link.acquisition(live.id());
            }
            grant(credit);
        });
    }

    /**
     * Takes the rest of the credit back, before a transaction ends in which messages are acquired; on the event loop.
     *
     * @return whether there is none; if not, the transaction goes on when there is
     */
    boolean returnCredit(LiveTransaction transaction) {
        ReceiverLink link = endpoint;
        if (acquiring != transaction || creditReturned) {
            return true;
        }
        if (!returningCredit) {
            manualCredit = 0;
        }
        if (link == null || !link.isAttached() || !returningCredit && link.credit() == 0) {
            returningCredit = false;
            creditReturned = true;
            return true;
        }
        if (!returningCredit) {
            returningCredit = true;
            link.setCredit(0);
            link.requestFlow();
            connection
                    .loop()
                    .schedule(() -> connection.submit(this::creditIsBack), HAND_BACK_MILLIS, TimeUnit.MILLISECONDS);
        }
        return false;
    }

    private void creditIsBack() {
        LiveTransaction present = acquiring;
        if (returningCredit && present != null) {
            returningCredit = false;
            creditReturned = true;
            present.proceed();
        }
    }

    /** A transaction that messages were acquired in has ended; on the event loop. */
    void acquisitionEnded(LiveTransaction transaction) {
        if (acquiring == transaction) {
            ReceiverLink link = endpoint;
            if (link != null) {
                link.acquisition(null);
            }
            if (!returningCredit && !creditReturned) {
                // it was lost without a discharge; its credit is for nothing outside of it
                manualCredit = 0;
                if (link != null && link.isAttached()) {
                    link.setCredit(0);
                    creditSeen.lazySet(0);
                }
            }
            acquiring = null;
            returningCredit = false;
            creditReturned = false;
        }
    }

    /** Takes a message away from those who pull, if it is not pulled yet, because it was never acquired; on the event loop. */
    void takeAway(ReceivedDelivery message) {
        boolean waited;
        pullLock.lock();
        try {
            waited = arrived.remove(message);
        } finally {
            pullLock.unlock();
        }
        if (waited) {
            message.giveBack();
        }
    }

    private void refill(ReceiverLink link) {
        int window = options.creditWindow();
        if (window == 0 || paused) {
            creditSeen.lazySet(link.credit());
            return;
        }
        int outstanding = link.credit() + inProgress + settledInProgress + awaitingSender + outdated;
        if (outstanding <= window / 2) {
            link.addCredit(window - outstanding);
        }
        creditSeen.lazySet(link.credit());
    }

    @Override
    public void onAttached(ReceiverLink link, Attach attach) {
        if (link == endpoint) {
            answered(attach);
        } else {
            link.detach(true, null); // it was given up before
        }
    }

    @Override
    public void onDisposition(ReceiverLink link, IncomingDelivery delivery) {
        // what the sender says of a delivery before we settle it changes nothing here
        if (delivery.remotelySettled() && delivery instanceof ReceivedDelivery message && message.awaitsSender()) {
            message.awaitsSender(false);
            if (link == endpoint) {
                awaitingSender--;
                refill(link);
            }
        }
    }

    @Override
    public void onFlow(ReceiverLink link) {
        creditSeen.lazySet(link.credit());
        creditIsBack();
    }

    @Override
    public void onDrained(ReceiverLink link) {
        creditSeen.lazySet(link.credit());
        manualCredit = 0;
        draining.forEach(Completion::complete);
        draining.clear();
        handedBack();
    }

    @Override
    public void onDetached(ReceiverLink link, StopReason reason, boolean closed) {
        forgetUnsettled(link, reason); // the peer delivers them again
        if (link == endpoint) {
            detached(reason, closed);
        }
    }

    // --- attachments

    @Override
    ReceiverLink attachTo(SessionEngine target) {
        return target.attachReceiver(
                Attach.builder(name(), 0, Role.RECEIVER)
                        .sndSettleMode(settleMode())
                        .rcvSettleMode(options.receiverSettleMode())
                        .source(Source.builder()
                                .address(options.dynamic() ? null : addressOr(options.address()))
                                .durable(options.durability())
                                .expiryPolicy(options.expiryPolicy())
                                .timeoutSeconds(options.terminusTimeout().toSeconds())
                                .dynamic(options.dynamic())
                                .dynamicNodeProperties(options.dynamic() ? options.dynamicNodeProperties() : Map.of())
                                .distributionMode(options.distributionMode())
                                .filter(options.filters())
                                .outcomes(options.outcomes())
                                .defaultOutcome(options.defaultOutcome())
                                .capabilities(options.capabilities())
                                .build())
                        .target(Target.builder()
                                .address(options.targetAddress())
                                .build())
                        .maxMessageSize(options.maxMessageSize())
                        .desiredCapabilities(options.desiredCapabilities())
                        .offeredCapabilities(options.offeredCapabilities())
                        .properties(options.properties())
                        .build(),
                this);
    }

    private SenderSettleMode settleMode() {
        if (options.mixedSettlement()) {
            return SenderSettleMode.MIXED;
        }
        return atMostOnce ? SenderSettleMode.SETTLED : SenderSettleMode.UNSETTLED;
    }

    @Override
    @Nullable
    Amqp10Exception checkAnswer(Attach answer) {
        if (!atMostOnce && answer.sndSettleMode() == SenderSettleMode.SETTLED) {
            return new GuaranteeNotSupportedException(
                    described() + " asked for at-least-once, but the peer at " + connection.remoteAddress()
                            + " sends its messages settled",
                    ErrorCondition.of(AmqpError.PRECONDITION_FAILED, "messages are to be sent unsettled"),
                    null);
        }
        return checkFilters(answer);
    }

    /** A filter that the answer leaves out does not work, and what it was to keep away would come (AMQP 1.0 §3.5.3). */
    private @Nullable Amqp10Exception checkFilters(Attach answer) {
        Source source = answer.source();
        for (Symbol name : options.filters().keySet()) {
            if (source == null || !source.filter().containsKey(name)) {
                return new GuaranteeNotSupportedException(
                        described() + " asked for the filter '" + name + "', but the peer at "
                                + connection.remoteAddress() + " does not apply it",
                        ErrorCondition.of(AmqpError.PRECONDITION_FAILED, "the filter " + name + " is to be applied"),
                        null);
            }
        }
        return null;
    }

    @Override
    void attached() {
        ReceiverLink link = endpoint;
        if (link == null) {
            return;
        }
        if (options.bodyConsumer() != null) {
            EventLoops.keepToOwnThread(connection.loop());
        }
        if (options.streaming()) {
            limitWindow(link);
        }
        if (options.creditWindow() > 0) {
            refill(link);
        } else if (manualCredit > 0) {
            LiveTransaction transaction = acquiring;
            if (transaction != null) {
                link.acquisition(transaction.id());
            }
            link.addCredit((int) Math.min(manualCredit, Integer.MAX_VALUE));
            creditSeen.lazySet(link.credit());
        }
        if (!draining.isEmpty()) {
            link.drain();
        }
    }

    @Override
    void unattached() {
        attachment = null;
        countOutdated(inProgress);
        inProgress = 0;
        awaitingSender = 0;
        inProgressSeen.lazySet(settledInProgress);
        dropOutdated();
        creditSeen.lazySet(0);
        failArriving("the link was lost before all of the message had come" + why());
        connection.linkLost(this);
        if (!wasUnanswered()) {
            failDraining(); // else it had not begun, and does so on the next link
        }
        handedBack();
    }

    /** Messages that wait for a slow handler use up credit until it has seen them go, or each break would bring more of them. */
    private void countOutdated(int count) {
        if (count == 0 || handler() == null) {
            return;
        }
        outdated += count;
        dispatcher().execute((SerialDispatcher.Essential) () -> submit(() -> {
            outdated -= count;
            ReceiverLink link = endpoint;
            if (link != null && link.isAttached()) {
                refill(link);
            }
        }));
    }

    private void failDraining() {
        if (!draining.isEmpty()) {
            Amqp10Exception error = new Amqp10Exception(
                    described() + ": the link was lost before the peer gave the credit back", null, null);
            draining.forEach(waiting -> waiting.fail(error));
            draining.clear();
        }
    }

    @Override
    void ended(Amqp10Exception reason) {
        attachment =
                null; // also where the peer has not answered, so that outcomes of what came on it are known to be lost
        failArriving("the link was closed before all of the message had come");
        failDraining();
        ArrayDeque<CompletableFuture<Delivery>> waiting = new ArrayDeque<>();
        pullLock.lock();
        try {
            ended = reason;
            arrived.removeIf(message -> !message.cameSettled());
            waiting.addAll(pulling);
            pulling.clear();
            arrival.signalAll();
        } finally {
            pullLock.unlock();
        }
        for (CompletableFuture<Delivery> future : waiting) {
            dispatcher().execute((SerialDispatcher.Completing) () -> future.completeExceptionally(reason));
        }
    }

    /**
     * Gives back what no application has begun with, what is still on its way included: a peer may count what it finds
     * unsettled at the detach as failed, and after some such failures move a message away that nobody ever looked at.
     */
    @Override
    void prepareToClose() {
        stopping = true;
        paused = true;
        ReceiverLink link = endpoint;
        if (link != null && link.isAttached()) {
            if (atMostOnce) {
                link.setCredit(0);
            } else if (link.credit() > 0) {
                link.drain();
                handingBack = true;
                connection
                        .loop()
                        .schedule(() -> connection.submit(this::handedBack), HAND_BACK_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
        List<ReceivedDelivery> untaken = new ArrayList<>();
        pullLock.lock();
        try {
            arrived.removeIf(message -> !message.cameSettled() && untaken.add(message));
        } finally {
            pullLock.unlock();
        }
        untaken.forEach(ReceivedDelivery::giveBack);
        if (handler() != null) {
            // behind all that wait for the handler, each of which is given back when its turn comes
            dispatching = true;
            dispatcher().execute((SerialDispatcher.Essential) () -> connection.submit(this::dispatched));
        }
    }

    private void handedBack() {
        if (handingBack) {
            handingBack = false;
            connection.checkWatches();
        }
    }

    private void dispatched() {
        dispatching = false;
        connection.checkWatches();
    }

    /** Tells whether messages that no handler has begun with are to be given back. */
    boolean isStopping() {
        return stopping;
    }

    @Override
    boolean isBusy() {
        return handingBack
                || dispatching
                || handler() != null && options.autoAccept() && inProgress + settledInProgress > 0;
    }

    @Override
    void tellOpened(MessagingHandler to) {
        to.onReceiverOpened(this);
    }

    @Override
    Receiver self() {
        return this;
    }

    @Override
    String described() {
        String from = address();
        return "receiver from "
                + (from == null ? options.dynamic() ? "a dynamic node" : "no address" : "'" + from + "'");
    }

    // --- pulling

    private void dropOutdated() {
        List<ReceivedDelivery> dropped = new ArrayList<>();
        pullLock.lock();
        try {
            arrived.removeIf(message -> isOutdated(message) && dropped.add(message));
        } finally {
            pullLock.unlock();
        }
        dropped.forEach(this::goneUnseen);
    }

    private void offer(ReceivedDelivery message) {
        CompletableFuture<Delivery> waiting;
        pullLock.lock();
        try {
            waiting = pulling.poll();
            if (waiting == null) {
                arrived.add(message);
                arrival.signal();
            }
        } finally {
            pullLock.unlock();
        }
        if (waiting != null) {
            CompletableFuture<Delivery> future = waiting;
            dispatcher().execute((SerialDispatcher.Completing) () -> complete(future, message));
        }
    }

    private void complete(CompletableFuture<Delivery> future, ReceivedDelivery message) {
        boolean cancelled = future.isDone();
        if (cancelled && (!stopping || message.cameSettled())) {
            offer(message);
            connection.submit(() -> {}); // who runs the event loop while it waits for a message looks again
            return;
        }
        message.pulled();
        if (!future.complete(message) && !message.cameSettled()) {
            message.release(); // cancelled in this very moment
        }
    }

    @Override
    public Delivery receive() {
        Delivery delivery = pull(Long.MAX_VALUE);
        if (delivery == null) {
            throw new AssertionError("three centuries are over");
        }
        return delivery;
    }

    @Override
    public @Nullable Delivery receive(Duration timeout) {
        return pull(Blocking.nanos(timeout));
    }

    private @Nullable Delivery pull(long nanos) {
        checkPullable();
        if (nanos > 0) {
            Blocking.check();
        }
        ReceivedDelivery message = poll();
        if (message == null && nanos > 0) {
            message = pollUntil(nanos);
        }
        if (message != null) {
            message.pulled();
        }
        return message;
    }

    /** Returns the message that came first of those that are there, null if none is. */
    private @Nullable ReceivedDelivery poll() {
        pullLock.lock();
        try {
            ReceivedDelivery message = arrived.poll();
            if (message == null && ended != null) {
                throw Errors.rethrown(ended);
            }
            return message;
        } finally {
            pullLock.unlock();
        }
    }

    private @Nullable ReceivedDelivery pollUntil(long nanos) {
        long start = System.nanoTime();
        ReceivedDelivery message = null;
        long left = nanos;
        try {
            while (message == null && left > 0) {
                Blocking.await(connection.loop(), this::isPullable, left, this::awaitPullable);
                message = poll(); // null if another thread was faster
                left = nanos - (System.nanoTime() - start);
            }
        } catch (InterruptedException e) {
            throw Blocking.interrupted(e);
        }
        return message;
    }

    /** Tells whether there is an end to waiting for a message. */
    private boolean isPullable() {
        pullLock.lock();
        try {
            return !arrived.isEmpty() || ended != null;
        } finally {
            pullLock.unlock();
        }
    }

    private void awaitPullable(long nanos) throws InterruptedException {
        long left = nanos;
        pullLock.lockInterruptibly();
        try {
            while (arrived.isEmpty() && ended == null && left > 0) {
                left = arrival.awaitNanos(left);
            }
        } finally {
            pullLock.unlock();
        }
    }

    @Override
    public CompletableFuture<Delivery> receiveAsync() {
        checkPullable();
        CompletableFuture<Delivery> future = new PulledLater(this);
        ReceivedDelivery message;
        Amqp10Exception reason;
        pullLock.lock();
        try {
            message = arrived.poll();
            reason = ended;
            if (message == null && reason == null) {
                pulling.removeIf(CompletableFuture::isDone);
                pulling.add(future);
            }
        } finally {
            pullLock.unlock();
        }
        if (message != null) {
            message.pulled();
            future.complete(message);
        } else if (reason != null) {
            future.completeExceptionally(reason);
        }
        return future;
    }

    /** What {@link #receiveAsync} returns, which is completed where handlers run. */
    private static final class PulledLater extends HandlersFuture<Delivery> {

        private final LiveReceiver receiver;

        PulledLater(LiveReceiver receiver) {
            this.receiver = receiver;
        }

        @Override
        void prepareToWait(long nanos) {
            Blocking.check();
            if (!isDone() && receiver.dispatcher().isCurrent()) {
                throw new IllegalStateException("a handler must not wait for what is delivered when it has returned;"
                        + " use receive with a timeout");
            }
        }
    }

    private void checkPullable() {
        if (handler() != null) {
            throw new IllegalStateException(
                    described() + " hands its messages to a handler; open it without one to pull them");
        }
    }

    // --- the rest of the API

    @Override
    public @Nullable String address() {
        if (options.dynamic()) {
            Source source = remoteSource();
            return dynamicAddress() != null ? dynamicAddress() : source == null ? null : source.address();
        }
        return options.address();
    }

    @Override
    public void addCredit(int credit) {
        checkManualCredit(credit);
        submit(() -> grant(credit));
    }

    private void grant(int credit) {
        creditTakenBack = false;
        giveMore(credit);
    }

    private void giveMore(int credit) {
        manualCredit += credit;
        ReceiverLink link = endpoint;
        if (link != null && link.isAttached()) {
            link.addCredit(credit);
            creditSeen.lazySet(link.credit());
        }
    }

    /** A message is gone before the application began with it: another one may come for its credit. Any thread. */
    void goneUnseen(ReceivedDelivery message) {
        if (options.creditWindow() == 0 && !(message.remoteState() instanceof TransactionalState)) {
            submit(() -> {
                if (!creditTakenBack && !stopping) {
                    giveMore(1);
                }
            });
        }
    }

    private void checkManualCredit(int credit) {
        if (options.creditWindow() != 0) {
            throw new IllegalStateException(described() + " refills a credit window of " + options.creditWindow()
                    + " by itself; set it to 0 to grant credit explicitly");
        }
        if (credit < 1) {
            throw new IllegalArgumentException("credit must be at least 1, not " + credit);
        }
    }

    @Override
    public CompletableFuture<Void> drain() {
        Completion<Void> done = new Completion<>(dispatcher(), true);
        submit(() -> {
            paused = true;
            creditTakenBack = true;
            if (state() == LifecycleState.CLOSED) {
                done.fail(endedBy());
                return;
            }
            draining.add(done);
            ReceiverLink link = endpoint;
            if (link != null && link.isAttached()) {
                link.drain();
            }
        });
        return done.future();
    }

    @Override
    public void pause() {
        submit(() -> {
            paused = true;
            ReceiverLink link = endpoint;
            if (link != null && link.isAttached() && options.creditWindow() > 0) {
                link.setCredit(0);
                creditSeen.lazySet(0);
            }
        });
    }

    @Override
    public void resume() {
        submit(() -> {
            paused = false;
            ReceiverLink link = endpoint;
            if (link != null && link.isAttached()) {
                refill(link);
            }
        });
    }

    @Override
    public int queued() {
        pullLock.lock();
        try {
            return arrived.size();
        } finally {
            pullLock.unlock();
        }
    }

    @Override
    public int credit() {
        return creditSeen.get();
    }

    @Override
    public int unsettled() {
        return inProgressSeen.get();
    }

    @Override
    public DeliveryGuarantee guarantee() {
        return options.guarantee();
    }

    @Override
    public CompletableFuture<Receiver> opened() {
        return openedFuture();
    }

    @Override
    public Receiver awaitOpen() {
        return awaitOpened(connection.openTimeout());
    }

    @Override
    public Receiver awaitOpen(Duration timeout) {
        return awaitOpened(timeout);
    }
}
