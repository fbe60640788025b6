package io.amqp10.engine.sasl;

import io.amqp10.types.Binary;
import java.nio.charset.StandardCharsets;

/**
 * OAUTHBEARER and XOAUTH2 as the client plays them: the token at once, and an empty word to a server that says why it does
 * not take it before it says so with the outcome.
 *
 * @see "RFC 7628, section 3.2.3"
 */
final class BearerClient implements ClientMechanism {

    private final SaslMechanism mechanism;
    private final SaslClientSettings settings;

    BearerClient(SaslMechanism mechanism, SaslClientSettings settings) {
        this.mechanism = mechanism;
        this.settings = settings;
    }

    @Override
    public Binary initialResponse() throws MechanismException {
        String token = settings.requireToken();
        return mechanism == SaslMechanism.OAUTHBEARER
                ? BearerToken.oauthBearer(settings.user(), token)
                : BearerToken.xoauth2(settings.user(), token);
    }

    @Override
    public Binary respond(Binary challenge) {
        String empty = mechanism == SaslMechanism.OAUTHBEARER ? "\1" : "";
        return Binary.wrap(empty.getBytes(StandardCharsets.US_ASCII));
    }
}
