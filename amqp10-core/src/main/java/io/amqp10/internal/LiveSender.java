package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.BackPressure;
import io.amqp10.ConnectionLostException;
import io.amqp10.DeliveryFailedException;
import io.amqp10.DeliveryGuarantee;
import io.amqp10.LifecycleState;
import io.amqp10.Message;
import io.amqp10.MessagingHandler;
import io.amqp10.NoCreditException;
import io.amqp10.SendOutcome;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.StreamSource;
import io.amqp10.TimedOutException;
import io.amqp10.Tracker;
import io.amqp10.Transaction;
import io.amqp10.TransactionRolledBackException;
import io.amqp10.engine.OutgoingDelivery;
import io.amqp10.engine.SenderLink;
import io.amqp10.engine.SenderLinkListener;
import io.amqp10.engine.SessionEngine;
import io.amqp10.engine.StopReason;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.LinkError;
import io.amqp10.types.Role;
import io.amqp10.types.SenderSettleMode;
import io.amqp10.types.messaging.Accepted;
import io.amqp10.types.messaging.DeliveryState;
import io.amqp10.types.messaging.Outcome;
import io.amqp10.types.messaging.Rejected;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.messaging.Source;
import io.amqp10.types.messaging.Target;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transport.Attach;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A sender as the application knows it: takes messages from any thread into a bounded queue, hands them to the engine as
 * credit allows, and keeps what is unsettled until it has an outcome, over as many attachments as that takes.
 */
final class LiveSender extends LiveLink<SenderLink, Sender> implements Sender, SenderLinkListener {

    /** How long a connection must outlive a rejection that speaks of the peer and not of the message. */
    private static final Duration DOUBT = Duration.ofSeconds(3);

    private final SenderOptions options;
    private final boolean atMostOnce;
    private final boolean timed;

    /** How many messages were ever taken into the queue, by whichever thread. */
    private final AtomicLong taken = new AtomicLong();

    /** How many of them have left it, as last told to other threads: once for many, see {@link #tellGone}. */
    private final AtomicLong goneSeen = new AtomicLong();

    /**
     * How many may ever be taken so that there is credit for each of them. A message that is sent leaves the queue and uses up
     * a credit at once, which changes nothing here; so this is exact without being written for each message.
     */
    private final AtomicLong creditLimit = new AtomicLong();

    private final ReentrantLock roomLock = new ReentrantLock();
    private final Condition room = roomLock.newCondition();
    private final AtomicInteger waitingForRoom = new AtomicInteger();
    private final OutcomeBacklog backlog;
    private volatile boolean refusedForBacklog;
    private final DoubtedOutcomes doubts;
    private boolean believing;

    /** As last told to other threads, which need not see each step: a fence for each message would cost more than its frame. */
    private final AtomicInteger unsettledSeen = new AtomicInteger();

    private volatile boolean sendableEventQueued;
    private volatile boolean drainEventQueued;

    /** For this link, confined to the event loop. */
    private final ArrayDeque<SentDelivery> pending = new ArrayDeque<>();

    private Unsettled unsettled = new Unsettled();
    private int unsettledCount;
    private long nextTag;
    private int offered = -1;
    private boolean lastWasSendable;
    private boolean wakingWaiting;

    /** How many messages have left the queue. */
    private long gone;

    /** The receiver is told that it has all there is as soon as nothing waits here any more. */
    private boolean drainedWhenEmpty;

    /**
     * The ends of the list of messages that are on their way. Replaced now and then: each message is noted in it twice, and
     * to note a new object in one that has become old makes the usual garbage collector wait for all stores before.
     */
    private static final class Unsettled {

        static final int APPENDED_AT_MOST = 256;

        @Nullable
        SentDelivery first;

        @Nullable
        SentDelivery last;

        int appended;

        Unsettled successor() {
            Unsettled made = new Unsettled();
            made.first = first;
            made.last = last;
            return made;
        }
    }

    LiveSender(LiveSession session, String name, SenderOptions options) {
        super(session, name, options.handler(), options.executor());
        this.options = options;
        this.atMostOnce = options.guarantee() == DeliveryGuarantee.AT_MOST_ONCE;
        this.timed = connection.metrics().wantsTimes();
        this.backlog = new OutcomeBacklog(dispatcher(), options.maxOutcomesQueued(), this::handlerCaughtUp);
        // who waits for an outcome is to have it before the wait is over
        Duration half = options.sendTimeout().dividedBy(2);
        this.doubts = new DoubtedOutcomes(
                (half.compareTo(DOUBT) < 0 ? half : DOUBT).toNanos(),
                connection.limits().maxUnsettled());
    }

    SenderOptions options() {
        return options;
    }

    // --- taking messages, on any thread

    @Override
    public Tracker send(Message message) {
        return take(message, options.backPressure() == BackPressure.REFUSE ? null : options.sendTimeout(), null);
    }

    @Override
    public Tracker send(Message message, Duration timeout) {
        return take(message, timeout, null);
    }

    @Override
    public Tracker send(Message message, Transaction transaction) {
        return take(
                message,
                options.backPressure() == BackPressure.REFUSE ? null : options.sendTimeout(),
                LiveTransaction.usable(transaction, session));
    }

    private SentDelivery take(Message message, @Nullable Duration timeout, @Nullable LiveTransaction transaction) {
        checkUsable();
        SentDelivery sent = encoded(message, transaction);
        takeRoom(sent, timeout);
        submit(sent);
        return sent;
    }

    private SentDelivery encoded(Message message, @Nullable LiveTransaction transaction) {
        SentDelivery made = newDelivery(message, transaction);
        MessageCodec.encode(message, made);
        return made;
    }

    private SentDelivery newDelivery(Message message, @Nullable LiveTransaction transaction) {
        long now = takenNow();
        return transaction == null
                ? new SentDelivery(this, message, now)
                : new TransactedDelivery(this, message, now, transaction);
    }

    private long takenNow() {
        return timed ? System.nanoTime() : 0;
    }

    /** Takes a place among those that wait for credit; the payload is released if there is none. */
    private void takeRoom(SentDelivery sent, @Nullable Duration timeout) {
        try {
            if (!reserveRoom()) {
                if (timeout == null) {
                    throw new NoCreditException(noRoom(), null, null);
                }
                awaitRoom(timeout);
            }
        } catch (Throwable e) {
            sent.releasePayload();
            throw e;
        }
    }

    /** Tells whether to wait for the handler. A handler that sends must not wait for itself. */
    private boolean isHandlerBehind() {
        return backlog.isFull() && !connection.isHandling();
    }

    private void handlerCaughtUp() {
        wakeWaiting();
        if (refusedForBacklog) {
            refusedForBacklog = false;
            submit(() -> {
                lastWasSendable = false;
                pump();
            });
        }
    }

    /** Takes one place in the queue; never more than there are, not even for a moment: somebody may wait for just that one. */
    private boolean reserveRoom() {
        if (isHandlerBehind()) {
            return false;
        }
        long before;
        do {
            before = taken.get();
            if (before - goneSeen.get() >= options.maxQueued()) {
                return false;
            }
        } while (!taken.compareAndSet(before, before + 1));
        return true;
    }

    @Override
    public @Nullable Tracker trySend(Message message) {
        checkUsable();
        if (isHandlerBehind()) {
            refusedForBacklog = true;
            if (isHandlerBehind()) {
                return null;
            }
        }
        if (taken.get() >= creditLimit.get()) {
            return null;
        }
        SentDelivery sent = encoded(message, null);
        long before;
        do {
            before = taken.get();
            if (before >= creditLimit.get()) {
                sent.releasePayload();
                return null;
            }
        } while (!taken.compareAndSet(before, before + 1));
        submit(sent);
        return sent;
    }

    @Override
    public CompletableFuture<SendOutcome> sendAsync(Message message) {
        try {
            return take(message, null, null).settlement();
        } catch (Amqp10Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    // --- streaming

    @Override
    public SendOutcome stream(Message head, InputStream body) throws IOException {
        return new BodyStreaming(this, head, null).send(body, -1);
    }

    @Override
    public SendOutcome stream(Message head, InputStream body, long length) throws IOException {
        if (length < 0) {
            throw new IllegalArgumentException("a length is 0 or more, not " + length);
        }
        return new BodyStreaming(this, head, null).send(body, length);
    }

    @Override
    public SendOutcome stream(Message head, StreamSource body) throws IOException {
        return new BodyStreaming(this, head, null).send(body);
    }

    @Override
    public SendOutcome stream(Message head, StreamSource body, Transaction transaction) throws IOException {
        return new BodyStreaming(this, head, LiveTransaction.usable(transaction, session)).send(body);
    }

    @Override
    public CompletableFuture<SendOutcome> streamAsync(Message head, Flow.Publisher<ByteBuffer> body) {
        return subscribe(head, body, null);
    }

    @Override
    public CompletableFuture<SendOutcome> streamAsync(
            Message head, Flow.Publisher<ByteBuffer> body, Transaction transaction) {
        return subscribe(head, body, LiveTransaction.usable(transaction, session));
    }

    private CompletableFuture<SendOutcome> subscribe(
            Message head, Flow.Publisher<ByteBuffer> body, @Nullable LiveTransaction transaction) {
        MessageCodec.checkHead(head);
        BodySubscriber subscriber = new BodySubscriber(this, head, transaction);
        body.subscribe(subscriber);
        return subscriber.result();
    }

    /** Sends a streamed message that turned out to be small. Takes the payload in any case. */
    SentDelivery sendEncoded(Message head, ByteBuf payload, @Nullable LiveTransaction transaction) {
        return sendEncoded(head, payload, true, transaction);
    }

    /** As {@link #sendEncoded}, without waiting for room. */
    SentDelivery sendEncodedNow(Message head, ByteBuf payload, @Nullable LiveTransaction transaction) {
        return sendEncoded(head, payload, false, transaction);
    }

    private SentDelivery sendEncoded(
            Message head, ByteBuf payload, boolean mayWait, @Nullable LiveTransaction transaction) {
        SentDelivery sent;
        if (transaction == null) {
            sent = new EncodedSend(this, head, takenNow(), payload);
        } else {
            sent = newDelivery(head, transaction);
            sent.payload(payload);
        }
        submit(takingRoom(sent, mayWait));
        return sent;
    }

    /** Begins to send a message in parts. Takes the first one in any case. */
    StreamedSend beginStream(
            Message head,
            ByteBuf first,
            long size,
            Runnable onTaken,
            boolean mayWait,
            @Nullable LiveTransaction transaction) {
        StreamedSend message = new StreamedSend(this, head, first, size, takenNow(), onTaken, transaction);
        submit(takingRoom(message, mayWait));
        return message;
    }

    private <D extends SentDelivery> D takingRoom(D sent, boolean mayWait) {
        try {
            checkUsable();
        } catch (Throwable e) {
            sent.releasePayload();
            throw e;
        }
        takeRoom(sent, mayWait && options.backPressure() != BackPressure.REFUSE ? options.sendTimeout() : null);
        return sent;
    }

    /** Aborts a message that was given in part. Any thread. */
    void abandon(StreamedSend message, Amqp10Exception why) {
        submit(() -> {
            if (!message.isDone()) {
                withdraw(message, why);
            }
        });
    }

    private void stopSending(StreamedSend message) {
        remove(message);
        SenderLink link = message.link();
        if (link != null) {
            link.abort(message);
        }
    }

    /** Gives the engine the next part of a message, if it can take it. On the event loop. */
    void proceed(StreamedSend message) {
        SenderLink link = endpoint;
        if (link == null || link != message.link() || !link.canAppend(message)) {
            return;
        }
        int size = message.nextSize();
        if (size >= 0 && isTooLarge(link, message.given() + size)) {
            stopSending(message);
            failTooLarge(message, message.given() + size, link);
            return;
        }
        StreamedSend.Part part = message.next();
        if (part != null) {
            link.append(message, part.octets(), part.last());
        }
    }

    @Override
    public void onPayloadSent(SenderLink link, OutgoingDelivery delivery) {
        proceed((StreamedSend) delivery);
    }

    @Override
    public void onSent(SenderLink link, OutgoingDelivery delivery) {
        SentDelivery message = (SentDelivery) delivery;
        if (message instanceof StreamedSend streamed) {
            connection.metrics().sent(this, streamed.given());
        }
        if (atMostOnce) {
            concludeWritten();
        } else if (wasAcceptedEarly(message)) {
            onDisposition(link, message);
        }
        answerDrain();
    }

    /** Tells whether the peer's word about a message has waited for its last frame. */
    private static boolean wasAcceptedEarly(SentDelivery message) {
        DeliveryState remote = message.remoteState();
        return remote instanceof TransactionalState
                ? message instanceof TransactedDelivery posted && posted.transaction() != null
                : remote != null || message.remotelySettled();
    }

    private void failTooLarge(StreamedSend message, long size, SenderLink link) {
        String text = tooLarge(size, link);
        message.releasePayload();
        message.fail(new DeliveryFailedException(text, ErrorCondition.of(LinkError.MESSAGE_SIZE_EXCEEDED, text), null));
        connection.metrics().settled(this, SendOutcome.Status.REJECTED, 0);
        connection.checkWatches();
    }

    private void checkUsable() {
        if (isEnded()) {
            throw endedBy();
        }
    }

    private void awaitRoom(Duration timeout) {
        Blocking.check();
        long left = Blocking.nanos(timeout);
        roomLock.lock();
        try {
            waitingForRoom.incrementAndGet();
            try {
                while (!reserveRoom()) {
                    checkUsable();
                    if (left <= 0) {
                        throw new TimedOutException(noRoom() + " for " + timeout + why(), null, null);
                    }
                    left = room.awaitNanos(left);
                }
            } finally {
                waitingForRoom.decrementAndGet();
            }
        } catch (InterruptedException e) {
            throw Blocking.interrupted(e);
        } finally {
            roomLock.unlock();
        }
    }

    private String noRoom() {
        if (isHandlerBehind()) {
            return "the handler of " + described() + " is " + backlog.limit()
                    + " outcomes behind, which maxOutcomesQueued allows";
        }
        return described() + " has no credit, and " + options.maxQueued() + " messages wait for it already";
    }

    /** Wakes threads that wait for room once for all that leaves the queue in one turn of the event loop. */
    private void wakeWaitingSoon() {
        if (!connection.loop().inEventLoop()) {
            wakeWaiting();
        } else if (!wakingWaiting) {
            wakingWaiting = true;
            connection.loop().execute(() -> {
                wakingWaiting = false;
                wakeWaiting();
            });
        }
    }

    private void wakeWaiting() {
        roomLock.lock();
        try {
            room.signalAll();
        } finally {
            roomLock.unlock();
        }
    }

    // --- on the event loop

    void take(SentDelivery message) {
        if (isClosed()) {
            message.releasePayload();
            message.fail(endedBy());
            gone++;
            tellGone();
            return;
        }
        if (message instanceof TransactedDelivery posted && !posted.join()) {
            message.releasePayload();
            LiveTransaction of = posted.transaction();
            message.fail(of == null ? endedBy() : of.endedBy());
            gone++;
            given(endpoint);
            tellGone();
            return;
        }
        connection.leftQueue(this);
        SenderLink link = endpoint;
        if (link != null && pending.isEmpty() && link.canSend()) {
            gone++;
            give(link, message);
            given(endpoint);
        } else {
            pending.add(message);
            giveToEngine();
        }
    }

    private boolean isClosed() {
        return state() == LifecycleState.CLOSED;
    }

    /** Gives the engine what it takes. */
    private void pump() {
        try {
            giveToEngine();
        } finally {
            tellGone();
        }
    }

    /** As {@link #pump}, but {@link #tellGone} is still to be called. */
    private void giveToEngine() {
        SenderLink link = endpoint;
        if (link == null || !link.isAttached()) {
            return;
        }
        while (link != null && !pending.isEmpty() && link.canSend()) {
            SentDelivery message = pending.remove();
            if (!message.isResent()) {
                gone++;
            }
            give(link, message);
            link = endpoint;
        }
        given(link);
    }

    private void given(@Nullable SenderLink link) {
        if (link != null) {
            tellCredit(link.credit());
            tellSendable(link);
            if (drainedWhenEmpty) {
                answerDrain();
            }
        }
    }

    /** Lets those who send know up to which message there is credit, and the handler if that are more than before. */
    private void tellCredit(long credit) {
        long limit = gone + credit;
        long before = creditLimit.getPlain();
        if (limit != before) {
            creditLimit.lazySet(limit);
            if (limit > before) {
                lastWasSendable = false; // somebody may have been told that there is none
            }
        }
    }

    /** Lets those who send know how many messages have left the queue: once for many, as each time takes the count from them. */
    void tellGone() {
        if (goneSeen.getPlain() != gone) {
            goneSeen.set(gone); // before it is seen whether somebody waits
            if (waitingForRoom.get() > 0) {
                wakeWaitingSoon();
            }
        }
    }

    private void give(SenderLink link, SentDelivery message) {
        if (message.isResent()) {
            doubts.take(message);
        }
        long size = message.size();
        if (isTooLarge(link, size)) {
            if (message instanceof StreamedSend streamed) {
                failTooLarge(streamed, size, link);
                return;
            }
            message.releasePayload();
            message.complete(SendOutcome.of(
                    new Rejected(ErrorCondition.of(LinkError.MESSAGE_SIZE_EXCEEDED, tooLarge(size, link)))));
            concluded(message, SendOutcome.Status.REJECTED);
            return;
        }
        message.settled(atMostOnce);
        if (link.acquisition() != null) {
            acquire(link, message);
        }
        append(message); // first: should the engine fail with it, it is still known here, to be sent again
        if (message instanceof StreamedSend) {
            link.send(message);
            return;
        }
        link.send(message);
        connection.metrics().sent(this, size);
        if (atMostOnce && message.isSent()) {
            remove(message);
            message.complete(SendOutcome.UNCONFIRMED);
            concluded(message, SendOutcome.Status.UNCONFIRMED);
        }
    }

    private static boolean isTooLarge(SenderLink link, long size) {
        long limit = link.maxMessageSize();
        return limit != 0 && Long.compareUnsigned(size, limit) > 0;
    }

    private static String tooLarge(long size, SenderLink link) {
        return "the message has " + size + " bytes, but the peer takes at most "
                + Long.toUnsignedString(link.maxMessageSize());
    }

    private void append(SentDelivery message) {
        Unsettled list = unsettled;
        if (++list.appended > Unsettled.APPENDED_AT_MOST) {
            list = list.successor();
            unsettled = list;
        }
        SentDelivery before = list.last;
        message.previous = before;
        message.next = null;
        if (before == null) {
            list.first = message;
        } else {
            before.next = message;
        }
        list.last = message;
        unsettledSeen.lazySet(++unsettledCount);
    }

    private void remove(SentDelivery message) {
        SentDelivery before = message.previous;
        SentDelivery after = message.next;
        if (before == null) {
            if (unsettled.first != message) {
                return; // was removed before
            }
            unsettled.first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            unsettled.last = before;
        } else {
            after.previous = before;
        }
        message.previous = null;
        message.next = null;
        unsettledSeen.lazySet(--unsettledCount);
        if (drainedWhenEmpty) {
            answerDrain();
        }
    }

    private void tellSendable(SenderLink link) {
        boolean sendable = pending.isEmpty() && link.canSend();
        if (sendable && !lastWasSendable) {
            queueSendableEvent();
        }
        lastWasSendable = sendable;
    }

    private void queueSendableEvent() {
        MessagingHandler to = handler();
        if (to != null && !sendableEventQueued) {
            sendableEventQueued = true;
            tellGone();
            dispatcher().execute(() -> {
                sendableEventQueued = false;
                if (!isEnded()) {
                    to.onSendable(this);
                }
            });
        }
    }

    /** Meters and tells the handler an outcome. */
    private void concluded(SentDelivery message, SendOutcome.Status status) {
        connection.metrics().settled(this, status, timed ? System.nanoTime() - message.takenNanos() : 0);
        MessagingHandler to = handler();
        if (to != null) {
            backlog.added();
            dispatcher().execute(() -> {
                switch (status) {
                    case ACCEPTED -> to.onAccepted(message);
                    case REJECTED -> to.onRejected(message);
                    case RELEASED -> to.onReleased(message);
                    case MODIFIED -> to.onModified(message);
                    case UNCONFIRMED -> {
                        // nobody said anything about it
                    }
                }
                to.onSettled(message);
            });
        }
        connection.checkWatches();
    }

    @Override
    public void onAttached(SenderLink link, Attach attach) {
        if (link == endpoint) {
            answered(attach);
        } else {
            link.detach(true, null); // it was given up before
        }
    }

    @Override
    public void onSendable(SenderLink link) {
        lastWasSendable = false;
        pump();
    }

    @Override
    public void onCreditChanged(SenderLink link) {
        tellCredit(link.credit());
    }

    private void concludeWritten() {
        SentDelivery message = unsettled.first;
        while (message != null && message.isSent()) {
            remove(message);
            message.complete(SendOutcome.UNCONFIRMED);
            concluded(message, SendOutcome.Status.UNCONFIRMED);
            message = unsettled.first;
        }
    }

    @Override
    public void onDrain(SenderLink link) {
        if (link != endpoint) {
            return; // it is being accepted, and looked at again afterwards
        }
        pump();
        MessagingHandler to = handler();
        if (to == null) {
            drainedWhenEmpty();
        } else if (!drainEventQueued) {
            drainEventQueued = true;
            dispatcher().execute(() -> {
                drainEventQueued = false;
                to.onDrain(this);
            });
        }
    }

    @Override
    public void onDisposition(SenderLink link, OutgoingDelivery delivery) {
        if (link != endpoint) {
            return; // it was given up before
        }
        SentDelivery message = (SentDelivery) delivery;
        DeliveryState remote = delivery.remoteState();
        if (remote instanceof TransactionalState transactional && onTransactional(link, message, transactional)) {
            return;
        }
        if (message instanceof TransactedDelivery posted && message.isDone()) {
            LiveTransaction of = posted.transaction();
            if (of != null) {
                // what was foreseen is known already
                if (delivery.remotelySettled()) {
                    of.settledByPeer(posted);
                }
                return;
            }
        }
        Outcome known = remote instanceof Outcome said ? said : delivery.remotelySettled() ? unsaid(link) : null;
        if (!message.isSent()) {
            if (known == null || known instanceof Accepted) {
                return; // what the peer accepts, it is to have to its end: then this is looked at again
            }
            link.abort(delivery);
        }
        if (known == null) {
            return;
        }
        if (!delivery.remotelySettled()) {
            link.settle(delivery);
        }
        SendOutcome outcome = SendOutcome.of(known);
        if (Errors.isAboutPeer(outcome) && mayBeResent(link, message)) {
            doubt(message, outcome);
        } else {
            conclude(message, outcome);
        }
    }

    /** Returns what is meant by settling without an outcome. */
    private static Outcome unsaid(SenderLink link) {
        Outcome named = Terminus.defaultOutcome(link);
        return named != null ? named : Released.INSTANCE;
    }

    /**
     * Gives the default outcome to messages that the receiver has and left unsettled when our source came to its end. Without
     * one nothing is known about them. Those in transactions of the peer are for its coordinator.
     *
     * @see "AMQP 1.0 §3.5.3"
     */
    private void sourceDestroyed() {
        drainedWhenEmpty = false;
        SentDelivery message = unsettled.first;
        while (message != null) {
            SentDelivery next = message.next;
            SenderLink link = message.link();
            Outcome named = Terminus.defaultOutcome(link);
            if (named != null && message.isSent() && !(message.remoteState() instanceof TransactionalState)) {
                SendOutcome known = doubts.take(message);
                message.releasePayload();
                conclude(message, known != null ? known : SendOutcome.of(named));
            }
            message = next;
        }
    }

    private void conclude(SentDelivery message, SendOutcome outcome) {
        remove(message);
        message.complete(outcome);
        concluded(message, outcome.status());
    }

    private boolean mayBeResent(SenderLink link, SentDelivery message) {
        return link == endpoint
                && recovers()
                && !atMostOnce
                && message.isSent()
                && !(message instanceof StreamedSend || message instanceof TransactedDelivery)
                && !doubts.isFull();
    }

    private void doubt(SentDelivery message, SendOutcome outcome) {
        doubts.add(message, outcome);
        believeInTime();
    }

    private void believeInTime() {
        if (!believing && !doubts.isEmpty()) {
            believing = true;
            connection
                    .loop()
                    .schedule(() -> connection.submit(this::believe), doubts.nextNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void believe() {
        believing = false;
        try {
            for (SentDelivery message = doubts.due(); message != null; message = doubts.due()) {
                SendOutcome outcome = doubts.take(message);
                if (outcome != null) {
                    conclude(message, outcome);
                }
            }
        } finally {
            believeInTime();
        }
    }

    // --- transactions

    /** Takes what the peer says of a delivery in a transaction, of ours or of its own; returns false if that means nothing. */
    private boolean onTransactional(SenderLink link, SentDelivery message, TransactionalState remote) {
        Outcome foreseen = remote.outcome();
        if (message instanceof TransactedDelivery posted && posted.transaction() != null) {
            if (foreseen == null && !message.remotelySettled() || message.isDone()) {
                return !message.isDone();
            }
            if (!message.isSent()) {
                if (foreseen instanceof Accepted) {
                    return true; // to be looked at again when it has gone out
                }
                link.abort(message);
            }
            SendOutcome outcome = foreseen == null ? SendOutcome.RELEASED : SendOutcome.of(foreseen);
            remove(message);
            message.releasePayload();
            posted.complete(outcome);
            concluded(message, outcome.status());
            return true;
        }
        Coordination coordination = connection.coordination();
        return coordination != null && coordination.retire(this, link, message, remote);
    }

    /** Ends a message that the peer has, or may have, with its transaction. */
    void endPost(TransactedDelivery message, boolean committed, @Nullable Amqp10Exception why) {
        SendOutcome outcome = message.outcome();
        if (outcome == null && why != null) {
            withdraw(message, why);
            return;
        }
        SenderLink link = message.link();
        if (link != null && !message.remotelySettled()) {
            message.localState(committed ? Accepted.INSTANCE : null);
            link.disposition(message, null, true);
        }
    }

    /** Takes back a message whose transaction has ended, as far as it has not gone out. */
    void withdraw(SentDelivery message, Amqp10Exception why) {
        SenderLink link = message.link();
        if (pending.remove(message)) {
            if (!message.isResent()) {
                gone++;
            }
            given(endpoint);
            tellGone();
        } else {
            remove(message);
            if (link != null && !link.abort(message)) {
                message.localState(null);
                link.disposition(message, null, true);
            }
        }
        message.releasePayload();
        message.fail(why);
        connection.checkWatches();
    }

    /** Gives a message the outcome that the peer's transaction, which has ended, has left it with. */
    void concludeInTransaction(SentDelivery message, Outcome outcome, boolean abort) {
        if (message.isDone()) {
            return;
        }
        SenderLink link = message.link();
        if (link != null && link == endpoint) {
            boolean settledByPeer = message.remotelySettled();
            boolean aborted = (abort || settledByPeer) && link.abort(message);
            if (!aborted && !settledByPeer) {
                link.disposition(message, outcome, true);
            }
        }
        SendOutcome known = SendOutcome.of(outcome);
        remove(message);
        if (message.isSent()) {
            message.releasePayload(); // otherwise the engine does, with the last frame or the end of the link
        }
        message.complete(known);
        concluded(message, known.status());
    }

    /** Ends a message whose link ended before the peer's transaction, which was rolled back then. */
    void concludeUnlinked(SentDelivery message, Amqp10Exception reason) {
        Outcome named = Terminus.defaultOutcome(message.link());
        if (named != null) {
            concludeInTransaction(message, named, false);
        } else {
            message.fail(reason);
            connection.checkWatches();
        }
    }

    /** Tells whether the peer has given the message an outcome in a transaction, which may be committed after the link's end. */
    private boolean isRetired(SentDelivery message) {
        Coordination coordination = connection.coordination();
        return coordination != null && message.isSent() && coordination.isRetired(message);
    }

    private void acquire(SenderLink link, SentDelivery message) {
        Coordination coordination = connection.coordination();
        Binary txnId = link.acquisition();
        if (coordination != null && txnId != null && coordination.acquire(this, message, txnId)) {
            message.localState(new TransactionalState(txnId, null));
        }
    }

    @Override
    public void onAcquisition(SenderLink link, Binary txnId) {
        Coordination coordination = connection.coordination();
        if (coordination == null || atMostOnce) {
            SenderLinkListener.super.onAcquisition(link, txnId);
            return;
        }
        ErrorCondition refused = coordination.acquiresFor(link, txnId);
        if (refused != null) {
            link.detach(true, refused);
        }
    }

    @Override
    public void onDetached(SenderLink link, StopReason reason, boolean closed) {
        forgetUnsettled(link, reason); // what has no outcome is sent again
        if (link == endpoint) {
            nextTag = link.nextTag();
            if (!recovers()) {
                sourceDestroyed();
            }
            detached(reason, closed);
        }
    }

    // --- attachments

    @Override
    SenderLink attachTo(SessionEngine target) {
        SenderLink link = target.attachSender(
                Attach.builder(name(), 0, Role.SENDER)
                        .sndSettleMode(settleMode())
                        .rcvSettleMode(options.receiverSettleMode())
                        .source(Source.builder()
                                .address(options.sourceAddress())
                                .outcomes(Terminus.OUTCOMES)
                                .build())
                        .target(Target.builder()
                                .address(options.dynamic() ? null : addressOr(options.address()))
                                .durable(options.durability())
                                .expiryPolicy(options.expiryPolicy())
                                .timeoutSeconds(options.terminusTimeout().toSeconds())
                                .dynamic(options.dynamic())
                                .dynamicNodeProperties(options.dynamic() ? options.dynamicNodeProperties() : Map.of())
                                .capabilities(options.capabilities())
                                .build())
                        .desiredCapabilities(options.desiredCapabilities())
                        .offeredCapabilities(options.offeredCapabilities())
                        .properties(options.properties())
                        .build(),
                this);
        link.nextTag(nextTag);
        return link;
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
        return null; // the settle mode is ours to decide, and either receiver settle mode leads to an outcome
    }

    @Override
    void attached() {
        SenderLink link = endpoint;
        if (link != null && offered >= 0) {
            link.offered(offered);
        }
        lastWasSendable = false;
        if (link != null && link.isDraining()) {
            onDrain(link);
        } else {
            pump();
        }
    }

    @Override
    void unattached() {
        tellCredit(0);
        lastWasSendable = false;
        drainedWhenEmpty = false;
        connection.linkLost(this);
        doubts.linkEnded();
        if (unsettled.first == null) {
            return;
        }
        List<SentDelivery> again = new ArrayList<>(unsettledCount);
        for (SentDelivery message = unsettled.first; message != null; message = message.next) {
            again.add(message);
        }
        unsettled = new Unsettled();
        unsettledCount = 0;
        unsettledSeen.lazySet(0);
        for (SentDelivery message : again) {
            message.previous = null;
            message.next = null;
        }
        if (atMostOnce) {
            for (SentDelivery message : again) {
                message.releasePayload();
                message.fail(new ConnectionLostException(
                        described() + " lost its connection while the message was being sent at most once",
                        null,
                        null));
            }
            connection.checkWatchesSoon();
            return;
        }
        for (int i = again.size() - 1; i >= 0; i--) {
            SentDelivery message = again.get(i);
            if (isRetired(message)) {
                message.resent();
                pending.addFirst(message); // it is up to the transaction, should the link come to its end
            } else if (message instanceof StreamedSend streamed && streamed.transaction() == null) {
                streamed.releasePayload();
                streamed.lost(new ConnectionLostException(
                        described() + " was detached before the outcome of a streamed message, which cannot be sent"
                                + " again" + why(),
                        null,
                        null));
            } else if (message instanceof TransactedDelivery) {
                message.releasePayload();
                message.fail(new TransactionRolledBackException(
                        described() + " was detached while the message was being sent in a transaction, which is"
                                + " rolled back",
                        null,
                        null));
            } else {
                message.resent();
                pending.addFirst(message);
            }
        }
        connection.checkWatchesSoon();
    }

    @Override
    void ended(Amqp10Exception reason) {
        int fresh = 0;
        sourceDestroyed();
        SentDelivery following = unsettled.first;
        unsettled = new Unsettled();
        unsettledCount = 0;
        unsettledSeen.lazySet(0);
        while (following != null) {
            SentDelivery message = following;
            following = message.next;
            message.previous = null;
            message.next = null;
            giveUp(message, reason);
        }
        for (SentDelivery message : pending) {
            giveUp(message, reason);
            if (!message.isResent()) {
                fresh++;
            }
        }
        pending.clear();
        gone += fresh;
        tellCredit(0);
        tellGone();
        wakeWaiting();
    }

    private void giveUp(SentDelivery message, Amqp10Exception reason) {
        message.releasePayload();
        SendOutcome known = doubts.take(message);
        if (known != null) {
            message.complete(known);
            concluded(message, known.status());
            return;
        }
        Coordination coordination = connection.coordination();
        if (coordination == null || !coordination.outlivesLink(message, reason)) {
            message.fail(reason);
        }
    }

    @Override
    void prepareToClose() {
        // what was taken still goes out
    }

    @Override
    boolean isBusy() {
        return unsettled.first != null || !pending.isEmpty();
    }

    @Override
    boolean needsAttachment() {
        return isBusy();
    }

    @Override
    void tellOpened(MessagingHandler to) {
        to.onSenderOpened(this);
    }

    @Override
    Sender self() {
        return this;
    }

    @Override
    String described() {
        String to = address();
        return "sender to "
                + (to == null ? options.dynamic() ? "a dynamic node" : "the anonymous target" : "'" + to + "'");
    }

    // --- the rest of the API

    @Override
    public @Nullable String address() {
        if (options.dynamic()) {
            return dynamicAddress() != null
                    ? dynamicAddress()
                    : remoteTarget() instanceof Target target ? target.address() : null;
        }
        return options.address();
    }

    @Override
    public int credit() {
        return (int) Math.min(Math.max(0, creditLimit.get() - goneSeen.get()), Integer.MAX_VALUE);
    }

    @Override
    public int unsettled() {
        return unsettledSeen.get();
    }

    @Override
    public int queued() {
        return (int) Math.max(0, taken.get() - goneSeen.get());
    }

    @Override
    public DeliveryGuarantee guarantee() {
        return options.guarantee();
    }

    @Override
    public void offered(int available) {
        if (available < 0) {
            throw new IllegalArgumentException("the number of available messages must not be negative: " + available);
        }
        submit(() -> {
            offered = available;
            SenderLink link = endpoint;
            if (link != null) {
                link.offered(available);
            }
        });
    }

    @Override
    public void drained() {
        submit(this::drainedWhenEmpty);
    }

    private void drainedWhenEmpty() {
        SenderLink link = endpoint;
        if (link != null && link.isDraining()) {
            drainedWhenEmpty = true;
            answerDrain();
        }
    }

    /** Gives back the credit that is left if that is due and nothing that waits, or is half sent, needs it. */
    private void answerDrain() {
        SenderLink link = endpoint;
        SentDelivery last = unsettled.last;
        if (drainedWhenEmpty
                && link != null
                && (link.credit() == 0 || pending.isEmpty() && taken.get() == gone)
                && (last == null || last.isSent())) {
            drainedWhenEmpty = false;
            link.drained();
            tellCredit(link.credit());
        }
    }

    @Override
    public CompletableFuture<Sender> opened() {
        return openedFuture();
    }

    @Override
    public Sender awaitOpen() {
        return awaitOpened(connection.openTimeout());
    }

    @Override
    public Sender awaitOpen(Duration timeout) {
        return awaitOpened(timeout);
    }
}
