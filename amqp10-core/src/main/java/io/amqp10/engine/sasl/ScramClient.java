package io.amqp10.engine.sasl;

import io.amqp10.types.Binary;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * SCRAM as the client plays it, without channel binding. It sends a proof only after the server answered with the client's
 * own nonce, and it ends well only after the server signed the dialogue.
 *
 * @see "RFC 5802, section 5"
 */
final class ScramClient implements ClientMechanism {

    private final Scram scram;
    private final SaslClientSettings settings;
    private final String clientNonce;
    private final String gs2Header;
    private String clientFirstBare = "";
    private byte @Nullable [] serverSignature;
    private boolean serverProved;

    ScramClient(SaslMechanism mechanism, SaslClientSettings settings, String clientNonce) {
        this.scram = new Scram(mechanism);
        this.settings = settings;
        this.clientNonce = clientNonce;
        String authorizationId = settings.authorizationId();
        this.gs2Header = authorizationId == null ? "n,," : "n,a=" + ScramText.escape(authorizationId) + ",";
    }

    @Override
    public Binary initialResponse() throws MechanismException {
        clientFirstBare = "n=" + ScramText.escape(SaslPrep.prepare(settings.requireUser())) + ",r=" + clientNonce;
        return utf8(gs2Header + clientFirstBare);
    }

    @Override
    public Binary respond(Binary challenge) throws MechanismException {
        if (serverSignature == null) {
            return clientFinal(ScramText.utf8(challenge));
        }
        // Some servers send their signature as a challenge of its own, to be answered with nothing.
        checkSignature(challenge);
        return utf8("");
    }

    private Binary clientFinal(String serverFirst) throws MechanismException {
        ScramText in = new ScramText(serverFirst);
        String nonce = ScramText.checkNonce(in.require('r'));
        byte[] salt = ScramText.base64(in.require('s'));
        int iterations = checkIterations(in.require('i'));
        if (!nonce.startsWith(clientNonce) || nonce.length() == clientNonce.length()) {
            throw new MechanismException("the server did not continue the client's nonce");
        }
        if (salt.length == 0) {
            throw new MechanismException("the server sent no salt");
        }
        byte[] password = SaslPrep.prepare(settings.requirePassword()).getBytes(StandardCharsets.UTF_8);
        byte[] salted = scram.saltedPassword(password, salt, iterations);
        byte[] clientKey = scram.clientKey(salted);
        String withoutProof = "c=" + base64(gs2Header.getBytes(StandardCharsets.UTF_8)) + ",r=" + nonce;
        String authMessage = clientFirstBare + "," + serverFirst + "," + withoutProof;
        byte[] proof = Scram.xor(clientKey, scram.hmac(scram.hash(clientKey), authMessage));
        serverSignature = scram.hmac(scram.serverKey(salted), authMessage);
        Arrays.fill(password, (byte) 0);
        Arrays.fill(salted, (byte) 0);
        Arrays.fill(clientKey, (byte) 0);
        return utf8(withoutProof + ",p=" + base64(proof));
    }

    private int checkIterations(String value) throws MechanismException {
        int iterations;
        try {
            iterations = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new MechanismException("the server's iteration count is no number in range");
        }
        if (iterations < settings.minIterations() || iterations > settings.maxIterations()) {
            throw new MechanismException("the server asks for " + iterations + " SCRAM iterations, but from "
                    + settings.minIterations() + " to " + settings.maxIterations() + " are allowed");
        }
        return iterations;
    }

    @Override
    public void verify(@Nullable Binary additionalData) throws MechanismException {
        if (additionalData != null && additionalData.length() > 0 && !serverProved) {
            checkSignature(additionalData);
        }
        if (!serverProved) {
            throw new MechanismException("the server accepted the client without proving that it knows the password");
        }
    }

    private void checkSignature(Binary serverFinal) throws MechanismException {
        byte[] expected = serverSignature;
        if (expected == null) {
            throw new MechanismException("the server ended SCRAM before its challenge");
        }
        ScramText in = new ScramText(ScramText.utf8(serverFinal));
        if (in.find('e') != null) {
            throw new MechanismException("the server ended SCRAM with an error");
        }
        byte[] signature = ScramText.base64(in.require('v'));
        if (serverProved || !MessageDigest.isEqual(expected, signature)) {
            throw new MechanismException("the server could not prove that it knows the password");
        }
        serverProved = true;
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }

    private static Binary utf8(String text) {
        return Binary.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
