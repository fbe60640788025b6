package io.amqp10;

/** A port that a container listens on. */
public interface Listener extends AutoCloseable {

    /**
     * Returns the port.
     *
     * @return the bound port, from 1 to 65535
     */
    int port();

    /**
     * Returns a URI that a container on this machine can connect to.
     *
     * @return the URI, without credentials
     */
    String uri();

    /** Stops listening; connections that were made stay. Called again, does nothing. */
    @Override
    void close();
}
