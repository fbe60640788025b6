package io.amqp10.internal;

import io.amqp10.engine.ConnectionEngine;
import io.amqp10.transport.Transport;

/**
 * What a connection lives on until it breaks.
 *
 * @param transport the road
 * @param engine the protocol
 */
record NetworkConnection(Transport transport, ConnectionEngine engine) {}
