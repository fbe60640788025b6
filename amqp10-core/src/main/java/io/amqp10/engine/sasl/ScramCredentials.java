package io.amqp10.engine.sasl;

import io.amqp10.types.Binary;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What a server keeps of a password: enough to check a client's proof, not enough to pose as the client.
 *
 * @param salt the salt, at least one octet
 * @param iterations the rounds that turned the password into keys, from 1
 * @param storedKey the digest of the client's key
 * @param serverKey the key that the server signs with
 * @see "RFC 5802, section 3"
 */
public record ScramCredentials(Binary salt, int iterations, Binary storedKey, Binary serverKey) {

    /**
     * Derives the credentials from a password. Takes time in proportion to the rounds, some milliseconds for 10,000.
     *
     * @param mechanism one of the SCRAM family
     * @param password the password
     * @param salt the salt
     * @param iterations the rounds
     * @return the credentials
     * @throws IllegalArgumentException if the mechanism is none of the family, or the password holds what SASL prohibits
     */
    public static ScramCredentials derive(SaslMechanism mechanism, String password, Binary salt, int iterations) {
        if (!mechanism.isScram()) {
            throw new IllegalArgumentException(mechanism + " has no stored credentials");
        }
        try {
            return derivePrepared(new Scram(mechanism), SaslPrep.prepare(password), salt, iterations);
        } catch (MechanismException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * Tells whether these are the credentials of a password. Takes time in proportion to the rounds.
     *
     * @param mechanism one of the SCRAM family
     * @param prepared the password, prepared by the rules of SASL
     * @return whether they are
     */
    public boolean isOf(SaslMechanism mechanism, String prepared) {
        ScramCredentials shown = derivePrepared(new Scram(mechanism), prepared, salt, iterations);
        return MessageDigest.isEqual(shown.storedKey.toByteArray(), storedKey.toByteArray());
    }

    static ScramCredentials derivePrepared(Scram scram, String prepared, Binary salt, int iterations) {
        byte[] password = prepared.getBytes(StandardCharsets.UTF_8);
        byte[] salted = scram.saltedPassword(password, salt.toByteArray(), iterations);
        byte[] clientKey = scram.clientKey(salted);
        ScramCredentials credentials = new ScramCredentials(
                salt, iterations, Binary.wrap(scram.hash(clientKey)), Binary.wrap(scram.serverKey(salted)));
        Arrays.fill(password, (byte) 0);
        Arrays.fill(salted, (byte) 0);
        Arrays.fill(clientKey, (byte) 0);
        return credentials;
    }

    /** Shows no key. */
    @Override
    public String toString() {
        return "ScramCredentials[iterations=" + iterations + "]";
    }
}
