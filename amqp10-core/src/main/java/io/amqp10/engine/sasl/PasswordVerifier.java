package io.amqp10.engine.sasl;

import io.amqp10.types.Binary;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Knows users by their passwords. For a user that it does not know it computes the same, on a password that nobody has, so
 * that neither the answer nor its time tells who exists.
 */
final class PasswordVerifier implements CredentialsVerifier {

    /** More than the least that clients accept, and still some milliseconds only. */
    static final int ITERATIONS = 10_000;

    private static final int SALT_BYTES = 16;

    private final Map<String, String> passwords = new HashMap<>();
    private final Scram sha256 = new Scram(SaslMechanism.SCRAM_SHA_256);
    private final byte[] secret = Scram.random(32);
    private final String nobodysPassword = Scram.nonce();

    PasswordVerifier(Map<String, String> passwords) {
        passwords.forEach((user, password) -> {
            try {
                this.passwords.put(SaslPrep.prepare(user), SaslPrep.prepare(password));
            } catch (MechanismException e) {
                throw new IllegalArgumentException(e.getMessage(), e);
            }
        });
    }

    @Override
    public Set<SaslMechanism> mechanisms() {
        return passwords.isEmpty() ? EnumSet.of(SaslMechanism.EXTERNAL) : CredentialsVerifier.super.mechanisms();
    }

    @Override
    public boolean verifyPassword(String user, String password) {
        String expected = passwords.getOrDefault(user, nobodysPassword);
        // Of the digests, so that not even the lengths differ.
        boolean same = MessageDigest.isEqual(sha256.hmac(secret, expected), sha256.hmac(secret, password));
        return same & passwords.containsKey(user);
    }

    @Override
    public ScramCredentials scramCredentials(SaslMechanism mechanism, String user) {
        byte[] salt = new byte[SALT_BYTES];
        System.arraycopy(sha256.hmac(secret, mechanism + "\0" + user), 0, salt, 0, SALT_BYTES);
        String password = passwords.getOrDefault(user, nobodysPassword);
        return ScramCredentials.derivePrepared(new Scram(mechanism), password, Binary.wrap(salt), ITERATIONS);
    }

    /** Shows no password. */
    @Override
    public String toString() {
        return "PasswordVerifier[users=" + passwords.size() + "]";
    }
}
