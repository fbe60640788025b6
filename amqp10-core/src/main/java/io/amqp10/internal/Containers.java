package io.amqp10.internal;

import io.amqp10.Container;
import io.amqp10.ContainerOptions;
import io.amqp10.ScramCredentials;
import io.amqp10.engine.sasl.SaslMechanism;
import io.amqp10.types.Binary;
import java.security.SecureRandom;
import java.util.List;

/** Makes the containers that the API hands out. */
public final class Containers {

    private static final int SALT_BYTES = 16;

    private Containers() {}

    /**
     * Makes a container.
     *
     * @param options how
     * @return the container, started
     */
    public static Container create(ContainerOptions options) {
        return new RunningContainer(options);
    }

    /**
     * Finds SASL mechanisms by their names.
     *
     * @param names the names, in capitals or not
     * @return the names on the wire
     * @throws IllegalArgumentException if this library has none of one of these names
     */
    public static List<String> saslMechanisms(List<String> names) {
        return SaslMechanism.parse(names).stream().map(SaslMechanism::toString).toList();
    }

    /**
     * Derives what a server keeps of a password.
     *
     * @param mechanism one of the SCRAM family
     * @param password the password
     * @param salt the salt
     * @param iterations the rounds
     * @return the credentials
     * @throws IllegalArgumentException if the mechanism is none of the family, or the password holds what SASL prohibits
     */
    public static ScramCredentials scramCredentials(String mechanism, String password, Binary salt, int iterations) {
        var derived = io.amqp10.engine.sasl.ScramCredentials.derive(
                SaslMechanism.parse(List.of(mechanism)).get(0), password, salt, iterations);
        return new ScramCredentials(derived.salt(), derived.iterations(), derived.storedKey(), derived.serverKey());
    }

    /**
     * Makes a salt.
     *
     * @return 16 octets that nobody can guess
     */
    public static Binary randomSalt() {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return Binary.wrap(salt);
    }
}
