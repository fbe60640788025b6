package io.amqp10.spring.listener;

import io.amqp10.Amqp10Exception;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * All listeners of an application context by id. Starts those that shall start by themselves with the context, and stops
 * all with it, before the connections are closed.
 *
 * <p>All threads that messages come and are worked with on are daemons. So once a listener was started, the registry keeps
 * one thread that is none until it is stopped: an application that only listens does not end.
 */
public final class AmqpListenerRegistry implements SmartLifecycle, DisposableBean {

    /** The phase of the lifecycle: starts after, and stops before, connections and web servers. */
    public static final int PHASE = Integer.MAX_VALUE - 100;

    private static final Logger LOG = LoggerFactory.getLogger(AmqpListenerRegistry.class);

    private final @Nullable Duration failFastTimeout;
    private final Map<String, ListenerContainer> containers = new LinkedHashMap<>();
    private volatile boolean running;
    private @Nullable CountDownLatch keepAlive;

    /** Makes an empty registry, whose start never fails because of a peer. */
    public AmqpListenerRegistry() {
        this(null);
    }

    /**
     * Makes an empty registry.
     *
     * @param failFastTimeout how long {@link #start} waits for each listener to run, and throws if it does not; null to not
     *     wait
     */
    public AmqpListenerRegistry(@Nullable Duration failFastTimeout) {
        this.failFastTimeout = failFastTimeout;
    }

    /**
     * Adds a listener. It is started if it shall start by itself and the registry runs.
     *
     * @param container the listener
     * @throws InvalidListenerException if there is a listener with this id
     */
    public void register(ListenerContainer container) {
        synchronized (containers) {
            if (containers.putIfAbsent(container.id(), container) != null) {
                throw new InvalidListenerException(
                        "There are two listeners with the id '" + container.id() + "'; give one of them another id.",
                        null);
            }
        }
        if (running && container.options().autoStartup()) {
            container.start();
            keepAlive();
        }
    }

    /**
     * Returns the ids in the order in which the listeners were added.
     *
     * @return a snapshot
     */
    public List<String> ids() {
        synchronized (containers) {
            return List.copyOf(containers.keySet());
        }
    }

    /**
     * Returns the listeners in the order in which they were added.
     *
     * @return a snapshot
     */
    public Collection<ListenerContainer> listeners() {
        synchronized (containers) {
            return List.copyOf(containers.values());
        }
    }

    /**
     * Returns a listener.
     *
     * @param id its id
     * @return the listener
     * @throws IllegalArgumentException if there is none, naming those that there are
     */
    public ListenerContainer listener(String id) {
        ListenerContainer container;
        synchronized (containers) {
            container = containers.get(id);
        }
        if (container == null) {
            throw new IllegalArgumentException("there is no listener '" + id + "', only " + ids());
        }
        return container;
    }

    /**
     * Starts a listener; see {@link ListenerContainer#start}.
     *
     * @param id its id
     */
    public void start(String id) {
        listener(id).start();
        if (running) {
            keepAlive();
        }
    }

    /**
     * Stops a listener; see {@link ListenerContainer#stop}.
     *
     * @param id its id
     * @return completes when it is stopped
     */
    public CompletableFuture<Void> stop(String id) {
        return listener(id).stop();
    }

    /**
     * Pauses a listener; see {@link ListenerContainer#pause}.
     *
     * @param id its id
     */
    public void pause(String id) {
        listener(id).pause();
    }

    /**
     * Resumes a listener; see {@link ListenerContainer#resume}.
     *
     * @param id its id
     */
    public void resume(String id) {
        listener(id).resume();
    }

    @Override
    public void start() {
        running = true;
        List<ListenerContainer> started = new ArrayList<>();
        for (ListenerContainer container : listeners()) {
            if (container.options().autoStartup()) {
                container.start();
                started.add(container);
            }
        }
        if (!started.isEmpty()) {
            keepAlive();
        }
        if (failFastTimeout != null) {
            try {
                started.forEach(container -> container.awaitRunning(failFastTimeout));
            } catch (Amqp10Exception e) {
                stop();
                throw e;
            }
        }
    }

    private synchronized void keepAlive() {
        if (keepAlive == null) {
            CountDownLatch stopped = new CountDownLatch(1);
            keepAlive = stopped;
            Thread thread = new Thread(() -> await(stopped), "amqp10-keep-alive");
            thread.setDaemon(false);
            thread.start();
        }
    }

    private static void await(CountDownLatch stopped) {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            LOG.debug("nothing keeps the application alive any more", e);
        }
    }

    private synchronized void letGo() {
        CountDownLatch kept = keepAlive;
        keepAlive = null;
        if (kept != null) {
            kept.countDown();
        }
    }

    private CompletableFuture<Void> stopAll() {
        running = false;
        return CompletableFuture.allOf(
                        listeners().stream().map(ListenerContainer::stop).toArray(CompletableFuture<?>[]::new))
                .whenComplete((nothing, e) -> letGo());
    }

    @Override
    public void stop() {
        try {
            stopAll().join();
        } catch (CompletionException e) {
            throw new IllegalStateException("a listener did not stop", e);
        }
    }

    @Override
    public void stop(Runnable callback) {
        stopAll().whenComplete((nothing, e) -> callback.run());
    }

    /** Keeps the application alive no longer, also where a listener did not stop within the time that Spring gives it. */
    @Override
    public void destroy() {
        letGo();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
