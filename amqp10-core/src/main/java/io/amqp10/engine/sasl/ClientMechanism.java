package io.amqp10.engine.sasl;

import io.amqp10.types.Binary;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A mechanism as the client plays it. Each method throws if the peer or the credentials make it impossible to go on. */
interface ClientMechanism {

    /** Returns what comes with the init, null for nothing. */
    @Nullable
    Binary initialResponse() throws MechanismException;

    /** Answers a challenge. */
    Binary respond(Binary challenge) throws MechanismException;

    /** Checks what came with the outcome {@code ok}: whether the server has proved itself, where the mechanism provides it. */
    default void verify(@Nullable Binary additionalData) throws MechanismException {}

    /** Makes a mechanism that says all in its first message. */
    static ClientMechanism singleMessage(Binary message) {
        return new ClientMechanism() {
            @Override
            public Binary initialResponse() {
                return message;
            }

            @Override
            public Binary respond(Binary challenge) throws MechanismException {
                throw new MechanismException("the peer sent a challenge where the mechanism has none");
            }
        };
    }

    /** Makes the mechanism for a client; the settings hold what it needs. */
    static ClientMechanism of(SaslMechanism mechanism, SaslClientSettings settings) {
        String authorizationId = settings.authorizationId() == null ? "" : settings.authorizationId();
        return switch (mechanism) {
            case SCRAM_SHA_512, SCRAM_SHA_256, SCRAM_SHA_1 -> new ScramClient(mechanism, settings, Scram.nonce());
            case EXTERNAL -> singleMessage(utf8(authorizationId));
            case OAUTHBEARER, XOAUTH2 -> new BearerClient(mechanism, settings);
            case PLAIN ->
                singleMessage(
                        utf8(authorizationId + '\0' + settings.requireUser() + '\0' + settings.requirePassword()));
            case ANONYMOUS -> singleMessage(utf8(""));
        };
    }

    private static Binary utf8(String text) {
        return Binary.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
