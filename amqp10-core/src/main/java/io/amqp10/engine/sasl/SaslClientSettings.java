package io.amqp10.engine.sasl;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a client authenticates.
 *
 * <p>With a supplier of tokens, OAUTHBEARER and XOAUTH2 are the candidates. With a user, the mechanisms that prove this user are candidates: SCRAM, then PLAIN; EXTERNAL only where
 * {@code allowed} names it, because it would make the client the one whom its certificate names. Without a user the
 * candidates are EXTERNAL, if a certificate was shown in the TLS handshake, then ANONYMOUS. Of the candidates the strongest
 * that the server offers is taken, in the order of {@link SaslMechanism}; if it offers none, the dialogue fails and nothing
 * weaker is tried.
 *
 * @param user the user, null to be whom the certificate names, or anonymous
 * @param password the user's password; not null if there is a user and PLAIN or SCRAM is to be used
 * @param tokens called for each dialogue, on a thread that may block, for a token of OAuth 2; null for none
 * @param authorizationId the identity to act as, null for the user's own
 * @param allowed the mechanisms that may be used, empty for the candidates above
 * @param allowPlainWithoutTls whether the password may be sent in the clear to a host that is not this machine
 * @param minIterations the fewest rounds of SCRAM that are accepted, from 1
 * @param maxIterations the most rounds of SCRAM that are accepted; a million rounds take about a second
 */
public record SaslClientSettings(
        @Nullable String user,
        @Nullable String password,
        @Nullable Supplier<String> tokens,
        @Nullable String authorizationId,
        List<SaslMechanism> allowed,
        boolean allowPlainWithoutTls,
        int minIterations,
        int maxIterations) {

    /** The default of {@link #minIterations()}, which is what RFC 5802 asks of servers at least. */
    public static final int DEFAULT_MIN_ITERATIONS = Scram.MIN_ITERATIONS;

    /** The default of {@link #maxIterations()}. */
    public static final int DEFAULT_MAX_ITERATIONS = Scram.MAX_ITERATIONS;

    /** A client without a user. */
    public static final SaslClientSettings ANONYMOUS = builder().build();

    /**
     * Checks ranges and copies the list.
     *
     * @param user the user, or null
     * @param password the password, or null
     * @param tokens gives tokens, or null
     * @param authorizationId the identity, or null
     * @param allowed the mechanisms
     * @param allowPlainWithoutTls whether PLAIN needs no TLS
     * @param minIterations the fewest rounds
     * @param maxIterations the most rounds
     * @throws IllegalArgumentException if the rounds are out of range, or the user, password or identity holds a NUL
     */
    public SaslClientSettings {
        allowed = List.copyOf(allowed);
        if (minIterations < 1 || maxIterations < minIterations) {
            throw new IllegalArgumentException(
                    "SCRAM iterations from " + minIterations + " to " + maxIterations + " are no range");
        }
        checkNoNul("user", user);
        checkNoNul("password", password);
        checkNoNul("authorizationId", authorizationId);
    }

    private static void checkNoNul(String name, @Nullable String value) {
        if (value != null && value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the " + name + " must not hold a NUL character");
        }
    }

    /**
     * Starts with a client without a user.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    String requireUser() {
        if (user == null) {
            throw new IllegalStateException("no user is configured");
        }
        return user;
    }

    String requirePassword() {
        if (password == null) {
            throw new IllegalStateException("no password is configured");
        }
        return password;
    }

    String requireToken() throws MechanismException {
        Supplier<String> supplier = tokens;
        if (supplier == null) {
            throw new IllegalStateException("no supplier of tokens is configured");
        }
        String token = supplier.get();
        if (token == null) {
            throw new MechanismException("the supplier of tokens gave none");
        }
        return token;
    }

    /** Shows no password. */
    @Override
    public String toString() {
        return "SaslClientSettings[user=" + user + ", authorizationId=" + authorizationId + ", allowed=" + allowed
                + "]";
    }

    /** Collects the settings. */
    public static final class Builder {

        private @Nullable String user;
        private @Nullable String password;
        private @Nullable Supplier<String> tokens;
        private @Nullable String authorizationId;
        private List<SaslMechanism> allowed = List.of();
        private boolean allowPlainWithoutTls;
        private int minIterations = DEFAULT_MIN_ITERATIONS;
        private int maxIterations = DEFAULT_MAX_ITERATIONS;

        private Builder() {}

        /**
         * Sets who authenticates.
         *
         * @param name the user, or null
         * @param secret the password, or null
         * @return this
         */
        public Builder credentials(@Nullable String name, @Nullable String secret) {
            user = name;
            password = secret;
            return this;
        }

        /**
         * Sets where tokens of OAuth 2 come from.
         *
         * @param value called for each dialogue, on a thread that may block; null for none
         * @return this
         */
        public Builder tokens(@Nullable Supplier<String> value) {
            tokens = value;
            return this;
        }

        /**
         * Sets the identity to act as.
         *
         * @param value the identity, null for the user's own
         * @return this
         */
        public Builder authorizationId(@Nullable String value) {
            authorizationId = value;
            return this;
        }

        /**
         * Sets the mechanisms that may be used.
         *
         * @param value the mechanisms, empty for all that suit
         * @return this
         */
        public Builder allowed(List<SaslMechanism> value) {
            allowed = value;
            return this;
        }

        /**
         * Sets whether the password may be sent in the clear to a host that is not this machine.
         *
         * @param value whether it may
         * @return this
         */
        public Builder allowPlainWithoutTls(boolean value) {
            allowPlainWithoutTls = value;
            return this;
        }

        /**
         * Sets which numbers of SCRAM rounds are accepted.
         *
         * @param min the fewest
         * @param max the most
         * @return this
         */
        public Builder iterations(int min, int max) {
            minIterations = min;
            maxIterations = max;
            return this;
        }

        /**
         * Makes the settings.
         *
         * @return the settings
         * @throws IllegalArgumentException if a value is out of range
         */
        public SaslClientSettings build() {
            return new SaslClientSettings(
                    user,
                    password,
                    tokens,
                    authorizationId,
                    allowed,
                    allowPlainWithoutTls,
                    minIterations,
                    maxIterations);
        }
    }
}
