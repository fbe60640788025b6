package io.amqp10.engine.sasl;

import io.amqp10.types.Binary;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/** A mechanism as the server plays it. */
interface ServerMechanism {

    /**
     * Takes the initial response, or the answer to the last challenge.
     *
     * @throws MechanismException if the client broke the mechanism's rules, which is answered like wrong credentials
     */
    Answer receive(Binary response) throws MechanismException;

    /**
     * What follows: a challenge; or acceptance of a client with data for the outcome; or refusal.
     */
    record Answer(
            @Nullable Binary challenge,
            boolean accepted,
            @Nullable Principal client,
            @Nullable Binary additionalData) {

        static final Answer REFUSED = new Answer(null, false, null, null);

        static Answer challenge(Binary challenge) {
            return new Answer(challenge, false, null, null);
        }

        static Answer accepted(@Nullable String name, @Nullable Binary additionalData) {
            return new Answer(null, true, name == null ? null : new SaslIdentity.Named(name), additionalData);
        }
    }

    static ServerMechanism of(
            SaslMechanism mechanism,
            CredentialsVerifier verifier,
            @Nullable Principal certificateOwner,
            @Nullable String hostname) {
        return switch (mechanism) {
            case SCRAM_SHA_512, SCRAM_SHA_256, SCRAM_SHA_1 -> new ScramServer(mechanism, verifier, Scram.nonce());
            case EXTERNAL -> response -> external(verifier, certificateOwner, ScramText.utf8(response), hostname);
            case OAUTHBEARER, XOAUTH2 -> new BearerServer(mechanism, verifier);
            case PLAIN -> response -> plain(verifier, ScramText.utf8(response), hostname);
            // What an anonymous client says about itself is worth nothing.
            case ANONYMOUS -> response -> Answer.accepted(null, null);
        };
    }

    private static Answer external(
            CredentialsVerifier verifier,
            @Nullable Principal owner,
            String authorizationId,
            @Nullable String hostname) {
        if (owner == null) {
            return Answer.REFUSED;
        }
        String actAs = authorizationId.isEmpty() ? null : authorizationId;
        return known(verifier.verifyExternal(owner, actAs, hostname), actAs);
    }

    private static Answer plain(CredentialsVerifier verifier, String message, @Nullable String hostname)
            throws MechanismException {
        String[] parts = message.split("\0", -1);
        if (parts.length != 3) {
            throw new MechanismException("the client sent a malformed PLAIN response");
        }
        String actAs = parts[0].isEmpty() ? null : parts[0];
        String user = SaslPrep.prepare(parts[1]);
        String password = SaslPrep.prepare(parts[2]);
        if (user.isEmpty() || password.isEmpty()) {
            return Answer.REFUSED;
        }
        return known(verifier.verifyLogin(user, password, actAs, hostname), actAs);
    }

    private static Answer known(@Nullable Principal client, @Nullable String actAs) {
        return client == null || actAs != null && !actAs.equals(client.getName())
                ? Answer.REFUSED
                : new Answer(null, true, client, null);
    }
}
