package io.amqp10.engine.sasl;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/**
 * The computations of SCRAM on one digest.
 *
 * @see "RFC 5802, section 3"
 */
final class Scram {

    /** Fewer rounds than this are refused: a server that asks for less helps whoever listens to guess the password. */
    static final int MIN_ITERATIONS = 4_096;

    /** More rounds than this are refused: a server that asks for more wants to keep the client busy. */
    static final int MAX_ITERATIONS = 1_000_000;

    private static final int NONCE_BYTES = 24;
    private static final byte[] CLIENT_KEY = "Client Key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SERVER_KEY = "Server Key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FIRST_BLOCK = {0, 0, 0, 1};
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String digest;
    private final int length;

    Scram(SaslMechanism mechanism) {
        this.digest = mechanism.digest();
        this.length = mechanism.digestLength();
    }

    /** Returns fresh printable text without commas. */
    static String nonce() {
        byte[] bytes = new byte[NONCE_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** The RFC's {@code Hi}: PBKDF2 for one block, as long as the digest. */
    byte[] saltedPassword(byte[] password, byte[] salt, int iterations) {
        try {
            Mac mac = mac(password);
            mac.update(salt);
            mac.update(FIRST_BLOCK);
            byte[] block = mac.doFinal();
            byte[] result = block.clone();
            for (int round = 1; round < iterations; round++) {
                mac.update(block);
                mac.doFinal(block, 0);
                for (int i = 0; i < length; i++) {
                    result[i] ^= block[i];
                }
            }
            return result;
        } catch (ShortBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] clientKey(byte[] saltedPassword) {
        return hmac(saltedPassword, CLIENT_KEY);
    }

    byte[] serverKey(byte[] saltedPassword) {
        return hmac(saltedPassword, SERVER_KEY);
    }

    byte[] hash(byte[] input) {
        try {
            return MessageDigest.getInstance(digest).digest(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no " + digest, e);
        }
    }

    byte[] hmac(byte[] key, byte[] input) {
        return mac(key).doFinal(input);
    }

    byte[] hmac(byte[] key, String input) {
        return hmac(key, input.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] xor(byte[] left, byte[] right) {
        byte[] result = new byte[left.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (byte) (left[i] ^ right[i]);
        }
        return result;
    }

    private Mac mac(byte[] key) {
        String algorithm = "Hmac" + digest.replace("-", "");
        try {
            Mac mac = Mac.getInstance(algorithm);
            // A key is padded with zeros, so a single zero is the empty key, which the class does not take.
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, algorithm));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no " + algorithm, e);
        }
    }
}
