package io.amqp10.spring.listener;

import io.amqp10.Amqp10Exception;
import io.amqp10.AuthenticationException;
import io.amqp10.ClosedException;
import io.amqp10.Connection;
import io.amqp10.Container;
import io.amqp10.Delivery;
import io.amqp10.GuaranteeNotSupportedException;
import io.amqp10.LifecycleState;
import io.amqp10.Link;
import io.amqp10.LinkRefusedException;
import io.amqp10.MessagingHandler;
import io.amqp10.Receiver;
import io.amqp10.ReceiverOptions;
import io.amqp10.TimedOutException;
import io.amqp10.spring.Diagnosis;
import io.amqp10.spring.ManagedConnection;
import io.amqp10.types.Described;
import io.amqp10.types.Symbol;
import io.amqp10.types.messaging.TerminusDurability;
import io.amqp10.types.messaging.TerminusExpiryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds a listener to an address by one receiver and any number of threads. It never ends by itself: a link that the peer
 * refuses or closes is opened again, with growing delays, for as long as the container runs.
 */
public final class ListenerContainer {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerContainer.class);

    /** Name and descriptor of the filter for selectors, as registered. */
    private static final Symbol SELECTOR_NAME = Symbol.of("apache.org:selector-filter:string");

    /** A link that was open for so long has worked: delays start anew after it. */
    private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How long a peer has to say that nothing more is on its way; not all say so. */
    private static final Duration PATIENCE_WITH_PEER = Duration.ofSeconds(2);

    /** How often to look, while stopping, whether deliveries are settled whose methods have returned. */
    private static final Duration LOOK_AT_UNSETTLED = Duration.ofMillis(20);

    /** How long to wait for an executor that has no thread. */
    private static final Duration RETRY_THREAD = Duration.ofMillis(500);

    private final String id;
    private final String address;
    private final Connection connection;
    private final ListenerOptions options;
    private final DeliveryWork work;
    private final Delays delays;
    private final Workers workers;
    private final ReentrantLock lock = new ReentrantLock();

    /** How many deliveries came and are not finished. */
    private final AtomicInteger unfinished = new AtomicInteger();

    private final Runnable finished = this::finished;

    private final AtomicInteger attachments = new AtomicInteger();

    private volatile boolean running;
    private volatile boolean paused;
    private boolean startAgain;

    /** What the link stands for at the peer is to outlast it. */
    private volatile boolean lasting;

    private volatile @Nullable Binding binding;
    private volatile @Nullable Amqp10Exception error;
    private int failures;
    private long openedNanos;
    private Container.@Nullable Timer reopening;
    private volatile @Nullable CompletableFuture<Void> stopping;
    private volatile @Nullable Runnable onFinished;

    /**
     * Makes a container that is not started.
     *
     * @param id names it
     * @param address where it receives from, as the peer spells it
     * @param connection over what
     * @param options how
     * @param listener works with the deliveries
     * @param policy decides about failed deliveries
     * @param replies sends what the listener returns
     * @param executor gives threads, each for as long as there is work; it should have as many as the concurrency
     */
    public ListenerContainer(
            String id,
            String address,
            Connection connection,
            ListenerOptions options,
            DeliveryListener listener,
            FailurePolicy policy,
            ReplySender replies,
            Executor executor) {
        this.id = id;
        this.address = address;
        this.connection = connection;
        this.options = options;
        this.delays = new Delays(connection.container());
        this.work = new DeliveryWork(id, options, listener, policy, replies, delays);
        this.workers = new Workers(
                executor,
                later -> connection.container().schedule(RETRY_THREAD, later),
                options.concurrency(),
                this::handle);
        if (options.credit() < options.concurrency()) {
            LOG.warn(
                    "listener '{}' has a credit of {}, so that many of its {} threads at most have something to do",
                    id,
                    options.credit(),
                    options.concurrency());
        }
    }

    /**
     * Returns its name.
     *
     * @return the id
     */
    public String id() {
        return id;
    }

    /**
     * Returns where it receives from.
     *
     * @return the address
     */
    public String address() {
        return address;
    }

    /**
     * Returns over what it receives.
     *
     * @return the connection
     */
    public Connection connection() {
        return connection;
    }

    /**
     * Returns how it works.
     *
     * @return the options
     */
    public ListenerOptions options() {
        return options;
    }

    /**
     * Returns where it stands.
     *
     * @return the state, which another thread may change at any time
     */
    public ListenerState state() {
        if (!running) {
            return ListenerState.STOPPED;
        }
        Receiver receiver = receiver();
        if (receiver != null && receiver.state() == LifecycleState.OPEN) {
            return paused ? ListenerState.PAUSED : ListenerState.RUNNING;
        }
        return isRefusal(error) ? ListenerState.FAILED : ListenerState.RECOVERING;
    }

    private static boolean isRefusal(@Nullable Amqp10Exception known) {
        return known instanceof LinkRefusedException
                || known instanceof AuthenticationException
                || known instanceof GuaranteeNotSupportedException;
    }

    /**
     * Returns why it does not run.
     *
     * @return the last error of its link or connection, null if the link is open or there was none
     */
    public @Nullable Amqp10Exception error() {
        Receiver receiver = receiver();
        Amqp10Exception known = receiver == null ? null : receiver.error();
        return known != null ? known : error;
    }

    /**
     * Returns how many messages came and are not finished: waiting, being worked with, or kept for a delay.
     *
     * @return the number as last seen
     */
    public int unfinished() {
        return unfinished.get();
    }

    // --- starting and stopping

    /**
     * Begins to open its link and returns at once. Started already, does nothing; being stopped, starts when it is stopped.
     */
    public void start() {
        lock.lock();
        try {
            if (running) {
                return;
            }
            CompletableFuture<Void> before = stopping;
            if (before != null && !before.isDone()) {
                startAgain = true;
                return;
            }
            running = true;
            paused = false;
            stopping = null;
            failures = 0;
            openedNanos = 0;
            error = null;
            delays.relax();
            open();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until it is running.
     *
     * @param timeout at most how long
     * @throws Amqp10Exception why it is not running
     */
    public void awaitRunning(Duration timeout) {
        Receiver receiver = receiver();
        Amqp10Exception known = error;
        if (receiver != null) {
            receiver.awaitOpen(timeout);
        } else if (known != null) {
            throw known;
        } else {
            throw new TimedOutException("listener '" + id + "' is not started", null, null);
        }
    }

    /**
     * Stops without losing anything: takes the credit back, lets the peer say that nothing more is on its way, gives back
     * what nobody has begun with, waits for the messages that are being worked with, at most for the shutdown time-out, and
     * closes the link. One whose source is to last, such as a durable subscription, is only detached: what is published meanwhile comes
     * when it is started again under the same link name and container-id.
     *
     * @return completes when it is stopped
     */
    public CompletableFuture<Void> stop() {
        CompletableFuture<Void> result;
        Receiver receiver;
        lock.lock();
        try {
            CompletableFuture<Void> before = stopping;
            startAgain = false;
            if (!running) {
                return before != null ? before : CompletableFuture.completedFuture(null);
            }
            running = false;
            result = new CompletableFuture<>();
            stopping = result;
            cancelReopening();
            receiver = receiver();
            binding = null;
        } finally {
            lock.unlock();
        }
        Stopping process = new Stopping(receiver, result);
        later(options.shutdownTimeout(), process::giveUp);
        if (receiver != null) {
            receiver.pause();
        }
        if (receiver == null || paused || receiver.state() != LifecycleState.OPEN) {
            process.nothingMoreComes(); // there is no link, or the credit was taken back long ago
        } else {
            later(PATIENCE_WITH_PEER, process::nothingMoreComes);
            receiver.drain().whenComplete((nothing, e) -> process.nothingMoreComes());
        }
        return result;
    }

    /** The steps after the credit was taken back, each taken once, whoever comes first. */
    private final class Stopping {

        private final @Nullable Receiver receiver;
        private final CompletableFuture<Void> result;
        private final AtomicBoolean allCame = new AtomicBoolean();
        private final AtomicBoolean closed = new AtomicBoolean();

        Stopping(@Nullable Receiver receiver, CompletableFuture<Void> result) {
            this.receiver = receiver;
            this.result = result;
        }

        void nothingMoreComes() {
            if (allCame.compareAndSet(false, true)) {
                giveBackUntouched();
                delays.hurry();
                onFinished = this::methodsReturned;
                if (unfinished.get() == 0) {
                    tellFinished();
                }
            }
        }

        /** What a method leaves unsettled, to be settled later by whom it has given it, is worked with too. */
        private void methodsReturned() {
            if (closed.get()) {
                return;
            }
            if (unsettled() > 0) {
                later(LOOK_AT_UNSETTLED, this::methodsReturned);
            } else {
                close();
            }
        }

        private int unsettled() {
            return options.acknowledgeMode() == AcknowledgeMode.MANUAL
                            && receiver != null
                            && receiver.state() == LifecycleState.OPEN
                    ? receiver.unsettled()
                    : 0;
        }

        void giveUp() {
            if (!closed.get()) {
                int left = Math.max(unfinished.get(), unsettled());
                if (left > 0) {
                    LOG.warn(
                            "listener '{}' did not finish {} messages within {}; the peer delivers them again",
                            id,
                            left,
                            options.shutdownTimeout());
                }
                close();
            }
        }

        private void close() {
            if (closed.compareAndSet(false, true)) {
                CompletableFuture<Void> link =
                        receiver == null ? CompletableFuture.completedFuture(null) : closedInTime(receiver);
                link.whenComplete((nothing, e) -> later(Duration.ZERO, () -> stopped(result)));
            }
        }

        /** A link that the peer has never answered for has brought nothing, so nothing is lost by not waiting for it. */
        private CompletableFuture<Void> closedInTime(Receiver link) {
            boolean unanswered = link.state() == LifecycleState.OPENING;
            CompletableFuture<Void> whenClosed = lasting ? link.detachAsync() : link.closeAsync();
            return unanswered ? CompletableFuture.completedFuture(null) : whenClosed;
        }
    }

    /** Does something on a thread that may wait, and at once if the container is closed, as it has no threads then. */
    private void later(Duration delay, Runnable action) {
        try {
            connection.container().schedule(delay, action);
        } catch (ClosedException e) {
            LOG.debug("listener '{}' goes on stopping without its container, which is closed", id, e);
            action.run();
        }
    }

    private void stopped(CompletableFuture<Void> result) {
        result.complete(null);
        boolean again;
        lock.lock();
        try {
            again = startAgain;
            startAgain = false;
        } finally {
            lock.unlock();
        }
        if (again) {
            start();
        }
    }

    private void giveBackUntouched() {
        List<Arrival> settled = new ArrayList<>();
        workers.removeAll(arrival -> {
            if (arrival.delivery().isSettled()) {
                settled.add(arrival);
            } else {
                arrival.delivery().release();
                finished();
            }
        });
        settled.forEach(workers::add); // sent at most once: they can only be worked with
    }

    private void tellFinished() {
        Runnable action = onFinished;
        if (action != null) {
            onFinished = null;
            action.run();
        }
    }

    /** Takes no more messages, after those that came already or are on their way. Lasts until {@link #resume} or the next {@link #start}. */
    public void pause() {
        lock.lock();
        try {
            paused = true;
            Receiver receiver = receiver();
            if (receiver != null) {
                receiver.pause();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes messages again. */
    public void resume() {
        lock.lock();
        try {
            paused = false;
            Receiver receiver = receiver();
            if (receiver != null) {
                receiver.resume();
            }
        } finally {
            lock.unlock();
        }
    }

    // --- the link

    private @Nullable Receiver receiver() {
        Binding present = binding;
        return present == null ? null : present.receiver;
    }

    private void open() {
        reopening = null;
        Binding made = new Binding();
        try {
            ReceiverOptions receiverOptions = receiverOptions(made);
            Receiver receiver = connection.openReceiver(receiverOptions);
            made.receiver = receiver;
            lasting = receiverOptions.durability() != TerminusDurability.NONE
                    || receiverOptions.expiryPolicy() == TerminusExpiryPolicy.NEVER;
            binding = made;
            if (paused) {
                receiver.pause();
            }
        } catch (Amqp10Exception e) {
            lost(e);
        }
    }

    private ReceiverOptions receiverOptions(MessagingHandler handler) {
        ReceiverOptions receiver =
                ReceiverOptions.of(address).creditWindow(options.credit()).guarantee(options.guarantee());
        String selector = options.selector();
        if (selector != null) {
            Map<Symbol, @Nullable Object> filters = new LinkedHashMap<>(receiver.filters());
            filters.put(SELECTOR_NAME, new Described(SELECTOR_NAME, selector));
            receiver = receiver.filters(filters);
        }
        // the handler only queues what comes, so it may run where events arise; listeners have threads of their own
        return options.receiver()
                .apply(receiver)
                .autoAccept(false)
                .handler(handler)
                .executor(Runnable::run);
    }

    /** The link is over although nobody here closed it. */
    private void lost(@Nullable Amqp10Exception cause) {
        binding = null;
        // that the credentials are refused, and what to do, is said once for all by the connection
        boolean told =
                error != null || cause instanceof AuthenticationException && connection instanceof ManagedConnection;
        error = cause;
        if (openedNanos != 0 && System.nanoTime() - openedNanos > STABLE_NANOS) {
            failures = 0;
        }
        openedNanos = 0;
        Duration delay = options.recovery().delay(++failures);
        String why =
                cause == null ? "the peer closed the link" : Diagnosis.of(cause).toString();
        if (!told) {
            LOG.warn(
                    "listener '{}' has no link: {} (it is tried again until it works, next in {} ms)",
                    id,
                    why,
                    delay.toMillis());
        } else {
            LOG.debug("listener '{}' has no link: {} (next try in {} ms)", id, why, delay.toMillis());
        }
        try {
            reopening = connection.container().schedule(delay, this::reopen);
        } catch (ClosedException e) {
            LOG.debug("listener '{}' stays without its link, as its container is closed", id, e);
        }
    }

    private void reopen() {
        lock.lock();
        try {
            if (running && binding == null) {
                if (connection instanceof ManagedConnection managed && managed.isGivenUp()) {
                    lost(error); // it is not for a listener to connect again
                } else {
                    open();
                }
            }
        } catch (RuntimeException e) {
            lost(new Amqp10Exception("opening its receiver failed: " + e, e));
        } finally {
            lock.unlock();
        }
    }

    private void cancelReopening() {
        Container.Timer timer = reopening;
        reopening = null;
        if (timer != null) {
            timer.cancel();
        }
    }

    private void opened(Binding which) {
        lock.lock();
        try {
            if (which == binding) {
                openedNanos = System.nanoTime();
                if (error != null) {
                    LOG.info("listener '{}' receives from '{}' again", id, address);
                } else {
                    LOG.debug("listener '{}' receives from '{}'", id, address);
                }
                error = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private void closed(Binding which, @Nullable Amqp10Exception cause) {
        lock.lock();
        try {
            if (which == binding && running) {
                lost(cause);
            }
        } finally {
            lock.unlock();
        }
    }

    // --- deliveries

    private void handle(Arrival arrival, Runnable over) {
        Delivery delivery = arrival.delivery();
        if (!delivery.isSettled() && isOutdated(arrival)) {
            over.run();
            finished(); // the peer delivers it again
        } else {
            work.begin(delivery, over, finished);
        }
    }

    private boolean isOutdated(Arrival arrival) {
        LifecycleState state = arrival.delivery().receiver().state();
        Binding present = binding;
        return state == LifecycleState.RECOVERING
                || state == LifecycleState.CLOSED
                || present != null && present.attachment != arrival.attachment();
    }

    private void finished() {
        if (unfinished.decrementAndGet() == 0) {
            tellFinished();
        }
    }

    /** One link of this container, from being opened to being closed. Its events come one after another. */
    private final class Binding implements MessagingHandler {

        /** Null before the link was asked for; events cannot see that. */
        private volatile @Nullable Receiver receiver;

        /** Unique among all links of this container. */
        private volatile int attachment;

        @Override
        public void onReceiverOpened(Receiver open) {
            attachment = attachments.incrementAndGet();
            opened(this);
        }

        @Override
        public void onMessage(Delivery delivery) {
            if (!running && !delivery.isSettled()) {
                delivery.release();
                return;
            }
            unfinished.incrementAndGet();
            workers.add(new Arrival(delivery, attachment));
        }

        @Override
        public void onLinkClosed(Link link) {
            closed(this, link.error());
        }
    }

    @Override
    public String toString() {
        return "listener '" + id + "' at '" + address + "', " + state();
    }
}
