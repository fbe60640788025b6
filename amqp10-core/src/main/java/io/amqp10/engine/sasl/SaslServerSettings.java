package io.amqp10.engine.sasl;

import java.util.List;

/**
 * How a server authenticates its clients.
 *
 * @param verifier who knows the users
 * @param allowed the mechanisms that may be offered, empty for all that the other settings and the connection allow
 * @param allowAnonymous whether clients may stay anonymous
 * @param allowPlainWithoutTls whether PLAIN is offered without TLS to clients that are not on this machine
 */
public record SaslServerSettings(
        CredentialsVerifier verifier,
        List<SaslMechanism> allowed,
        boolean allowAnonymous,
        boolean allowPlainWithoutTls) {

    /** Lets every client in anonymously. */
    public static final SaslServerSettings ANONYMOUS =
            new SaslServerSettings(CredentialsVerifier.NOBODY, List.of(), true, false);

    /**
     * Copies the list.
     *
     * @param verifier who knows the users
     * @param allowed the mechanisms
     * @param allowAnonymous whether clients may stay anonymous
     * @param allowPlainWithoutTls whether PLAIN needs no TLS
     */
    public SaslServerSettings {
        allowed = List.copyOf(allowed);
    }

    /**
     * Returns these settings with another verifier.
     *
     * @param value who knows the users
     * @return new settings
     */
    public SaslServerSettings withVerifier(CredentialsVerifier value) {
        return new SaslServerSettings(value, allowed, allowAnonymous, allowPlainWithoutTls);
    }
}
