package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.ConnectionLostException;
import io.amqp10.ConnectionOptions;
import io.amqp10.Endpoint;
import io.amqp10.GuaranteeNotSupportedException;
import io.amqp10.LifecycleState;
import io.amqp10.LinkAcceptor;
import io.amqp10.LinkGate;
import io.amqp10.MessagingHandler;
import io.amqp10.PeerLimits;
import io.amqp10.ReconnectOptions;
import io.amqp10.RedirectPolicy;
import io.amqp10.engine.ConnectionEngine;
import io.amqp10.engine.StopReason;
import io.amqp10.transport.Transport;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ConnectionError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.Redirect;
import io.amqp10.types.Symbol;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.PerformativeHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.security.Principal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that this container makes, and makes again when it breaks. */
final class OutboundConnection extends LiveConnection {

    /** For connections that the application has not made itself. */
    private static final MessagingHandler QUIET = new MessagingHandler() {};

    private static final Logger LOG = LoggerFactory.getLogger(OutboundConnection.class);

    /** A peer says by this in its open that a close follows at once. */
    private static final Symbol ESTABLISHMENT_FAILED = Symbol.of("amqp:connection-establishment-failed");

    private final ConnectionOptions options;
    private final Backoff backoff;
    private final ReentrantLock sessionLock = new ReentrantLock();
    private @Nullable LiveSession ownSession;
    private volatile Endpoint endpoint;

    /** Confined to the event loop. */
    private int nextEndpoint;

    private int attempt;
    private boolean everOpen;

    /** The peer has opened the present network connection, and not to refuse it. */
    private boolean openNow;

    private boolean told;
    private @Nullable ScheduledFuture<?> openDeadline;
    private @Nullable CompletableFuture<Transport> connecting;

    /** Where the peer sent this connection to, null to go to the hosts of the options. */
    private RedirectTrail.@Nullable Hop redirectedTo;

    private final RedirectTrail trail = new RedirectTrail();

    /** Connections of links that were redirected to other hosts; confined to the event loop. */
    private final Map<RedirectTrail.Hop, OutboundConnection> redirected = new HashMap<>();

    /** Where the links of this connection were redirected from, null if they were not. */
    private final @Nullable OutboundConnection origin;

    OutboundConnection(RunningContainer container, EventLoop loop, ConnectionOptions options) {
        this(container, loop, options, null);
    }

    private OutboundConnection(
            RunningContainer container,
            EventLoop loop,
            ConnectionOptions options,
            @Nullable OutboundConnection origin) {
        super(container, container.nextConnectionName("out"), loop, options.handler(), options.closeTimeout());
        this.origin = origin;
        this.options = options;
        this.backoff = new Backoff(options.reconnect(), ThreadLocalRandom.current());
        this.endpoint = options.endpoints().get(0);
    }

    void start() {
        submit(this::connect);
    }

    // --- making a network connection, on the event loop

    private void connect() {
        if (isDoneClosing() || state() == LifecycleState.CLOSED) {
            return;
        }
        RedirectTrail.Hop hop = redirectedTo;
        Endpoint to = hop != null ? hop.endpoint() : options.endpoints().get(nextEndpoint);
        endpoint = to;
        int number = ++attempt;
        openNow = false;
        openDeadline = loop().schedule(
                        () -> submit(() -> tooLate(number, false)),
                        Blocking.nanos(options.connectTimeout()),
                        TimeUnit.NANOSECONDS);
        CompletableFuture<Transport> made;
        try {
            made = runningContainer()
                    .connect(
                            loop(),
                            Settings.client(effective(), to, hop == null ? serverName() : hop.hostname()),
                            (transport, output, now) -> join(number, transport, output, now));
        } catch (RuntimeException e) { // such as that of a supplier in the options
            failed(number, Errors.fromTransport(e, to));
            return;
        }
        connecting = made;
        made.whenComplete((transport, error) -> {
            if (error != null) {
                submit(() -> failed(number, Errors.fromTransport(error, to)));
            }
        });
    }

    private ConnectionEngine join(int number, Transport transport, PerformativeHandler<ByteBuf> output, long nowNanos) {
        Open open = Settings.open(container().id(), effective(), endpoint);
        NetworkConnection joined = new NetworkConnection(
                this, transport, Settings.engine(open, options.closeTimeout(), options.limits()), output, nowNanos);
        if (number != attempt || network != null || state() == LifecycleState.CLOSED) {
            transport.abort(null); // it was given up meanwhile
            return joined.engine();
        }
        network = joined;
        joined.engine().open();
        return joined.engine();
    }

    /** Returns the options, with the hostname that a redirect says. */
    private ConnectionOptions effective() {
        RedirectTrail.Hop hop = redirectedTo;
        return hop == null || hop.hostname() == null ? options : options.virtualHost(hop.hostname());
    }

    private void tooLate(int number, boolean last) {
        if (number != attempt || openNow) {
            return;
        }
        if (network == null && !last) {
            // the transport has the same deadline, and knows what did not end
            openDeadline = loop().schedule(() -> submit(() -> tooLate(number, true)), 1, TimeUnit.SECONDS);
            return;
        }
        dropNetwork();
        failed(
                number,
                new ConnectionLostException(
                        endpoint + " did not open the connection within " + options.connectTimeout(), null, null));
    }

    private void failed(int number, Amqp10Exception cause) {
        if (number != attempt) {
            return; // it was given up before
        }
        stopConnecting();
        dropNetwork();
        if (isDoneClosing()) {
            finish(null);
        } else if (!Errors.passesForConnecting(cause)) {
            finish(cause);
        } else {
            nextHost(cause);
        }
    }

    /** Goes on at once with the next host, or, if there is none left in this round, after a delay with the first. */
    private void nextHost(Amqp10Exception cause) {
        boolean hostsLeft =
                redirectedTo == null && nextEndpoint + 1 < options.endpoints().size();
        if (hostsLeft && options.reconnect().enabled()) {
            tell(cause);
            nextEndpoint++;
            connect();
        } else {
            nextEndpoint = 0;
            again(cause);
        }
    }

    private void again(Amqp10Exception cause) {
        redirectedTo = null;
        trail.clear();
        tell(cause);
        if (backoff.exhausted()) {
            finish(cause);
            return;
        }
        long delay = backoff.nextDelayNanos();
        if (LOG.isDebugEnabled()) {
            LOG.debug("{}; next try in {} ms", cause.getMessage(), TimeUnit.NANOSECONDS.toMillis(delay));
        }
        loop().schedule(() -> submit(this::connect), delay, TimeUnit.NANOSECONDS);
    }

    /** Tells once for each series of tries that the connection is away. */
    private void tell(Amqp10Exception cause) {
        recovering(cause);
        if (isDoneWithoutPeersLinks() || told) {
            return;
        }
        if (options.reconnect().enabled()) {
            int attempts = options.reconnect().maxAttempts();
            LOG.warn(
                    "{}; trying again {}",
                    cause.getMessage(),
                    attempts == 0 ? "until it works" : attempts + " times at most");
        }
        tellHandler(cause);
    }

    /** Ends it if it is closing and only links of the peer kept it, which are not restored. */
    private boolean isDoneWithoutPeersLinks() {
        if (isDoneClosing()) {
            finish(null);
        }
        return state() == LifecycleState.CLOSED;
    }

    private void tellHandler(Amqp10Exception cause) {
        told = true;
        MessagingHandler to = handler();
        if (to != null) {
            dispatcher().execute(() -> to.onDisconnected(this, cause));
        }
    }

    /** Gives up the present attempt; what it still reports is of no interest. */
    private void stopConnecting() {
        attempt++;
        cancelDeadline();
        CompletableFuture<Transport> made = connecting;
        connecting = null;
        if (made != null) {
            made.cancel(false);
        }
    }

    private void dropNetwork() {
        NetworkConnection present = network;
        network = null;
        if (present != null) {
            present.transport().abort(null);
        }
    }

    private void cancelDeadline() {
        ScheduledFuture<?> deadline = openDeadline;
        openDeadline = null;
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    void abandon() {
        stopConnecting();
        dropNetwork();
    }

    // --- what the engine tells

    @Override
    void remoteOpened(Open open, NetworkConnection on) {
        if (Boolean.TRUE.equals(open.properties().get(ESTABLISHMENT_FAILED))) {
            return; // a close follows
        }
        if (options.soleConnection() != null && !open.offeredCapabilities().contains(Settings.SOLE_CONNECTION)) {
            refuse(
                    on,
                    "the peer at " + endpoint
                            + " does not see to it that this container has one connection only; it offers "
                            + open.offeredCapabilities());
            return;
        }
        cancelDeadline();
        backoff.worked(System.nanoTime());
        if (told) {
            LOG.info("connected to {} again", endpoint);
        }
        told = false;
        everOpen = true;
        openNow = true;
        nowOpen(open, on.engine());
    }

    /** Ends a connection that cannot be what the application wants. */
    private void refuse(NetworkConnection on, String why) {
        network = null;
        stopConnecting();
        on.engine().close(ErrorCondition.of(AmqpError.PRECONDITION_FAILED, "a capability that was desired is missing"));
        finish(new GuaranteeNotSupportedException(why, null, null));
    }

    @Override
    void lost(StopReason reason) {
        stopConnecting();
        if (isDoneClosing()) {
            finish(null);
            return;
        }
        ErrorCondition said = reason.error();
        if (reason instanceof StopReason.Remote) {
            ConnectionLostException cause = Errors.connectionClosedByPeer(endpoint.toString(), said);
            if (said != null && said.condition().equals(ConnectionError.REDIRECT)) {
                follow(said, cause);
            } else if (said == null && openNow && !outlivesCleanClose()) {
                finish(null);
            } else if (said == null || Errors.passesForConnection(said)) {
                recover(cause);
            } else {
                finish(Errors.isAboutRights(said) ? Errors.unauthorized(cause) : cause);
            }
        } else if (reason instanceof StopReason.TransportLost lost) {
            recover(Errors.fromTransport(lost.cause(), endpoint));
        } else {
            recover(new ConnectionLostException(
                    "the connection to " + endpoint + " was given up" + (said == null ? "" : ": " + Errors.text(said)),
                    said,
                    null));
        }
    }

    /** Goes where the peer says, if it may. */
    private void follow(ErrorCondition said, ConnectionLostException cause) {
        Redirect to = Redirect.of(said);
        if (to == null || options.redirects().hosts().isEmpty()) {
            finish(cause);
            return;
        }
        if (backoff.broke(System.nanoTime())) {
            trail.clear();
        }
        if (to.networkHost() == null && to.hostname() == null && to.port() == 0) {
            finish(Errors.notFollowed(cause, "not followed, since it names no host"));
            return;
        }
        RedirectTrail.Hop hop = RedirectTrail.Hop.of(to, endpoint);
        String refused = trail.step(hop, hop.endpoint().toString(), false, options.redirects());
        if (refused != null) {
            finish(Errors.notFollowed(cause, refused));
            return;
        }
        LOG.info(
                "{}; going to {}",
                cause.getMessage(),
                Errors.printable(hop.endpoint().toString()));
        redirectedTo = hop;
        recovering(cause);
        if (isDoneWithoutPeersLinks()) {
            return;
        }
        if (everOpen && !told) {
            tellHandler(cause);
        }
        connect();
    }

    // --- links that the peer redirects

    /** Returns where to attach a link that was redirected. */
    RedirectTrail.Hop hop(Redirect to) {
        return RedirectTrail.Hop.of(to, endpoint);
    }

    /** Tells whether a link is redirected to where this is connected to. */
    boolean isAt(RedirectTrail.Hop hop) {
        String virtualHost = effective().virtualHost();
        return hop.leadsTo(endpoint, virtualHost != null ? virtualHost : endpoint.host());
    }

    /** Returns which redirects are followed. */
    RedirectPolicy redirects() {
        return options.redirects();
    }

    /**
     * Returns a session for one link that was redirected to another host, on a connection that is made if there is none; null
     * if the container is closed.
     */
    @Nullable
    LiveSession sessionAt(RedirectTrail.Hop hop) {
        if (origin != null) {
            return origin.sessionAt(hop);
        }
        OutboundConnection there = redirected.get(hop);
        if (there == null || !there.isUsable()) {
            ConnectionOptions derived = options.endpoint(hop.endpoint())
                    .virtualHost(hop.hostname() != null ? hop.hostname() : options.virtualHost())
                    .reconnect(ReconnectOptions.OFF)
                    .handler(QUIET)
                    .linkGate(null);
            OutboundConnection made = new OutboundConnection(runningContainer(), loop(), derived, this);
            if (!runningContainer().add(made)) {
                return null;
            }
            redirected.values().removeIf(known -> !known.isUsable());
            redirected.put(hop, made);
            made.closeWithLastSession();
            made.connect();
            there = made;
        }
        LiveSession session = new LiveSession(there, options.session().handler(null));
        session.endWithLastLink();
        OutboundConnection on = there;
        on.submit(() -> on.add(session)); // by its own command, so that what it sends is flushed
        return session;
    }

    private boolean isUsable() {
        return state() != LifecycleState.CLOSING && state() != LifecycleState.CLOSED;
    }

    private @Nullable String serverName() {
        // the hostname of a link's redirect is what TLS is to name, too
        return origin == null ? null : options.virtualHost();
    }

    @Override
    @Nullable
    LiveConnection origin() {
        return origin;
    }

    /** A host that worked is tried again first; one that takes connections only to drop them must not keep from others. */
    private void recover(Amqp10Exception cause) {
        if (backoff.broke(System.nanoTime())) {
            nextEndpoint = 0;
            again(cause);
        } else {
            nextHost(cause);
        }
    }

    @Override
    void startShutdown() {
        closeAsync();
    }

    // --- settings

    @Override
    boolean recovers() {
        return origin != null ? origin.recovers() : options.reconnect().enabled();
    }

    private boolean outlivesCleanClose() {
        return origin != null
                ? origin.outlivesCleanClose()
                : recovers() && options.reconnect().afterCleanClose();
    }

    /** What lives on a connection that links were redirected to is tried again as where they came from. */
    @Override
    Backoff newBackoff() {
        return origin != null ? origin.newBackoff() : new Backoff(options.reconnect(), ThreadLocalRandom.current());
    }

    @Override
    PeerLimits limits() {
        return options.limits();
    }

    @Override
    LinkAcceptor linkAcceptor() {
        return options.linkAcceptor();
    }

    @Override
    @Nullable
    LinkGate linkGate() {
        return options.linkGate();
    }

    @Override
    Duration openTimeout() {
        return options.openTimeout();
    }

    @Override
    LiveSession ownSession() {
        checkOpen();
        sessionLock.lock();
        try {
            LiveSession present = ownSession;
            if (present == null || present.state() == LifecycleState.CLOSED) {
                LiveSession made = new LiveSession(this, options.session());
                ownSession = made;
                submit(() -> add(made));
                return made;
            }
            return present;
        } finally {
            sessionLock.unlock();
        }
    }

    @Override
    public String remoteAddress() {
        return endpoint.hostAndPort();
    }

    @Override
    public @Nullable Principal remotePrincipal() {
        return null;
    }
}
