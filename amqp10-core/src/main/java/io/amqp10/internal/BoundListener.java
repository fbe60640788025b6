package io.amqp10.internal;

import io.amqp10.Endpoint;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.transport.TransportListener;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port that a container listens on. */
final class BoundListener implements Listener {

    private static final long CLOSE_SECONDS = 5;
    private static final Logger LOG = LoggerFactory.getLogger(BoundListener.class);

    private final RunningContainer container;
    private final Endpoint endpoint;
    private final TransportListener listener;
    private final AtomicBoolean closed = new AtomicBoolean();

    private BoundListener(RunningContainer container, Endpoint endpoint, TransportListener listener) {
        this.container = container;
        this.endpoint = endpoint;
        this.listener = listener;
    }

    static BoundListener bind(RunningContainer container, ListenOptions options) {
        TransportListener listener = container.bind(options);
        return new BoundListener(container, options.endpoint(), listener);
    }

    @Override
    public int port() {
        return listener.port();
    }

    @Override
    public String uri() {
        String host = endpoint.host().equals("0.0.0.0") || endpoint.host().equals("::") ? "localhost" : endpoint.host();
        return new Endpoint(host, port(), endpoint.tls(), null, null, endpoint.webSocketPath()).toString();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            Blocking.check();
            try {
                listener.close().get(CLOSE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                LOG.warn("{} did not close in time", this);
            }
            container.remove(this);
        }
    }

    @Override
    public String toString() {
        return "the listener on " + uri();
    }
}
