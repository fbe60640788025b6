package io.amqp10.spring;

import io.amqp10.Amqp10Exception;
import io.amqp10.AuthenticationException;
import io.amqp10.ClosedException;
import io.amqp10.Connection;
import io.amqp10.ConnectionLostException;
import io.amqp10.ConnectionOptions;
import io.amqp10.Container;
import io.amqp10.LifecycleState;
import io.amqp10.Link;
import io.amqp10.PeerInfo;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.ReconnectOptions;
import io.amqp10.Sender;
import io.amqp10.SenderOptions;
import io.amqp10.Session;
import io.amqp10.SessionOptions;
import io.amqp10.Transaction;
import io.amqp10.types.Symbol;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * A connection that lives as long as its application context: made when the context starts or when it is first used, closed
 * when the context stops, and made anew when that starts again.
 *
 * <p>It never fails a start because the broker is away, unless told to fail fast. A {@link Connection} reconnects by itself;
 * where that one gives up, because the broker refuses the credentials or closes it with an error that does not pass, this
 * one tries anew: after the delays of {@link ConnectionOptions#reconnect()}, after refused credentials once a minute. If
 * reconnecting is off, or was tried as often as allowed, the next use tries again, and listeners wait for that.
 */
public final class ManagedConnection implements Connection, SmartLifecycle {

    /**
     * The phase of the lifecycle: starts before, and stops after, all that may use it, such as web servers, listeners,
     * executors and schedulers.
     */
    public static final int PHASE = Integer.MIN_VALUE + 8192;

    private static final Logger LOG = LoggerFactory.getLogger(ManagedConnection.class);

    private static final Duration AFTER_REFUSED_CREDENTIALS = Duration.ofMinutes(1);

    /** How often it is looked whether the connection was given up by the one below. */
    private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);

    /** How often a start that is to fail fast looks for an error. */
    private static final Duration FAIL_FAST_INTERVAL = Duration.ofMillis(20);

    /** How much longer than its hosts have a start that is to fail fast waits for the reason why none could be had. */
    private static final Duration TO_SAY_WHY = Duration.ofSeconds(3);

    /** A connection that was open for so long has worked: delays start anew after it. */
    private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Container container;
    private final Supplier<ConnectionOptions> options;
    private final boolean failFast;
    private final ReentrantLock lock = new ReentrantLock();

    private volatile @Nullable Connection current;
    private volatile boolean running;
    private volatile boolean stopped;
    private @Nullable Connection noticed;
    private Container.@Nullable Timer watching;
    private int failures;
    private long openedNanos;
    private long notBeforeNanos;
    private volatile boolean givenUp;
    private @Nullable Amqp10Exception lastError;

    /** Whether it was said what to do about a connection that never was open; after that nobody need be told. */
    private boolean advised;

    /**
     * Makes a connection that is not yet made.
     *
     * @param container what makes it
     * @param options where to and how, asked for each time it is made
     * @param failFast whether {@link #start} waits until the connection is open and throws if it cannot be made
     */
    public ManagedConnection(Container container, Supplier<ConnectionOptions> options, boolean failFast) {
        this.container = container;
        this.options = options;
        this.failFast = failFast;
    }

    // --- life

    /**
     * Starts to connect and returns at once; if it is to fail fast, when it is connected.
     *
     * @throws Amqp10Exception if it is to fail fast and the connection cannot be made
     */
    @Override
    public void start() {
        stopped = false;
        running = true;
        Connection connection = current();
        if (failFast) {
            try {
                awaitFirst(connection);
            } catch (Amqp10Exception e) {
                stop();
                throw e;
            }
        }
        lock.lock();
        try {
            if (running && watching == null) {
                watching = container.schedule(WATCH_INTERVAL, this::watch);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns how long it takes to try all hosts and to learn why the last failed; as long as can be told if that is too long. */
    private static long patienceNanos(Duration connectTimeout, int hosts) {
        long each = TimeUnit.NANOSECONDS.convert(connectTimeout);
        long most = Long.MAX_VALUE - TO_SAY_WHY.toNanos();
        return each > most / hosts ? Long.MAX_VALUE : each * hosts + TO_SAY_WHY.toNanos();
    }

    private void awaitFirst(Connection connection) {
        ConnectionOptions used = options.get();
        int hosts = used.endpoints().size();
        long patience = patienceNanos(used.connectTimeout(), hosts);
        long start = System.nanoTime();
        while (connection.state() != LifecycleState.OPEN) {
            Amqp10Exception error = connection.error();
            boolean over = System.nanoTime() - start > patience;
            if (error != null && (hosts == 1 || over || connection.state() == LifecycleState.CLOSED)) {
                throw error;
            }
            if (over) {
                throw new ConnectionLostException(
                        "no connection to " + used.endpoints() + " after " + used.connectTimeout(), null, null);
            }
            try {
                connection.awaitOpen(FAIL_FAST_INTERVAL);
            } catch (io.amqp10.TimedOutException notYet) {
                LOG.trace("not open yet", notYet);
            }
        }
    }

    /** Closes the connection and waits for it. */
    @Override
    public void stop() {
        Connection present = end();
        if (present != null) {
            present.close();
        }
    }

    @Override
    public void stop(Runnable callback) {
        Connection present = end();
        if (present == null) {
            callback.run();
        } else {
            present.closeAsync().whenComplete((nothing, error) -> callback.run());
        }
    }

    private @Nullable Connection end() {
        lock.lock();
        try {
            stopped = true;
            running = false;
            Connection present = current;
            current = null;
            noticed = null;
            failures = 0;
            advised = false;
            if (watching != null) {
                watching.cancel();
                watching = null;
            }
            return present;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    private void watch() {
        lock.lock();
        try {
            if (running) {
                Connection present = current;
                if (present != null && present.state() == LifecycleState.CLOSED) {
                    ended(present, present.error());
                } else if (present != null) {
                    advise(present);
                }
                watching = container.schedule(WATCH_INTERVAL, this::watch);
            } else {
                watching = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The connection below logs why its tries fail, but knows no properties. */
    private void advise(Connection present) {
        Amqp10Exception error = present.error();
        if (!advised && error != null && present.state() != LifecycleState.OPEN) {
            advised = true;
            LOG.info("{}", Diagnosis.of(error).action());
        }
    }

    /** Returns the connection below, which is made if there is none or if its time has come after it was given up. */
    private Connection current() {
        Connection present = current;
        if (present != null && present.state() != LifecycleState.CLOSED) {
            return present;
        }
        lock.lock();
        try {
            present = current;
            if (present != null && present.state() != LifecycleState.CLOSED) {
                return present;
            }
            if (stopped) {
                throw new ClosedException("the connection is stopped, as its application context is", null, null);
            }
            if (present != null) {
                ended(present, present.error());
                if (System.nanoTime() - notBeforeNanos < 0) {
                    throw givenUp();
                }
            }
            Connection made = container.connect(options.get());
            current = made;
            givenUp = false;
            made.opened().whenComplete((open, error) -> {
                if (error == null) {
                    succeeded(made);
                } else if (made.state() == LifecycleState.CLOSED) {
                    ended(made, made.error());
                }
            });
            return made;
        } finally {
            lock.unlock();
        }
    }

    private Amqp10Exception givenUp() {
        Amqp10Exception cause = lastError;
        String message = cause == null ? "the connection was closed by the peer" : String.valueOf(cause.getMessage());
        return cause instanceof AuthenticationException
                ? new AuthenticationException(message, cause.condition(), cause)
                : new ConnectionLostException(message, cause == null ? null : cause.condition(), cause);
    }

    private void succeeded(Connection made) {
        lock.lock();
        try {
            if (made == current) {
                openedNanos = System.nanoTime();
                lastError = null;
                advised = true;
                PeerInfo peer = made.peer();
                String sasl = peer == null ? null : peer.saslMechanism();
                LOG.info(
                        "connected to {} ({}, {})",
                        made.remoteAddress(),
                        sasl == null ? "no SASL" : "SASL " + sasl,
                        peer == null || peer.tlsSession() == null
                                ? "no TLS"
                                : peer.tlsSession().getProtocol());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Notes that the connection below is over although nobody here closed it, and plans the next. */
    private void ended(Connection connection, @Nullable Amqp10Exception error) {
        lock.lock();
        try {
            if (connection != current || connection == noticed || stopped) {
                return;
            }
            noticed = connection;
            lastError = error;
            ReconnectOptions reconnect = options.get().reconnect();
            Duration next = nextDelay(reconnect);
            Duration delay = error instanceof AuthenticationException ? AFTER_REFUSED_CREDENTIALS : next;
            notBeforeNanos = System.nanoTime() + delay.toNanos();
            // what happened was logged by the connection below
            String advice = error == null
                    ? "The peer closed the connection."
                    : Diagnosis.of(error).action();
            givenUp = isExhausted(reconnect, error);
            if (givenUp) {
                LOG.warn(
                        "{} Reconnecting is {}: the next use tries again.",
                        advice,
                        reconnect.enabled() ? "over" : "off");
            } else {
                LOG.warn("{} The next try is in {} ms.", advice, delay.toMillis());
                container.schedule(delay.plusMillis(1), this::again);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells whether it is not to be tried again without being used: the connection below has tried, or this one has. */
    private boolean isExhausted(ReconnectOptions reconnect, @Nullable Amqp10Exception error) {
        if (!reconnect.enabled()) {
            return true;
        }
        boolean triedBelow = error instanceof ConnectionLostException && error.condition() == null;
        return reconnect.maxAttempts() > 0 && (triedBelow || failures > reconnect.maxAttempts());
    }

    /**
     * Tells whether the connection is over and is not made anew by itself, as reconnecting is off or was tried as often as
     * allowed. The next use makes it anew all the same.
     *
     * @return whether
     */
    public boolean isGivenUp() {
        Connection present = current;
        if (present == null || present.state() != LifecycleState.CLOSED) {
            return false;
        }
        ended(present, present.error()); // who asks may be quicker than the news
        return givenUp;
    }

    /** The first try comes without a delay, if the connection had worked for a while. */
    private Duration nextDelay(ReconnectOptions reconnect) {
        if (openedNanos != 0 && System.nanoTime() - openedNanos > STABLE_NANOS) {
            failures = 0;
        }
        openedNanos = 0;
        return failures++ == 0
                ? Duration.ZERO
                : new Backoff(reconnect.initialDelay(), reconnect.multiplier(), reconnect.maxDelay())
                        .delay(failures - 1);
    }

    private void again() {
        if (running) {
            try {
                current();
            } catch (Amqp10Exception e) {
                LOG.debug("the connection was stopped meanwhile", e);
            }
        }
    }

    // --- the connection

    @Override
    public Container container() {
        return container;
    }

    @Override
    public String name() {
        Connection present = current;
        return present == null ? "none" : present.name();
    }

    @Override
    public LifecycleState state() {
        Connection present = current;
        if (present != null) {
            return present.state();
        }
        return stopped ? LifecycleState.CLOSED : LifecycleState.OPENING;
    }

    @Override
    public @Nullable Amqp10Exception error() {
        Connection present = current;
        return present == null ? null : present.error();
    }

    @Override
    public String remoteAddress() {
        Connection present = current;
        return present == null ? options.get().endpoints().get(0).hostAndPort() : present.remoteAddress();
    }

    @Override
    public @Nullable String remoteContainerId() {
        Connection present = current;
        return present == null ? null : present.remoteContainerId();
    }

    @Override
    public List<Symbol> remoteOfferedCapabilities() {
        Connection present = current;
        return present == null ? List.of() : present.remoteOfferedCapabilities();
    }

    @Override
    public List<Symbol> remoteDesiredCapabilities() {
        Connection present = current;
        return present == null ? List.of() : present.remoteDesiredCapabilities();
    }

    @Override
    public Map<Symbol, @Nullable Object> remoteProperties() {
        Connection present = current;
        return present == null ? Map.of() : present.remoteProperties();
    }

    @Override
    public @Nullable PeerInfo peer() {
        Connection present = current;
        return present == null ? null : present.peer();
    }

    @Override
    public @Nullable Principal remotePrincipal() {
        return null;
    }

    @Override
    public Sender openSender(SenderOptions senderOptions) {
        return current().openSender(senderOptions);
    }

    @Override
    public Receiver openReceiver(ReceiverOptions receiverOptions) {
        return current().openReceiver(receiverOptions);
    }

    @Override
    public Session openSession(SessionOptions sessionOptions) {
        return current().openSession(sessionOptions);
    }

    @Override
    public Transaction transaction() {
        return current().transaction();
    }

    @Override
    public CompletableFuture<Transaction> transactionAsync() {
        return current().transactionAsync();
    }

    @Override
    public List<Link> links() {
        Connection present = current;
        return present == null ? List.of() : present.links();
    }

    @Override
    public CompletableFuture<Connection> opened() {
        return current().opened();
    }

    @Override
    public Connection awaitOpen() {
        current().awaitOpen();
        return this;
    }

    @Override
    public Connection awaitOpen(Duration timeout) {
        current().awaitOpen(timeout);
        return this;
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        Connection present = end();
        return present == null ? CompletableFuture.completedFuture(null) : present.closeAsync();
    }

    @Override
    public void close() {
        stop();
    }

    @Override
    public String toString() {
        Connection present = current;
        return present == null ? "connection to " + options.get().endpoints() : present.toString();
    }
}
