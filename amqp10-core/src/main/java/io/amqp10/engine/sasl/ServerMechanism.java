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
     * What follows: a challenge; or acceptance of a name with data for the outcome; or refusal.
     */
    record Answer(
            @Nullable Binary challenge,
            boolean accepted,
            @Nullable String name,
            @Nullable Binary additionalData) {

        static final Answer REFUSED = new Answer(null, false, null, null);

        static Answer challenge(Binary challenge) {
            return new Answer(challenge, false, null, null);
        }

        static Answer accepted(@Nullable String name, @Nullable Binary additionalData) {
            return new Answer(null, true, name, additionalData);
        }
    }

    static ServerMechanism of(
            SaslMechanism mechanism, CredentialsVerifier verifier, @Nullable Principal certificateOwner) {
        return switch (mechanism) {
            case SCRAM_SHA_512, SCRAM_SHA_256, SCRAM_SHA_1 -> new ScramServer(mechanism, verifier, Scram.nonce());
            case EXTERNAL -> response -> external(verifier, certificateOwner, ScramText.utf8(response));
            case OAUTHBEARER, XOAUTH2 -> new BearerServer(mechanism, verifier);
            case PLAIN -> response -> plain(verifier, ScramText.utf8(response));
            // What an anonymous client says about itself is worth nothing.
            case ANONYMOUS -> response -> Answer.accepted(null, null);
        };
    }

    private static Answer external(CredentialsVerifier verifier, @Nullable Principal owner, String authorizationId) {
        return owner == null ? Answer.REFUSED : accepted(verifier, verifier.externalUser(owner), authorizationId);
    }

    private static Answer plain(CredentialsVerifier verifier, String message) throws MechanismException {
        String[] parts = message.split("\0", -1);
        if (parts.length != 3) {
            throw new MechanismException("the client sent a malformed PLAIN response");
        }
        String user = SaslPrep.prepare(parts[1]);
        String password = SaslPrep.prepare(parts[2]);
        if (user.isEmpty() || password.isEmpty() || !verifier.verifyPassword(user, password)) {
            return Answer.REFUSED;
        }
        return accepted(verifier, user, parts[0]);
    }

    private static Answer accepted(CredentialsVerifier verifier, @Nullable String user, String authorizationId) {
        if (user == null) {
            return Answer.REFUSED;
        }
        String name = authorizationId.isEmpty() ? user : authorizationId;
        return name.equals(user) || verifier.mayActAs(user, name) ? Answer.accepted(name, null) : Answer.REFUSED;
    }
}
