package io.amqp10.engine.sasl;

import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * What a server's dialogue must know about its connection.
 *
 * @param encrypted whether TLS protects the connection
 * @param loopback whether the client is on this machine
 * @param certificateOwner whose certificate the TLS layer has verified, null for none
 */
public record SaslServerContext(
        boolean encrypted, boolean loopback, @Nullable Principal certificateOwner) {}
