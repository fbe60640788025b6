package io.amqp10.engine.sasl;

import io.amqp10.types.Binary;
import java.nio.charset.StandardCharsets;

/** OAUTHBEARER and XOAUTH2 as the server plays them. A client whose token is not taken is told so, and then refused. */
final class BearerServer implements ServerMechanism {

    private final SaslMechanism mechanism;
    private final CredentialsVerifier verifier;
    private boolean refused;

    BearerServer(SaslMechanism mechanism, CredentialsVerifier verifier) {
        this.mechanism = mechanism;
        this.verifier = verifier;
    }

    @Override
    public Answer receive(Binary response) throws MechanismException {
        if (refused) {
            return Answer.REFUSED;
        }
        BearerToken.Said said = BearerToken.read(mechanism, response);
        String user = verifier.verifyToken(said.token());
        if (user != null) {
            String name = said.user() == null ? user : said.user();
            if (name.equals(user) || verifier.mayActAs(user, name)) {
                return Answer.accepted(name, null);
            }
        }
        refused = true;
        String why = mechanism == SaslMechanism.OAUTHBEARER
                ? "{\"status\":\"invalid_token\"}"
                : "{\"status\":\"401\",\"schemes\":\"bearer\"}";
        return Answer.challenge(Binary.wrap(why.getBytes(StandardCharsets.US_ASCII)));
    }
}
