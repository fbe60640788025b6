package io.amqp10.testkit;

import org.apache.qpid.protonj2.client.exceptions.ClientException;

/** ProtonJ2's client, which knows mechanisms that Debian's Proton and rhea do not. */
public final class ProtonJ2 {

    private ProtonJ2() {}

    /**
     * Sends a message.
     *
     * @param port where to, on 127.0.0.1
     * @param user who sends
     * @param password the user's
     * @param mechanism the only SASL mechanism to use
     * @param address the target's
     * @return whether it was accepted
     * @throws IllegalStateException if there is no connection
     */
    public static boolean send(int port, String user, String password, String mechanism, String address)
            throws ClientException {
        try (ForeignClient client = ForeignClient.connect(port, ForeignClient.passwords(user, password, mechanism))) {
            return client.send(address, "a secret well kept") == 1;
        }
    }
}
