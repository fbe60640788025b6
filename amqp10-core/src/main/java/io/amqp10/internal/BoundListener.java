package io.amqp10.internal;

import io.amqp10.Endpoint;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.transport.TransportListener;

/** A port that a container listens on. */
final class BoundListener implements Listener {

    private final RunningContainer container;
    private final Endpoint endpoint;
    private final TransportListener listener;

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
        return new Endpoint(host, port(), endpoint.tls(), null, null).toString();
    }

    @Override
    public void close() {
        listener.close();
        container.remove(this);
    }

    @Override
    public String toString() {
        return "the listener on " + uri();
    }
}
