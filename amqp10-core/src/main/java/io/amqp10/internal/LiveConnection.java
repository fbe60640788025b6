package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.Connection;
import io.amqp10.LifecycleState;
import io.amqp10.Link;
import io.amqp10.LinkAcceptor;
import io.amqp10.LinkGate;
import io.amqp10.MessagingHandler;
import io.amqp10.MetricsCollector;
import io.amqp10.PeerInfo;
import io.amqp10.PeerLimits;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.SessionAcceptor;
import io.amqp10.SessionOptions;
import io.amqp10.Transaction;
import io.amqp10.engine.ConnectionEngine;
import io.amqp10.engine.ReceiverLink;
import io.amqp10.engine.SessionEngine;
import io.amqp10.engine.StopReason;
import io.amqp10.engine.sasl.SaslIdentity;
import io.amqp10.transport.TransportInfo;
import io.amqp10.types.Binary;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Role;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.Released;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transport.Open;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection as the application knows it. Its methods run on its event loop, which stays the same over all its network
 * connections, except for those of the API.
 */
abstract class LiveConnection implements Connection {

    private static final Logger LOG = LoggerFactory.getLogger(LiveConnection.class);

    private final RunningContainer container;
    private final String name;
    private final EventLoop loop;
    private final CommandQueue commands;
    private final SerialDispatcher dispatcher;
    private final @Nullable MessagingHandler handler;
    private final Duration closeTimeout;
    private final Completion<Connection> opened;
    private final Closing closed;
    private final ConcurrentLinkedQueue<LiveLink<?, ?>> links = new ConcurrentLinkedQueue<>();
    private final Set<LiveSession> sessions = new LinkedHashSet<>();
    private final List<IdleWatch> watches = new ArrayList<>();

    private volatile LifecycleState state = LifecycleState.OPENING;
    private volatile @Nullable Amqp10Exception error;
    private volatile @Nullable Open remoteOpen;
    private volatile @Nullable PeerInfo peer;

    /** For this network connection. */
    @Nullable
    NetworkConnection network;

    /** Has given messages to the engine and not told yet how many have left its queue. */
    private @Nullable LiveSender counting;

    /** While closing: nothing can be sent any more. */
    private volatile boolean leaving;

    /** Nobody will open another session, so that it closes when there is none. */
    private boolean closesWithLastSession;

    /** For this network connection: whether sessions need not wait any more. */
    private boolean gateOpen = true;

    /** What to do when links have nothing left to wait for. */
    private static final class IdleWatch {

        final Collection<LiveLink<?, ?>> of;
        final Runnable action;

        @Nullable
        ScheduledFuture<?> deadline;

        IdleWatch(Collection<LiveLink<?, ?>> of, Runnable action) {
            this.of = of;
            this.action = action;
        }
    }

    LiveConnection(
            RunningContainer container,
            String name,
            EventLoop loop,
            @Nullable MessagingHandler handler,
            Duration closeTimeout) {
        this.container = container;
        this.name = name;
        this.loop = loop;
        this.commands = new CommandQueue(loop, this::carryOut, this::flushNetwork);
        this.dispatcher = new SerialDispatcher(container.executor(), loop);
        this.handler = handler != null ? handler : container.handler();
        this.closeTimeout = closeTimeout;
        this.opened = new Completion<>(dispatcher);
        this.closed = new Closing(dispatcher, () -> state != LifecycleState.CLOSED && isHandling());
    }

    /** Tells whether what breaks is restored. */
    abstract boolean recovers();

    abstract Backoff newBackoff();

    /** Decides about links that the peer opens. */
    abstract LinkAcceptor linkAcceptor();

    abstract PeerLimits limits();

    /** Returns what links wait for, null for nothing. */
    @Nullable
    LinkGate linkGate() {
        return null;
    }

    abstract Duration openTimeout();

    /** Returns where the links of this connection were redirected from, null if they were not. */
    @Nullable
    LiveConnection origin() {
        return null;
    }

    final void closeWithLastSession() {
        closesWithLastSession = true;
    }

    /** Notes a link that the peer attached; returns what forgets it. */
    final Runnable noteLinkOfPeer(Role role, LiveLink<?, ?> link) {
        NetworkConnection present = network;
        Open open = present == null ? null : present.engine().remoteOpen();
        Principal user = remotePrincipal();
        return open == null
                ? () -> {}
                : container.peerLinks().attach(user == null ? null : user.getName(), open.containerId(), role, link);
    }

    /** It is over. */
    void finished() {}

    /** Gives up what it lives on, and whatever is under way to make such a thing. */
    abstract void abandon();

    /** The peer's open is there. */
    abstract void remoteOpened(Open open, NetworkConnection on);

    /** What it lived on is gone. */
    abstract void lost(StopReason reason);

    // --- on the event loop

    /** Runs a command where the engine may be used; what it throws ends the network connection. */
    private void carryOut(Runnable command) {
        NetworkConnection present = network;
        if (present != null) {
            present.transport().carryOut(command);
        } else {
            command.run();
        }
    }

    /** Notes a sender that has counts to tell when the commands that are there have been run, which one is doing now. */
    final void leftQueue(LiveSender sender) {
        LiveSender before = counting;
        if (before != sender) {
            counting = sender;
            if (before != null) {
                before.tellGone();
            }
        }
    }

    final void flushNetwork() {
        LiveSender sender = counting;
        if (sender != null) {
            counting = null;
            sender.tellGone();
        }
        NetworkConnection present = network;
        if (present != null) {
            present.transport().flush();
        }
    }

    /** Has the engine send what it has collected, before something that must come after it. */
    final void flushEngine() {
        NetworkConnection present = network;
        if (present != null) {
            present.engine().flush(System.nanoTime());
        }
    }

    final @Nullable ConnectionEngine engine() {
        NetworkConnection present = network;
        return present == null ? null : present.engine();
    }

    /** The peer's open is there, and ours is sent. */
    final void nowOpen(Open remote, ConnectionEngine engine) {
        known(remote);
        error = null;
        if (state == LifecycleState.OPENING || state == LifecycleState.RECOVERING) {
            become(LifecycleState.OPEN);
        }
        opened.complete(this);
        MessagingHandler to = handler;
        if (to != null) {
            dispatcher.execute(() -> to.onConnectionOpened(this));
        }
        LinkGate gate = linkGate();
        gateOpen = gate == null;
        List.copyOf(sessions).forEach(this::beginIfOpen);
        if (gate != null) {
            ask(gate, engine);
        }
    }

    /** Notes what the peer says about itself. */
    final void known(Open remote) {
        remoteOpen = remote;
        NetworkConnection present = network;
        if (present != null) {
            peer = peerInfo(remote, present.transport().info());
        }
    }

    /** Tells, on the thread of handlers, whether the application wants nothing from the peer. */
    boolean isRefused() {
        return false;
    }

    private void ask(LinkGate gate, ConnectionEngine engine) {
        // Not behind the handlers, which may wait for links, which wait for this; nor behind an earlier gate.
        new SerialDispatcher(container.executor(), loop).execute(() -> {
            CompletionStage<?> done;
            try {
                done = gate.onConnected(this);
            } catch (RuntimeException e) {
                done = CompletableFuture.failedFuture(e);
            }
            done.whenComplete((nothing, failure) -> submit(() -> openGate(engine, failure)));
        });
    }

    private void openGate(ConnectionEngine engine, @Nullable Throwable failure) {
        if (engine != engine()) {
            return; // that network connection is gone
        }
        if (failure != null) {
            Throwable cause = failure.getCause() != null ? failure.getCause() : failure;
            LOG.warn("what the links of {} waited for failed: {}", this, cause.getMessage());
        }
        gateOpen = true;
        for (LiveSession session : List.copyOf(sessions)) {
            if (!session.isBeforeLinkGate()) {
                beginIfOpen(session);
            }
        }
    }

    private static PeerInfo peerInfo(Open remote, TransportInfo info) {
        SaslIdentity identity = info.identity();
        return new PeerInfo(
                remote,
                info.offeredMechanisms(),
                identity == null ? null : identity.mechanism().toString(),
                info.tlsSession());
    }

    final void remoteBegan(SessionEngine session) {
        LiveSession adopted = new LiveSession(this, optionsForPeer());
        sessions.add(adopted);
        adopted.adopt(session, sessionAcceptor());
    }

    /** Returns how sessions work that the peer begins. */
    SessionOptions optionsForPeer() {
        return SessionOptions.DEFAULT;
    }

    /** Does something when it is decided about the connection, unless that is refused. */
    void whenDecided(Runnable action) {
        action.run();
    }

    /** Returns who decides about sessions that the peer begins, null to accept all. */
    @Nullable
    SessionAcceptor sessionAcceptor() {
        return null;
    }

    /** Notes that it is being restored. */
    final void recovering(Amqp10Exception cause) {
        error = cause;
        if (state == LifecycleState.OPEN) {
            become(LifecycleState.RECOVERING);
        }
        for (LiveSession session : List.copyOf(sessions)) {
            session.recovering(cause);
        }
    }

    final void add(LiveSession session) {
        if (!takesMore(session.isBeforeLinkGate())) {
            session.finish(error != null ? error : Errors.closed(toString()));
            return;
        }
        sessions.add(session);
        beginIfOpen(session);
    }

    final void beginIfOpen(LiveSession session) {
        ConnectionEngine present = engine();
        boolean mayBegin = gateOpen || session.isBeforeLinkGate();
        if (mayBegin && present != null && present.remoteOpen() != null && present.stopReason() == null) {
            session.begin(present);
        }
    }

    final void remove(LiveSession session) {
        sessions.remove(session);
        if (closesWithLastSession && sessions.isEmpty()) {
            startClosing(null);
        }
    }

    /** Returns what coordinates the peer's transactions, null if nothing does. */
    @Nullable
    Coordination coordination() {
        return null;
    }

    /** A message came in a transaction that is not one of ours. */
    void onTransactional(LiveReceiver receiver, ReceiverLink link, ReceivedDelivery message, TransactionalState state) {
        // acquired in a transaction of ours that has ended meanwhile
        link.disposition(message, Released.INSTANCE, true);
    }

    /** Returns the receivers that are not closed. */
    final List<LiveReceiver> receivers() {
        List<LiveReceiver> receivers = new ArrayList<>();
        for (LiveLink<?, ?> link : links) {
            if (link instanceof LiveReceiver receiver) {
                receivers.add(receiver);
            }
        }
        return receivers;
    }

    /** The attachment of a link is gone. */
    final void linkLost(LiveLink<?, ?> link) {
        for (LiveSession session : sessions) {
            session.transactions().linkLost(link);
        }
    }

    /** Returns the transaction of ours that is not discharged and has an id, null if there is none. */
    final @Nullable LiveTransaction transaction(Binary txnId) {
        for (LiveSession session : sessions) {
            LiveTransaction transaction = session.transactions().byId(txnId);
            if (transaction != null) {
                return transaction;
            }
        }
        return null;
    }

    final void register(LiveLink<?, ?> link) {
        links.add(link);
    }

    final void unregister(LiveLink<?, ?> link) {
        links.remove(link);
        checkWatches();
    }

    /** Returns the links of this connection, those included that were redirected to other hosts. */
    private List<LiveLink<?, ?>> allLinks() {
        List<LiveLink<?, ?>> all = new ArrayList<>(links);
        for (LiveSession session : sessions) {
            all.addAll(session.lentLinks());
        }
        return all;
    }

    /** Does something when links have nothing left to wait for, at the latest after the close time-out. */
    final void whenIdle(Collection<LiveLink<?, ?>> of, Runnable action) {
        IdleWatch watch = new IdleWatch(of, action);
        watches.add(watch);
        checkWatches();
        if (watches.contains(watch)) {
            watch.deadline = afterCloseTimeout(() -> {
                if (watches.remove(watch)) {
                    action.run();
                }
            });
        }
    }

    /** Has something done after the close time-out, unless that is cancelled. */
    final ScheduledFuture<?> afterCloseTimeout(Runnable action) {
        return loop.schedule(() -> submit(action), closeTimeoutNanos(), TimeUnit.NANOSECONDS);
    }

    /** Links may have become idle, while the engine is told of something it goes on with afterwards. */
    final void checkWatchesSoon() {
        if (!watches.isEmpty()) {
            submit(this::checkWatches);
        }
    }

    /** A link may have become idle. */
    final void checkWatches() {
        LiveConnection origin = origin();
        if (origin != null && !origin.watches.isEmpty()) {
            origin.submit(origin::checkWatches); // by its own command, so that what it sends then is flushed
        }
        if (watches.isEmpty()) {
            return;
        }
        for (IdleWatch watch : List.copyOf(watches)) {
            if (watch.of.stream().noneMatch(LiveLink::isBusy) && watches.remove(watch)) {
                cancel(watch);
                watch.action.run();
            }
        }
    }

    private static void cancel(IdleWatch watch) {
        ScheduledFuture<?> deadline = watch.deadline;
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    private void startClosing(@Nullable ErrorCondition why) {
        if (state == LifecycleState.CLOSED || state == LifecycleState.CLOSING) {
            return;
        }
        become(LifecycleState.CLOSING);
        if (!isUp() && isDoneClosing()) {
            leave(why);
            return;
        }
        List<LiveLink<?, ?>> all = allLinks();
        for (LiveLink<?, ?> link : all) {
            link.prepareToClose();
            link.flushElsewhere();
        }
        whenIdle(all, () -> leave(why));
    }

    private void leave(@Nullable ErrorCondition why) {
        leaving = true;
        NetworkConnection present = network;
        if (present != null && isUp()) {
            flushEngine();
            present.engine().close(why);
        } else {
            abandon();
            finish(null);
        }
    }

    /** Tells whether it is closing and its links would do nothing more than that on another network connection. */
    final boolean isDoneClosing() {
        return state == LifecycleState.CLOSING
                && (leaving || allLinks().stream().noneMatch(LiveLink::needsAttachment));
    }

    /** Tells whether the peer has opened the present network connection. */
    final boolean isUp() {
        NetworkConnection present = network;
        return present != null && present.engine().remoteOpen() != null;
    }

    /** Ends it for good, with an error or, if null, by wish. */
    final void finish(@Nullable Amqp10Exception reason) {
        if (state == LifecycleState.CLOSED) {
            return;
        }
        error = reason;
        become(LifecycleState.CLOSED);
        finished();
        opened.fail(reason != null ? reason : Errors.closed(toString()));
        for (LiveSession session : List.copyOf(sessions)) {
            session.finish(reason);
        }
        sessions.clear();
        watches.forEach(LiveConnection::cancel);
        watches.clear();
        dispatcher.ending();
        MessagingHandler to = handler;
        if (to != null) {
            dispatcher.execute(() -> {
                if (reason != null) {
                    to.onConnectionError(this, reason);
                }
            });
            dispatcher.execute(() -> to.onConnectionClosed(this));
        } else if (reason != null) {
            LOG.warn("{}", reason.getMessage());
        }
        dispatcher.execute((SerialDispatcher.Essential) () -> container.remove(this));
        closed.complete();
    }

    final void become(LifecycleState to) {
        LifecycleState from = state;
        state = to;
        metrics().connectionState(this, from, to);
    }

    // --- for all threads

    final EventLoop loop() {
        return loop;
    }

    final SerialDispatcher dispatcher() {
        return dispatcher;
    }

    final @Nullable MessagingHandler handler() {
        return handler;
    }

    final MetricsCollector metrics() {
        return container.metrics();
    }

    final Duration closeTimeout() {
        return closeTimeout;
    }

    final long closeTimeoutNanos() {
        return Blocking.nanos(closeTimeout);
    }

    final void submit(Runnable command) {
        commands.submit(command);
    }

    /** Has a command run, after the handler's method that calls this has returned, if one does. */
    final void submitAfterHandler(Runnable command) {
        SerialDispatcher current = currentDispatcher();
        if (current != null) {
            current.afterCurrentTask(() -> submit(command));
        } else {
            submit(command);
        }
    }

    /** Tells whether the caller is a handler of this connection or of one of its links, which closing waits for. */
    final boolean isHandling() {
        return currentDispatcher() != null;
    }

    private @Nullable SerialDispatcher currentDispatcher() {
        if (dispatcher.isCurrent()) {
            return dispatcher;
        }
        for (LiveLink<?, ?> link : links) {
            if (link.dispatcher().isCurrent()) {
                return link.dispatcher();
            }
        }
        return null;
    }

    final void checkOpen() {
        checkOpen(SessionOptions.DEFAULT);
    }

    final void checkOpen(SessionOptions of) {
        if (!takesMore(of.beforeLinkGate())) {
            Amqp10Exception known = error;
            throw known != null ? Errors.rethrown(known) : Errors.closed(toString());
        }
    }

    /** Tells whether sessions and links may be opened; when it is closing only those that let others send their last. */
    private boolean takesMore(boolean beforeLinkGate) {
        return state != LifecycleState.CLOSED && (state != LifecycleState.CLOSING || beforeLinkGate && !leaving);
    }

    final RunningContainer runningContainer() {
        return container;
    }

    // --- the API

    @Override
    public final RunningContainer container() {
        return container;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final @Nullable PeerInfo peer() {
        return peer;
    }

    @Override
    public final LifecycleState state() {
        return state;
    }

    @Override
    public final @Nullable Amqp10Exception error() {
        return error;
    }

    @Override
    public final @Nullable String remoteContainerId() {
        Open remote = remoteOpen;
        return remote == null ? null : remote.containerId();
    }

    @Override
    public final List<Symbol> remoteOfferedCapabilities() {
        Open remote = remoteOpen;
        return remote == null ? List.of() : remote.offeredCapabilities();
    }

    @Override
    public final List<Symbol> remoteDesiredCapabilities() {
        Open remote = remoteOpen;
        return remote == null ? List.of() : remote.desiredCapabilities();
    }

    @Override
    public final Map<Symbol, @Nullable Object> remoteProperties() {
        Open remote = remoteOpen;
        return remote == null ? Map.of() : remote.properties();
    }

    /** Returns the session for links that ask for none, made when the first one does. */
    abstract LiveSession ownSession();

    @Override
    public final Sender openSender(SenderOptions options) {
        return ownSession().openSender(options);
    }

    @Override
    public final Receiver openReceiver(ReceiverOptions options) {
        if (!options.streaming()) {
            return ownSession().openReceiver(options);
        }
        LiveSession session = openSession(SessionOptions.DEFAULT);
        session.endWithLastLink();
        return session.openReceiver(options);
    }

    @Override
    public final LiveSession openSession(SessionOptions options) {
        checkOpen(options);
        OpenSize.check(options);
        LiveSession session = new LiveSession(this, options);
        submit(() -> add(session));
        return session;
    }

    @Override
    public final Transaction transaction() {
        return ownSession().transaction();
    }

    @Override
    public final CompletableFuture<Transaction> transactionAsync() {
        return ownSession().transactionAsync();
    }

    @Override
    public final List<Link> links() {
        return List.copyOf(links);
    }

    @Override
    public final CompletableFuture<Connection> opened() {
        return opened.future();
    }

    @Override
    public final Connection awaitOpen() {
        return awaitOpen(openTimeout());
    }

    @Override
    public final Connection awaitOpen(Duration timeout) {
        return opened.await(timeout, () -> {
            Amqp10Exception known = error;
            return "the connection to " + remoteAddress() + " is not open after " + timeout
                    + (known == null ? "" : "; last error: " + known.getMessage());
        });
    }

    @Override
    public final CompletableFuture<Void> closeAsync() {
        submitAfterHandler(() -> startClosing(null));
        return closed.future();
    }

    @Override
    public final void close() {
        if (closed.isDone()) {
            return;
        }
        boolean handling = isHandling();
        submitAfterHandler(() -> startClosing(null));
        if (!handling) {
            awaitClosed();
        }
    }

    /** Starts to close because the container closes, which a peer that connected to us takes as a reason to try again. */
    abstract void startShutdown();

    final void startClosingBecause(ErrorCondition why) {
        submitAfterHandler(() -> startClosing(why));
    }

    final void awaitClosed() {
        closed.await(Blocking.untilClosed(closeTimeout), () -> this + " did not close in time");
    }

    /** Tells whether it is closed and whoever waits for that has been woken, or is about to be. */
    final boolean isOver() {
        return closed.isDone();
    }

    @Override
    public final String toString() {
        return "the connection to " + remoteAddress();
    }
}
