package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.LifecycleState;
import io.amqp10.LinkRefusedException;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.Session;
import io.amqp10.SessionAcceptor;
import io.amqp10.SessionOptions;
import io.amqp10.Transaction;
import io.amqp10.engine.ConnectionEngine;
import io.amqp10.engine.LinkEndpoint;
import io.amqp10.engine.ReceiverLink;
import io.amqp10.engine.SenderLink;
import io.amqp10.engine.SessionEngine;
import io.amqp10.engine.SessionListener;
import io.amqp10.engine.SessionSettings;
import io.amqp10.engine.StopReason;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Coordinator;
import io.amqp10.types.transport.Attach;
import io.amqp10.types.transport.Begin;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session as the application knows it, which outlives its network connections. Its methods run on the connection's event
 * loop, except for those of the API.
 */
final class LiveSession implements Session, SessionListener {

    private static final Logger LOG = LoggerFactory.getLogger(LiveSession.class);

    private final LiveConnection connection;
    private final SessionOptions options;
    private final Completion<Session> opened;
    private final Closing closed;
    private final Set<LiveLink<?, ?>> links = new LinkedHashSet<>();

    /** Links of this session that were redirected to other hosts, and come back if they are lost there. */
    private final Set<LiveLink<?, ?>> lent = new LinkedHashSet<>();

    private final Backoff backoff;
    private final SessionTransactions transactions = new SessionTransactions(this);

    private volatile boolean endsWithLastLink;

    private volatile LifecycleState state = LifecycleState.OPENING;
    private volatile @Nullable Amqp10Exception error;
    private volatile @Nullable Begin remoteBegin;

    /** For this network connection. */
    private @Nullable SessionEngine engine;

    /** Links that the peer attached before it was decided about the connection and the session; null if it is. */
    private @Nullable List<Runnable> undecided;

    /**
     * Links that are attached only when those before them have an answer: the peer ended the session rather than refuse one
     * of several links, and this finds out which.
     */
    private final ArrayDeque<LiveLink<?, ?>> toAttach = new ArrayDeque<>();

    private boolean oneByOne;
    private @Nullable LiveLink<?, ?> awaited;
    private @Nullable ScheduledFuture<?> closeDeadline;

    /** While closing: our end is sent. */
    private boolean leaving;

    /** The peer began it. */
    private boolean ofPeer;

    LiveSession(LiveConnection connection, SessionOptions options) {
        this.connection = connection;
        this.options = options;
        this.opened = new Completion<>(connection.dispatcher());
        this.closed =
                new Closing(connection.dispatcher(), () -> state != LifecycleState.CLOSED && connection.isHandling());
        this.backoff = connection.newBackoff();
    }

    // --- on the event loop

    /** Begins on a connection that is open, with all its links. */
    void begin(ConnectionEngine on) {
        if (state == LifecycleState.CLOSED || engine != null) {
            return; // the peer may have begun it before the connection was accepted
        }
        SessionEngine begun;
        try {
            begun = on.begin(this, settings());
        } catch (IllegalStateException e) {
            finish(new Amqp10Exception(
                    "no session with " + connection.remoteAddress() + " can be begun: " + e.getMessage(), e));
            return;
        }
        engine = begun;
        toAttach.clear();
        awaited = null;
        links.forEach(LiveLink::forgetLastAttach);
        if (oneByOne) {
            toAttach.addAll(links);
            attachNext();
        } else {
            for (LiveLink<?, ?> link : List.copyOf(links)) {
                if (link.isToAttach()) {
                    link.attach(begun);
                }
            }
        }
        transactions.begun(begun);
    }

    private void attachNext() {
        SessionEngine present = engine;
        while (awaited == null && present != null && present.stopReason() == null) {
            LiveLink<?, ?> link = toAttach.poll();
            if (link == null) {
                oneByOne = false;
                return;
            }
            if (link.endpoint == null && link.isToAttach()) {
                awaited = link;
                link.attach(present);
            }
        }
    }

    /** A link is open, so the session works. */
    void attached(LiveLink<?, ?> link) {
        backoff.worked(System.nanoTime());
        notAwaited(link);
    }

    /** A link has an answer, or needs none any more. */
    void notAwaited(LiveLink<?, ?> link) {
        toAttach.remove(link);
        if (link == awaited) {
            awaited = null;
            attachNext();
        }
    }

    /** Takes over a session that the peer begins, and has the application decide, on the thread of handlers. */
    void adopt(SessionEngine session, @Nullable SessionAcceptor acceptor) {
        ofPeer = true;
        engine = session;
        remoteBegin = session.remoteBegin();
        session.accept(this, settings()); // also to refuse it
        undecided = new ArrayList<>();
        connection.whenDecided(() -> {
            if (acceptor == null) {
                decided(session, null);
                return;
            }
            connection.dispatcher().execute(() -> {
                ErrorCondition refused = ask(acceptor);
                connection.submit(() -> decided(session, refused));
            });
        });
    }

    private void decided(SessionEngine session, @Nullable ErrorCondition refused) {
        List<Runnable> held = undecided;
        undecided = null;
        if (session != engine || state != LifecycleState.OPENING) {
            return;
        }
        if (refused != null) {
            state = LifecycleState.CLOSING;
            leaving = true;
            session.end(refused);
            return;
        }
        begun();
        if (held != null) {
            held.forEach(Runnable::run);
        }
    }

    /** Does something about a link of the peer's when it is decided about the session, unless that is refused. */
    private void whenDecided(LinkEndpoint link, Runnable action) {
        List<Runnable> held = undecided;
        if (held == null) {
            action.run();
        } else {
            held.add(() -> {
                if (link.stopReason() == null) {
                    action.run();
                }
            });
        }
    }

    private @Nullable ErrorCondition ask(SessionAcceptor acceptor) {
        try {
            ErrorCondition refused = acceptor.onSession(this);
            if (refused != null) {
                Checked.map("the error's info", refused.info());
            }
            return refused;
        } catch (RuntimeException | Error e) {
            LOG.error("deciding about a session on {} failed", connection, e);
            return ErrorCondition.of(AmqpError.INTERNAL_ERROR, "deciding about the session failed");
        }
    }

    private SessionSettings settings() {
        return Settings.session(options, connection.limits());
    }

    @Override
    public void onBegun(SessionEngine session, Begin begin) {
        remoteBegin = begin;
        begun();
    }

    private void begun() {
        error = null;
        if (state == LifecycleState.OPENING || state == LifecycleState.RECOVERING) {
            state = LifecycleState.OPEN;
        }
        opened.complete(this);
        MessagingHandler to = handler();
        if (to != null) {
            connection.dispatcher().execute(() -> to.onSessionOpened(this));
        }
    }

    @Override
    public void onEnded(SessionEngine session, StopReason reason) {
        if (session != engine) {
            return;
        }
        engine = null;
        backoff.broke(System.nanoTime());
        if (reason instanceof StopReason.ParentStopped || state == LifecycleState.CLOSED) {
            return; // the connection decides, or it was decided before
        }
        if (isDoneClosing()) {
            finish(null);
            return;
        }
        ErrorCondition said = reason.error();
        Amqp10Exception cause = new LinkRefusedException(
                "the session with " + connection.remoteAddress() + " ended"
                        + (said == null ? "" : ": " + Errors.text(said)),
                said,
                null);
        boolean linkToBlame = blameRefusedLink(said);
        if (said != null && Errors.isAboutRights(said) && !linkToBlame) {
            finish(cause); // another try would be refused like this one
        } else if (options.beginAgain() && connection.recovers() && !backoff.exhausted() && hasLinkOfOurs()) {
            recoverAfter(cause);
        } else {
            finish(said == null ? null : cause);
        }
    }

    /**
     * Some peers refuse a link by ending its session: the one link that has no answer yet must be the one. What may pass is
     * tried again, behind the other links, which are not to wait for it; a link that never opened only a few times.
     *
     * @return whether it can have been a link
     */
    private boolean blameRefusedLink(@Nullable ErrorCondition said) {
        if (said == null || transactions.isToBlame()) {
            return said != null;
        }
        List<LiveLink<?, ?>> unanswered = new ArrayList<>();
        for (LiveLink<?, ?> link : links) {
            if (link.wasUnanswered()) {
                unanswered.add(link);
            }
        }
        oneByOne = unanswered.size() > 1;
        if (unanswered.size() == 1) {
            LiveLink<?, ?> link = unanswered.get(0);
            if (Errors.passesForLink(said) && link.mayEndAnotherSession()) {
                links.remove(link);
                links.add(link);
                oneByOne = true;
            } else {
                link.finish(Errors.linkRefused(link.described(), connection.remoteAddress(), said));
            }
        }
        return !unanswered.isEmpty();
    }

    private void recoverAfter(Amqp10Exception cause) {
        recovering(cause);
        if (state == LifecycleState.CLOSED) {
            return;
        }
        long delay = backoff.nextDelayNanos();
        LOG.info("{}; beginning again in {} ms", cause.getMessage(), TimeUnit.NANOSECONDS.toMillis(delay));
        connection.loop().schedule(() -> connection.submit(this::beginAgain), delay, TimeUnit.NANOSECONDS);
    }

    private void beginAgain() {
        if (state != LifecycleState.OPEN && engine == null) {
            connection.beginIfOpen(this);
        }
    }

    /** Notes that it is being restored, by itself or with its connection. */
    void recovering(Amqp10Exception cause) {
        if (state == LifecycleState.CLOSED) {
            return; // with the links of another session, which kept the connection
        }
        error = cause;
        engine = null;
        if (isDoneClosing()) {
            finish(null);
            return;
        }
        if (state == LifecycleState.OPEN) {
            state = LifecycleState.RECOVERING;
        }
        for (LiveLink<?, ?> link : List.copyOf(links)) {
            link.recovering(cause);
        }
        if (isDoneClosing()) {
            finish(null); // only links of the peer kept it
        } else if (ofPeer && !hasLinkOfOurs()) {
            finish(cause); // the peer begins another
        }
    }

    /** Tells whether a link needs the session to come back; one that was redirected elsewhere may return to it. */
    private boolean hasLinkOfOurs() {
        return !lent.isEmpty() || !links.stream().allMatch(LiveLink::isOfPeer);
    }

    /** Has the session, which the application does not know of, end when it has no links any more. */
    void endWithLastLink() {
        endsWithLastLink = true;
    }

    void add(LiveLink<?, ?> link) {
        if (state == LifecycleState.CLOSED || state == LifecycleState.CLOSING) {
            link.finish(error != null ? error : Errors.closed("the session"));
            return;
        }
        links.add(link);
        attachIfOpen(link);
    }

    /** Adds a link that the peer attached. */
    void addAdopted(LiveLink<?, ?> link) {
        link.leaveToPeer();
        links.add(link);
        connection.register(link);
    }

    void attachIfOpen(LiveLink<?, ?> link) {
        SessionEngine present = engine;
        if (present == null || present.stopReason() != null) {
            return;
        }
        if (oneByOne) {
            toAttach.add(link);
            attachNext();
        } else {
            link.attach(present);
        }
    }

    void remove(LiveLink<?, ?> link) {
        links.remove(link);
        connection.unregister(link);
        notAwaited(link);
        endIfUnused();
    }

    private void endIfUnused() {
        if (endsWithLastLink && links.isEmpty() && lent.isEmpty()) {
            startClosing();
        }
    }

    /** Gives a link, which is not attached, to a session with another host. */
    void lend(LiveLink<?, ?> link) {
        links.remove(link);
        lent.add(link);
        connection.unregister(link);
        notAwaited(link);
    }

    /** A link that was lent is over. */
    void forgetLent(LiveLink<?, ?> link) {
        if (lent.remove(link)) {
            // by a command of its own connection, so that what is sent then is flushed
            connection.submit(() -> {
                endIfUnused();
                connection.checkWatches();
            });
        }
    }

    /** Takes a link back that was lent; it is not attached yet. */
    void takeBack(LiveLink<?, ?> link) {
        lent.remove(link);
        links.add(link);
        connection.register(link);
    }

    Set<LiveLink<?, ?>> lentLinks() {
        return lent;
    }

    /** Tells whether links can be attached, now or later. */
    boolean isUsable() {
        return state != LifecycleState.CLOSED && state != LifecycleState.CLOSING;
    }

    SessionTransactions transactions() {
        return transactions;
    }

    boolean isBeforeLinkGate() {
        return options.beforeLinkGate();
    }

    private void startClosing() {
        if (state == LifecycleState.CLOSED || state == LifecycleState.CLOSING) {
            return;
        }
        state = LifecycleState.CLOSING;
        if (engine == null && isDoneClosing()) {
            finish(null);
            return;
        }
        List<LiveLink<?, ?>> all = new ArrayList<>(links);
        all.addAll(lent);
        for (LiveLink<?, ?> link : all) {
            link.prepareToClose();
            link.flushElsewhere();
        }
        connection.whenIdle(all, this::endNow);
    }

    private void endNow() {
        SessionEngine now = engine;
        if (now == null) {
            finish(null);
        } else if (state == LifecycleState.CLOSING) {
            connection.flushEngine();
            closeInTime();
            leaving = true;
            now.end(null);
        }
    }

    /** Tells whether it is closing and its links, here and elsewhere, would do nothing more than that if it began again. */
    private boolean isDoneClosing() {
        return state == LifecycleState.CLOSING
                && (leaving || Stream.concat(links.stream(), lent.stream()).noneMatch(LiveLink::needsAttachment));
    }

    /** Tells whether its links are only attached to finish what they have begun. */
    boolean isClosing() {
        return state == LifecycleState.CLOSING
                || connection.state() == LifecycleState.CLOSING && !options.beforeLinkGate();
    }

    /** Waits no longer than the close time-out for the peer's end. */
    private void closeInTime() {
        closeDeadline = connection.afterCloseTimeout(() -> {
            if (state == LifecycleState.CLOSING) {
                LOG.warn("a session is closed though {} did not end it in time", connection.remoteAddress());
                engine = null;
                finish(null);
            }
        });
    }

    /** Ends it for good, with an error or, if null, by wish. */
    void finish(@Nullable Amqp10Exception reason) {
        if (state == LifecycleState.CLOSED) {
            return;
        }
        boolean wasOpen = opened.isDone();
        error = reason;
        state = LifecycleState.CLOSED;
        if (closeDeadline != null) {
            closeDeadline.cancel(false);
        }
        for (LiveLink<?, ?> link : List.copyOf(links)) {
            link.sessionOver(reason);
        }
        links.clear();
        for (LiveLink<?, ?> link : List.copyOf(lent)) {
            link.finish(reason);
        }
        transactions.finish(reason != null ? reason : Errors.closed("the session"));
        opened.fail(reason != null ? reason : Errors.closed("the session"));
        connection.remove(this);
        MessagingHandler to = handler();
        if (to != null && (wasOpen || reason != null)) {
            connection.dispatcher().execute(() -> {
                if (reason != null) {
                    to.onSessionError(this, reason);
                }
            });
            connection.dispatcher().execute(() -> to.onSessionClosed(this));
        }
        closed.complete();
    }

    @Override
    public void onRemoteAttach(SenderLink link, Attach attach) {
        whenDecided(link, () -> IncomingLink.ask(this, link, attach));
    }

    @Override
    public void onRemoteAttach(ReceiverLink link, Attach attach) {
        if (attach.target() instanceof Coordinator) {
            whenDecided(link, () -> Coordination.accept(connection, link, attach));
        } else {
            whenDecided(link, () -> IncomingLink.ask(this, link, attach));
        }
    }

    @Nullable
    MessagingHandler handler() {
        return options.handler() != null ? options.handler() : connection.handler();
    }

    // --- the API

    @Override
    public LiveConnection connection() {
        return connection;
    }

    @Override
    public LifecycleState state() {
        return state;
    }

    @Override
    public @Nullable Amqp10Exception error() {
        return error;
    }

    @Override
    public List<Symbol> remoteOfferedCapabilities() {
        Begin remote = remoteBegin;
        return remote == null ? List.of() : remote.offeredCapabilities();
    }

    @Override
    public List<Symbol> remoteDesiredCapabilities() {
        Begin remote = remoteBegin;
        return remote == null ? List.of() : remote.desiredCapabilities();
    }

    @Override
    public Map<Symbol, @Nullable Object> remoteProperties() {
        Begin remote = remoteBegin;
        return remote == null ? Map.of() : remote.properties();
    }

    @Override
    public Sender openSender(SenderOptions senderOptions) {
        checkOpen();
        Checked.map("properties", senderOptions.properties());
        Checked.map("dynamicNodeProperties", senderOptions.dynamicNodeProperties());
        LiveSender sender = new LiveSender(this, nameOr(senderOptions.name()), senderOptions);
        connection.register(sender);
        connection.submit(() -> add(sender));
        return sender;
    }

    @Override
    public Receiver openReceiver(ReceiverOptions receiverOptions) {
        checkOpen();
        Checked.map("properties", receiverOptions.properties());
        Checked.map("dynamicNodeProperties", receiverOptions.dynamicNodeProperties());
        Checked.map("filters", receiverOptions.filters());
        Filters.check(receiverOptions.filters());
        LiveReceiver receiver = new LiveReceiver(this, nameOr(receiverOptions.name()), receiverOptions);
        connection.register(receiver);
        connection.submit(() -> add(receiver));
        return receiver;
    }

    @Override
    public Transaction transaction() {
        checkOpen();
        Blocking.check();
        return declare().awaitDeclared(connection.openTimeout());
    }

    @Override
    public CompletableFuture<Transaction> transactionAsync() {
        checkOpen();
        return declare().whenDeclared();
    }

    private LiveTransaction declare() {
        LiveTransaction transaction = new LiveTransaction(this);
        connection.submit(() -> {
            if (state == LifecycleState.CLOSED || state == LifecycleState.CLOSING) {
                transaction.notDeclared(error != null ? error : Errors.closed("the session"));
            } else {
                transactions.declare(transaction, engine);
            }
        });
        return transaction;
    }

    private static String nameOr(@Nullable String chosen) {
        return chosen != null ? chosen : UUID.randomUUID().toString();
    }

    private void checkOpen() {
        connection.checkOpen(options);
        if (state == LifecycleState.CLOSED || state == LifecycleState.CLOSING) {
            Amqp10Exception known = error;
            throw known != null ? Errors.rethrown(known) : Errors.closed("the session");
        }
    }

    @Override
    public CompletableFuture<Session> opened() {
        return opened.future();
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        connection.submitAfterHandler(this::startClosing);
        return closed.future();
    }

    @Override
    public void close() {
        boolean handling = connection.isHandling();
        connection.submitAfterHandler(this::startClosing);
        if (!handling) {
            closed.await(Blocking.untilClosed(connection.closeTimeout()), () -> "the session did not end in time");
        }
    }
}
