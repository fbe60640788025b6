package io.amqp10.engine.sasl;

import io.amqp10.types.sasl.SaslFrame;
import java.util.List;

/**
 * One end of one dialogue. Not safe for more than one thread at a time; {@link #receive} may take milliseconds of computing
 * and, on a server, as long as its {@link CredentialsVerifier} takes, so it does not belong on an event loop.
 *
 * @see "AMQP 1.0 §5.3.2"
 */
public sealed interface SaslNegotiation permits SaslClientNegotiation, SaslServerNegotiation {

    /**
     * Begins, once both protocol headers are exchanged.
     *
     * @return what a server says first; nothing for a client
     */
    SaslStep start();

    /**
     * Takes a frame of the peer. After a step with an identity or a failure there must be no further call.
     *
     * @param frame the frame
     * @return what follows
     */
    SaslStep receive(SaslFrame frame);

    /**
     * Returns how long a frame of this dialogue may be. The standard's limit is kept but for mechanisms whose messages do
     * not fit into it.
     *
     * @return the octets, 512 or more
     */
    default int maxFrameSize() {
        return 512;
    }

    /**
     * Returns the mechanisms that the peer offered.
     *
     * @return their names, empty for a server
     */
    default List<String> offered() {
        return List.of();
    }
}
