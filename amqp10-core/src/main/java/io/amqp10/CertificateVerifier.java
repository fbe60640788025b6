package io.amqp10;

import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Knows which user of a listening container a certificate stands for.
 *
 * @see ListenOptions#certificateVerifier(CertificateVerifier)
 */
@FunctionalInterface
public interface CertificateVerifier {

    /**
     * Maps a certificate, which a peer shows by the SASL mechanism EXTERNAL, to a user. Called on a thread that may block, up
     * to 16 at a time, and interrupted when the connection is closed meanwhile, as it is when the
     * {@link ListenOptions#handshakeTimeout()} is over.
     *
     * @param login what the peer shows
     * @return whom the peer counts as, from now on its {@link Connection#remotePrincipal()}; null to refuse it. If the peer
     *     {@linkplain CertificateLogin#actAs() wants to act as} another user, it is refused unless this is the name of that
     *     one
     * @throws Exception if that could not be found out: the peer is refused, and told that it may try again later
     *     ({@code sys-temp}); of the exception only its kind and place are logged
     */
    @Nullable
    Principal verify(CertificateLogin login) throws Exception;
}
