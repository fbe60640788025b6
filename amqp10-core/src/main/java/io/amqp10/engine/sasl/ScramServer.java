package io.amqp10.engine.sasl;

import io.amqp10.types.Binary;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * SCRAM as the server plays it, without channel binding. A user that does not exist gets a salt and a challenge like any
 * other, and is refused at the end.
 *
 * @see "RFC 5802, section 5"
 */
final class ScramServer implements ServerMechanism {

    /** Makes up salts of users that do not exist, so that asking twice gives the same. */
    private static final byte[] PRETENCE = Scram.random(32);

    private static final int SALT_BYTES = 16;

    private final SaslMechanism mechanism;
    private final Scram scram;
    private final CredentialsVerifier verifier;
    private final String serverNonce;

    private String gs2Header = "";
    private String firstMessages = "";
    private String nonce = "";
    private String user = "";
    private @Nullable String authorizationId;
    private @Nullable ScramCredentials credentials;
    private boolean known;

    ScramServer(SaslMechanism mechanism, CredentialsVerifier verifier, String serverNonce) {
        this.mechanism = mechanism;
        this.scram = new Scram(mechanism);
        this.verifier = verifier;
        this.serverNonce = serverNonce;
    }

    @Override
    public Answer receive(Binary response) throws MechanismException {
        String text = ScramText.utf8(response);
        ScramCredentials stored = credentials;
        return stored == null ? serverFirst(text) : serverFinal(stored, text);
    }

    private Answer serverFirst(String clientFirst) throws MechanismException {
        ScramText in = new ScramText(clientFirst);
        String binding = in.next();
        if (!binding.equals("n") && !binding.equals("y")) {
            throw new MechanismException("the client wants channel binding, which was not offered");
        }
        String actAs = in.find('a');
        if (actAs == null && !in.next().isEmpty()) {
            throw new MechanismException("the client sent a malformed SCRAM header");
        }
        authorizationId = actAs == null || actAs.isEmpty() ? null : ScramText.unescape(actAs);
        String bare = in.rest();
        gs2Header = clientFirst.substring(0, clientFirst.length() - bare.length());
        user = SaslPrep.prepare(ScramText.unescape(in.require('n')));
        String clientNonce = ScramText.checkNonce(in.require('r'));
        if (user.isEmpty()) {
            throw new MechanismException("the client sent an empty user name");
        }

        ScramCredentials stored = verifier.scramCredentials(mechanism, user);
        known = stored != null;
        ScramCredentials used = stored == null ? pretended() : stored;
        credentials = used;
        nonce = clientNonce + serverNonce;
        String serverFirst = "r=" + nonce + ",s=" + base64(used.salt().toByteArray()) + ",i=" + used.iterations();
        firstMessages = bare + "," + serverFirst;
        return Answer.challenge(utf8(serverFirst));
    }

    private ScramCredentials pretended() {
        byte[] made = scram.hmac(PRETENCE, mechanism + "\0" + user);
        Binary key = Binary.wrap(Scram.random(mechanism.digestLength()));
        return new ScramCredentials(Binary.wrap(Arrays.copyOf(made, SALT_BYTES)), verifier.scramIterations(), key, key);
    }

    private Answer serverFinal(ScramCredentials stored, String clientFinal) throws MechanismException {
        ScramText in = new ScramText(clientFinal);
        byte[] binding = ScramText.base64(in.require('c'));
        String echoed = in.require('r');
        int proofAt = clientFinal.lastIndexOf(",p=");
        if (proofAt < 0) {
            throw new MechanismException("the client sent no proof");
        }
        byte[] proof = ScramText.base64(clientFinal.substring(proofAt + 3));
        if (!Arrays.equals(binding, gs2Header.getBytes(StandardCharsets.UTF_8)) || !echoed.equals(nonce)) {
            throw new MechanismException("the client's last SCRAM message does not belong to its first");
        }
        if (proof.length != mechanism.digestLength()) {
            throw new MechanismException("the client sent a proof of a wrong length");
        }
        String authMessage = firstMessages + "," + clientFinal.substring(0, proofAt);
        byte[] storedKey = stored.storedKey().toByteArray();
        byte[] clientKey = Scram.xor(proof, scram.hmac(storedKey, authMessage));
        boolean proved = MessageDigest.isEqual(scram.hash(clientKey), storedKey);
        byte[] signature = scram.hmac(stored.serverKey().toByteArray(), authMessage);
        if (!(proved & known)) {
            return Answer.REFUSED;
        }
        String name = authorizationId == null ? user : authorizationId;
        if (!name.equals(user) && !verifier.mayActAs(user, name)) {
            return Answer.REFUSED;
        }
        return Answer.accepted(name, utf8("v=" + base64(signature)));
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }

    private static Binary utf8(String text) {
        return Binary.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
