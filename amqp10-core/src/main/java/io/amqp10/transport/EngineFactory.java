package io.amqp10.transport;

import io.amqp10.engine.ConnectionEngine;
import io.amqp10.types.transport.PerformativeHandler;
import io.netty.buffer.ByteBuf;

/** Makes the engine of a connection as soon as its protocol headers are exchanged. */
@FunctionalInterface
public interface EngineFactory {

    /**
     * Makes the engine. Called on the connection's event loop, which the engine stays on. What the engine says in this call
     * is sent after it.
     *
     * @param transport the connection's road
     * @param output what the engine has to be given for its output
     * @param nowNanos the time to give to the engine
     * @return the engine
     */
    ConnectionEngine create(Transport transport, PerformativeHandler<ByteBuf> output, long nowNanos);
}
