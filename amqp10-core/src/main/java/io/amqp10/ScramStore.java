package io.amqp10;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a listening container needs of its users' passwords, which is not the passwords.
 *
 * @see ListenOptions#scramStore(ScramStore)
 */
@FunctionalInterface
public interface ScramStore {

    /** The default of {@link #mechanisms()}. */
    Set<String> DEFAULT_MECHANISMS = Set.of("SCRAM-SHA-256");

    /**
     * Finds what is stored of a user. Called on a thread that may block, up to 16 at a time, and interrupted when the
     * connection is closed meanwhile, as it is when the {@link ListenOptions#handshakeTimeout()} is over.
     *
     * @param mechanism one of {@link #mechanisms()}
     * @param user the name, prepared by the rules of SASL
     * @return the credentials for this mechanism, null if there are none: the peer is refused as for a wrong password
     * @throws Exception if they could not be looked up: the peer is refused, and told that it may try again later
     *     ({@code sys-temp}); of the exception only its kind and place are logged
     */
    @Nullable
    ScramCredentials find(String mechanism, String user) throws Exception;

    /**
     * Returns which of the SCRAM family there are credentials for.
     *
     * @return names such as {@code SCRAM-SHA-512}
     */
    default Set<String> mechanisms() {
        return DEFAULT_MECHANISMS;
    }

    /**
     * Returns the rounds to pretend for users that are not known; the same as for those that are, so that nobody learns who
     * exists.
     *
     * @return the rounds, by default {@link ScramCredentials#DEFAULT_ITERATIONS}
     */
    default int iterations() {
        return ScramCredentials.DEFAULT_ITERATIONS;
    }
}
