package io.amqp10.internal;

import io.amqp10.engine.ConnectionEngine;
import io.amqp10.engine.ConnectionListener;
import io.amqp10.engine.EngineOptions;
import io.amqp10.engine.SessionEngine;
import io.amqp10.engine.StopReason;
import io.amqp10.transport.Transport;
import io.amqp10.types.transport.Begin;
import io.amqp10.types.transport.Open;
import io.amqp10.types.transport.PerformativeHandler;
import io.netty.buffer.ByteBuf;

/**
 * What a connection lives on until it breaks: the road, and the protocol. What the engine says after the connection has
 * given it up, or of an end that came too late, concerns nobody.
 */
final class NetworkConnection implements ConnectionListener {

    private final LiveConnection of;
    private final Transport transport;
    private final ConnectionEngine engine;

    NetworkConnection(
            LiveConnection of,
            Transport transport,
            EngineOptions options,
            PerformativeHandler<ByteBuf> output,
            long nowNanos) {
        this.of = of;
        this.transport = transport;
        this.engine = new ConnectionEngine(options, output, this, nowNanos);
    }

    Transport transport() {
        return transport;
    }

    ConnectionEngine engine() {
        return engine;
    }

    private boolean isPresent() {
        return of.network == this;
    }

    @Override
    public void onRemoteOpen(Open open) {
        if (isPresent()) {
            of.remoteOpened(open, this);
        }
    }

    @Override
    public void onRemoteBegin(SessionEngine session, Begin begin) {
        if (isPresent()) {
            of.remoteBegan(session);
        }
    }

    @Override
    public void onClosed(StopReason reason) {
        if (isPresent()) {
            of.network = null;
            of.lost(reason);
        }
    }
}
