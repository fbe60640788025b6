package io.amqp10;

import java.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Checks the passwords of peers of a listening container, in a directory or a database for example.
 *
 * @see ListenOptions#passwordVerifier(PasswordVerifier)
 */
@FunctionalInterface
public interface PasswordVerifier {

    /**
     * Checks a login that a peer shows by the SASL mechanism PLAIN. Called on a thread that may block, up to 16 at a time,
     * and interrupted when the connection is closed meanwhile, as it is when the {@link ListenOptions#handshakeTimeout()} is
     * over.
     *
     * <p>It should compare in constant time, and take as long for a user that it does not know.
     *
     * @param login what the peer shows
     * @return whom the peer counts as, from now on its {@link Connection#remotePrincipal()}; null to refuse it. If the peer
     *     {@linkplain Login#actAs() wants to act as} another user, it is refused unless this is the name of that one
     * @throws Exception if the login could not be checked: the peer is refused, and told that it may try again later
     *     ({@code sys-temp}); of the exception only its kind and place are logged, since its message may hold a secret
     */
    @Nullable
    Principal verify(Login login) throws Exception;
}
