package io.amqp10.benchmarks.client;

/**
 * Where a client connects to, on the loopback interface.
 *
 * @param port the port
 * @param address what it sends to or receives from
 * @param trustStore a PKCS #12 file with the server's certificate, if TLS is to be spoken; else empty
 */
public record Target(int port, String address, String trustStore) {

    /**
     * Returns a target without TLS.
     *
     * @param port the port
     * @param address what to send to or receive from
     * @return the target
     */
    public static Target of(int port, String address) {
        return new Target(port, address, "");
    }

    /**
     * Tells whether TLS is spoken.
     *
     * @return whether there is a trust store
     */
    public boolean tls() {
        return !trustStore.isEmpty();
    }
}
