package io.amqp10.benchmarks.client;

/**
 * A client library behind the few things that are measured. Each method is called once on an application thread and
 * returns when the meter is stopped and what was begun is done.
 */
public interface ClientUnderTest extends AutoCloseable {

    /** How many messages may be unconfirmed where neither the library nor the peer's credit sets a limit. */
    int MAX_IN_FLIGHT = 2_000;

    /** How many octets may be unconfirmed there. */
    int MAX_BYTES_IN_FLIGHT = 32_000_000;

    /** How many messages a receiver lets come ahead of the application. */
    int CREDIT_WINDOW = 1_000;

    /** How many messages are on their way to and fro; fewer than the credit for them to come back. */
    int TO_AND_FRO = 500;

    /**
     * Returns how many messages of a size may be unconfirmed where neither the library nor the peer's credit sets a limit.
     *
     * @param bodyBytes the size of a message's body
     * @return the number of messages, an even one
     */
    static int maxInFlight(int bodyBytes) {
        return Math.min(MAX_IN_FLIGHT, 2 * Math.max(1, MAX_BYTES_IN_FLIGHT / 2 / bodyBytes));
    }

    /**
     * Connects without credentials to the loopback interface.
     *
     * @param target where to
     * @throws Exception if that fails
     */
    void connect(Target target) throws Exception;

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
     * Sends {@link #TO_AND_FRO} messages, and one more for each that comes back, until the meter is stopped. A message is
     * complete when its body was read and it was accepted.
     *
     * @param address where to send to
     * @param replyAddress where they come back
     * @param meter what to tell
     * @throws Exception if a message is not as it should be
     */
    default void sendAndReceive(String address, String replyAddress, Meter meter) throws Exception {
        throw notMeasured();
    }

    /**
     * Sends a request, waits for its reply, and so on until the meter is stopped.
     *
     * @param address where to send to
     * @param replyAddress where to receive from
     * @param meter what to tell
     * @throws Exception if a reply is missing
     */
    default void request(String address, String replyAddress, Meter meter) throws Exception {
        throw notMeasured();
    }

    /**
     * Sends when the pace says so and receives what comes back, until the meter is stopped.
     *
     * @param address where to send to
     * @param replyAddress where they come back
     * @param pace when to send
     * @param meter what to tell
     * @throws Exception if a message is not as it should be
     */
    default void paced(String address, String replyAddress, Pace pace, Meter meter) throws Exception {
        throw notMeasured();
    }

    /**
     * Returns what a workload throws that makes no sense with a client.
     *
     * @return a new exception
     */
    static UnsupportedOperationException notMeasured() {
        return new UnsupportedOperationException("not measured with this client");
    }

    /** Closes the connection. */
    @Override
    void close();
}
