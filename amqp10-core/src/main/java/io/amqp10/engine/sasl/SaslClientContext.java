package io.amqp10.engine.sasl;

import org.jspecify.annotations.Nullable;

/**
 * What a client's dialogue must know about its connection.
 *
 * @param hostname the host to name in the init, null for none
 * @param encrypted whether TLS protects the connection
 * @param loopback whether the peer is on this machine
 * @param certificateShown whether the client showed a certificate in the TLS handshake
 */
public record SaslClientContext(
        @Nullable String hostname, boolean encrypted, boolean loopback, boolean certificateShown) {}
