package io.amqp10.benchmarks.client;

/**
 * A client library behind the few things that are measured. Each method is called once on an application thread and
 * returns when the meter is stopped and what was begun is done.
 */
public interface ClientUnderTest extends AutoCloseable {

    /** How many messages may be unconfirmed where neither the library nor the peer's credit sets a limit. */
    int MAX_IN_FLIGHT = 2_000;

    /** How many messages a receiver lets come ahead of the application. */
    int CREDIT_WINDOW = 1_000;

    /**
     * Connects without credentials to the loopback interface.
     *
     * @param port where to
     * @throws Exception if that fails
     */
    void connect(int port) throws Exception;

    /**
     * Sends until the meter is stopped. Each message is made anew from the same bytes. An unsettled one is complete when
     * its outcome is known to be accepted, a settled one when the library took it.
     *
     * @param address where to
     * @param settled whether to send at most once
     * @param meter what to tell
     * @throws Exception if a message is not accepted
     */
    void send(String address, boolean settled, Meter meter) throws Exception;

    /**
     * Receives until the meter is stopped. A message is complete when its body was read and it was accepted.
     *
     * @param address where from
     * @param meter what to tell
     * @throws Exception if a message is not as it should be
     */
    void receive(String address, Meter meter) throws Exception;

    /**
     * Sends a request, waits for its reply, and so on until the meter is stopped.
     *
     * @param address where to send to
     * @param replyAddress where to receive from
     * @param meter what to tell
     * @throws Exception if a reply is missing
     */
    void request(String address, String replyAddress, Meter meter) throws Exception;

    /** Closes the connection. */
    @Override
    void close();
}
