package io.amqp10;

import io.amqp10.internal.Containers;
import io.amqp10.types.Binary;

/**
 * What is stored of a password for one mechanism of the SCRAM family: enough to check who knows the password, not enough to
 * pose as that one.
 *
 * @param salt the salt, at least one octet
 * @param iterations the rounds that turned the password into keys, from 1; clients refuse fewer than 4096 or so
 * @param storedKey the digest of the client's key, as long as the mechanism's digest
 * @param serverKey the key that the server signs with, as long
 * @see "RFC 5802, section 3"
 */
public record ScramCredentials(Binary salt, int iterations, Binary storedKey, Binary serverKey) {

    /** The rounds that {@link #derive(String, String)} takes. */
    public static final int DEFAULT_ITERATIONS = 10_000;

    /**
     * Checks the parts.
     *
     * @param salt the salt
     * @param iterations the rounds
     * @param storedKey the digest of the client's key
     * @param serverKey the server's key
     * @throws IllegalArgumentException if one is empty or out of range
     */
    public ScramCredentials {
        Checks.range("iterations", iterations, 1, Integer.MAX_VALUE);
        if (salt.length() == 0 || storedKey.length() == 0 || storedKey.length() != serverKey.length()) {
            throw new IllegalArgumentException(
                    "salt and keys must not be empty, and both keys are as long as the digest");
        }
    }

    /**
     * Derives credentials from a password, with a fresh salt. Takes some milliseconds.
     *
     * @param mechanism the mechanism, such as {@code SCRAM-SHA-256}
     * @param password the password
     * @return the credentials, to be stored
     * @throws IllegalArgumentException if there is no such mechanism in the family, or the password holds what SASL prohibits
     */
    public static ScramCredentials derive(String mechanism, String password) {
        return derive(mechanism, password, Containers.randomSalt(), DEFAULT_ITERATIONS);
    }

    /**
     * Derives credentials from a password. Takes time in proportion to the rounds.
     *
     * @param mechanism the mechanism, such as {@code SCRAM-SHA-256}
     * @param password the password
     * @param salt the salt, at least one octet, another one for each user
     * @param iterations the rounds, from 1
     * @return the credentials, to be stored
     * @throws IllegalArgumentException if there is no such mechanism in the family, or the password holds what SASL prohibits
     */
    public static ScramCredentials derive(String mechanism, String password, Binary salt, int iterations) {
        return Containers.scramCredentials(mechanism, password, salt, iterations);
    }

    /** Shows no key. */
    @Override
    public String toString() {
        return "ScramCredentials[iterations=" + iterations + "]";
    }
}
