package io.amqp10.internal;

import io.amqp10.Amqp10Exception;
import io.amqp10.ConnectionAcceptor;
import io.amqp10.ConnectionLostException;
import io.amqp10.LifecycleState;
import io.amqp10.LinkAcceptor;
import io.amqp10.ListenOptions;
import io.amqp10.PeerLimits;
import io.amqp10.ReconnectOptions;
import io.amqp10.SessionAcceptor;
import io.amqp10.SessionOptions;
import io.amqp10.TransactionCoordinator;
import io.amqp10.engine.ConnectionEngine;
import io.amqp10.engine.ReceiverLink;
import io.amqp10.engine.StopReason;
import io.amqp10.transport.Transport;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ConnectionError;
import io.amqp10.types.ErrorCondition;
import io.amqp10.types.messaging.TransactionalState;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.PerformativeHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that a peer made to this container. When it breaks it is over: the peer makes a new one. */
final class InboundConnection extends LiveConnection {

    private static final Logger LOG = LoggerFactory.getLogger(InboundConnection.class);

    private final ListenOptions options;
    private final Transport transport;
    private final ReentrantLock sessionLock = new ReentrantLock();
    private final @Nullable Coordination coordination;
    private @Nullable LiveSession ownSession;
    private volatile boolean isRefused;

    /** What the peer has begun before it was decided about the connection; null if it is. On the event loop. */
    private @Nullable List<Runnable> undecided;

    /** Has the container forget that this is a connection of its peer. */
    private Runnable forget = () -> {};

    private InboundConnection(RunningContainer container, EventLoop loop, ListenOptions options, Transport transport) {
        super(container, container.nextConnectionName("in"), loop, options.handler(), options.closeTimeout());
        this.options = options;
        this.transport = transport;
        TransactionCoordinator coordinator = options.transactions();
        this.coordination = coordinator == null ? null : new Coordination(this, coordinator);
    }

    /** Makes the connection for a peer that has come; on its event loop. */
    static ConnectionEngine accept(
            RunningContainer container,
            EventLoop loop,
            ListenOptions options,
            Transport transport,
            PerformativeHandler<ByteBuf> output,
            long nowNanos) {
        InboundConnection connection = new InboundConnection(container, loop, options, transport);
        NetworkConnection joined = new NetworkConnection(
                connection,
                transport,
                Settings.engine(Settings.open(container.id(), options), options.closeTimeout(), options.limits()),
                output,
                nowNanos);
        if (container.add(connection)) {
            connection.network = joined;
        } else {
            transport.abort(null); // nobody has heard of it
        }
        return joined.engine();
    }

    @Override
    void remoteOpened(Open open, NetworkConnection on) {
        if (options.soleConnections() && !isSole(open)) {
            become(LifecycleState.CLOSING);
            on.engine().refuse(SoleConnections.REFUSED);
            return;
        }
        on.engine().open();
        ConnectionAcceptor acceptor = options.connectionAcceptor();
        if (acceptor == null) {
            nowOpen(open, on.engine());
            return;
        }
        known(open);
        undecided = new ArrayList<>();
        dispatcher().execute(() -> {
            ErrorCondition refused = ask(acceptor);
            isRefused = refused != null;
            submit(() -> decided(open, on, refused));
        });
    }

    private void decided(Open open, NetworkConnection on, @Nullable ErrorCondition refused) {
        List<Runnable> held = undecided;
        undecided = null;
        if (on != network || state() == LifecycleState.CLOSING) {
            return;
        }
        if (refused != null) {
            refuse(on, refused);
            return;
        }
        nowOpen(open, on.engine());
        if (held != null) {
            held.forEach(Runnable::run);
        }
    }

    private @Nullable ErrorCondition ask(ConnectionAcceptor acceptor) {
        try {
            ErrorCondition refused = acceptor.onConnection(this);
            if (refused != null) {
                Checked.map("the error's info", refused.info());
            }
            return refused;
        } catch (RuntimeException | Error e) {
            LOG.error("deciding about {} failed", this, e);
            return ErrorCondition.of(AmqpError.INTERNAL_ERROR, "deciding about the connection failed");
        }
    }

    private boolean isSole(Open open) {
        Principal user = remotePrincipal();
        Runnable noted = runningContainer().soleConnections().add(user == null ? null : user.getName(), open, this);
        if (noted == null) {
            return false;
        }
        forget = noted;
        return true;
    }

    /** Another connection of the same container takes the place of this one; any thread. */
    void giveWay() {
        isRefused = true;
        submit(() -> {
            NetworkConnection on = network;
            if (on != null && state() != LifecycleState.CLOSED) {
                // At once, without waiting for what its links have to do: there shall not be two at any time.
                refuse(on, SoleConnections.REPLACED);
            }
        });
    }

    @Override
    void finished() {
        forget.run();
        if (coordination != null) {
            coordination.connectionEnds();
        }
    }

    private void refuse(NetworkConnection on, ErrorCondition why) {
        become(LifecycleState.CLOSING);
        on.engine().close(why);
    }

    /** Tells, on the thread of handlers, whether the application wants nothing from this peer. */
    @Override
    boolean isRefused() {
        return isRefused;
    }

    @Override
    void lost(StopReason reason) {
        if (state() == LifecycleState.CLOSING) {
            finish(null);
            return;
        }
        ErrorCondition said = reason.error();
        Amqp10Exception cause;
        if (reason instanceof StopReason.TransportLost lost) {
            cause = new ConnectionLostException(
                    "the connection from " + remoteAddress() + " broke"
                            + (lost.cause() == null ? "" : ": " + lost.cause().getMessage()),
                    null,
                    lost.cause());
        } else if (said == null) {
            cause = null;
        } else if (reason instanceof StopReason.Remote) {
            cause = Errors.connectionClosedByPeer(remoteAddress(), said);
        } else {
            cause = new ConnectionLostException(
                    "the connection from " + remoteAddress() + " was given up: " + Errors.text(said), said, null);
        }
        finish(cause);
    }

    @Override
    void abandon() {
        NetworkConnection present = network;
        network = null;
        if (present != null) {
            present.transport().abort(null);
        }
    }

    @Override
    void startShutdown() {
        startClosingBecause(ErrorCondition.of(
                ConnectionError.CONNECTION_FORCED,
                "the container " + container().id() + " closes"));
    }

    @Override
    boolean recovers() {
        return false;
    }

    @Override
    Backoff newBackoff() {
        return new Backoff(ReconnectOptions.OFF, ThreadLocalRandom.current());
    }

    @Override
    PeerLimits limits() {
        return options.limits();
    }

    @Override
    @Nullable
    Coordination coordination() {
        return coordination;
    }

    @Override
    void onTransactional(LiveReceiver receiver, ReceiverLink link, ReceivedDelivery message, TransactionalState state) {
        if (coordination == null) {
            Coordination.refuse(link, message, Coordination.unknown(state.txnId()));
        } else {
            coordination.post(receiver, link, message, state);
        }
    }

    @Override
    SessionOptions optionsForPeer() {
        return options.sessionOptions();
    }

    @Override
    @Nullable
    SessionAcceptor sessionAcceptor() {
        return options.sessionAcceptor();
    }

    @Override
    void whenDecided(Runnable action) {
        List<Runnable> held = undecided;
        if (held == null) {
            action.run();
        } else {
            held.add(action);
        }
    }

    @Override
    LinkAcceptor linkAcceptor() {
        return options.linkAcceptor();
    }

    @Override
    Duration openTimeout() {
        return options.handshakeTimeout();
    }

    @Override
    LiveSession ownSession() {
        checkOpen();
        sessionLock.lock();
        try {
            LiveSession present = ownSession;
            if (present == null || present.state() == LifecycleState.CLOSED) {
                LiveSession made = new LiveSession(this, SessionOptions.DEFAULT);
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
        return transport.info().peer();
    }

    @Override
    public @Nullable Principal remotePrincipal() {
        var identity = transport.info().identity();
        return identity == null ? null : identity.principal();
    }
}
