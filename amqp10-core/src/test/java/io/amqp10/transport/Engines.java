package io.amqp10.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.engine.ConnectionEngine;
import io.amqp10.engine.ConnectionListener;
import io.amqp10.engine.EngineOptions;
import io.amqp10.engine.SessionEngine;
import io.amqp10.engine.StopReason;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.PerformativeHandler;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Makes engines that open, and remembers what happened to them. */
final class Engines implements EngineFactory {

    private final String containerId;
    private final BlockingQueue<Peer> made = new LinkedBlockingQueue<>();
    private Consumer<Peer> onOpened = peer -> {};
    private Consumer<SessionEngine> onBegin = session -> {};
    private Duration idleTimeOut = Duration.ZERO;

    Engines(String containerId) {
        this.containerId = containerId;
    }

    /** What to do, on the event loop, when a peer's open has come. */
    Engines onOpened(Consumer<Peer> action) {
        onOpened = action;
        return this;
    }

    /** What to do, on the event loop, with a session that a peer begins; it is refused otherwise. */
    Engines onBegin(Consumer<SessionEngine> action) {
        onBegin = action;
        return this;
    }

    /** How long a peer may be silent; for ever otherwise. */
    Engines idleTimeOut(Duration value) {
        idleTimeOut = value;
        return this;
    }

    /** One connection. */
    static final class Peer implements ConnectionListener {

        final Transport transport;
        final CompletableFuture<Open> opened = new CompletableFuture<>();
        final CompletableFuture<StopReason> closed = new CompletableFuture<>();
        private final Consumer<Peer> onOpened;
        private final CompletableFuture<ConnectionEngine> engine = new CompletableFuture<>();

        private final Consumer<SessionEngine> onBegin;

        Peer(Transport transport, Consumer<Peer> onOpened, Consumer<SessionEngine> onBegin) {
            this.transport = transport;
            this.onOpened = onOpened;
            this.onBegin = onBegin;
        }

        ConnectionEngine engine() {
            return engine.join();
        }

        @Override
        public void onRemoteOpen(Open open) {
            onOpened.accept(this);
            opened.complete(open);
        }

        @Override
        public void onRemoteBegin(SessionEngine session, Begin begin) {
            onBegin.accept(session);
        }

        @Override
        public void onClosed(StopReason reason) {
            closed.complete(reason);
        }

        StopReason awaitClosed() {
            return await(closed);
        }
    }

    @Override
    public ConnectionEngine create(Transport transport, PerformativeHandler<ByteBuf> output, long nowNanos) {
        assertThat(transport.inEventLoop()).isTrue();
        Peer peer = new Peer(transport, onOpened, session -> onBegin.accept(session));
        Open open = Open.builder(containerId)
                .maxFrameSize(8192)
                .idleTimeOutMillis(idleTimeOut.toMillis())
                .build();
        ConnectionEngine engine =
                new ConnectionEngine(EngineOptions.builder(open).build(), output, peer, nowNanos);
        peer.engine.complete(engine);
        if (transport.info().client()) {
            engine.open();
        }
        made.add(peer);
        return engine;
    }

    /** Waits for the next connection. */
    Peer next() throws InterruptedException {
        Peer peer = made.poll(120, TimeUnit.SECONDS);
        if (peer == null) {
            throw new AssertionError("no connection came");
        }
        return peer;
    }

    boolean isEmpty() {
        return made.isEmpty();
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(120, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for a failure to connect. */
    static TransportException failure(CompletableFuture<?> future) {
        try {
            future.get(120, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TransportException failure) {
                return failure;
            }
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("it did not fail");
    }
}
