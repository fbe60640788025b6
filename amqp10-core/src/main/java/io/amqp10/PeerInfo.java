package io.amqp10;

import io.amqp10.types.transport.Open;
import java.util.List;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What the other end of a connection said about itself, and how the two came together.
 *
 * @param open all of the peer's open: limits, capabilities, properties
 * @param saslMechanisms the SASL mechanisms that the peer offered, by their names; empty if there was no SASL layer, and for
 *     a connection that the peer made
 * @param saslMechanism the mechanism that was used, null if there was no SASL layer
 * @param tlsSession what TLS agreed on, null without TLS
 * @see "AMQP 1.0 §2.7.1, §5.3.3.1"
 */
public record PeerInfo(
        Open open,
        List<String> saslMechanisms,
        @Nullable String saslMechanism,
        @Nullable SSLSession tlsSession) {

    /**
     * Copies the list.
     *
     * @param open the peer's open
     * @param saslMechanisms what it offered
     * @param saslMechanism what was used
     * @param tlsSession what TLS agreed on
     */
    public PeerInfo {
        saslMechanisms = List.copyOf(saslMechanisms);
    }
}
