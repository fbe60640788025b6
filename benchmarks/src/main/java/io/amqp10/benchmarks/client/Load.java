package io.amqp10.benchmarks.client;

/**
 * How much a client has to do.
 *
 * @param bodyBytes the size of a message's body
 * @param links over how many links messages are sent or received, all in one session
 * @param rate how many messages a second are begun; 0 for as many as the client can
 * @param unsettled how many other messages are unsettled in the same session all the time
 * @param connections over how many connections bursts of messages are sent, or messages are received; 0 for one without bursts
 * @param underWay how many messages may have been sent without an outcome; 0 if only queues and the peer's credit bound them
 */
public record Load(int bodyBytes, int links, long rate, int unsettled, int connections, int underWay) {

    /** How many messages many connections send, one after the other, and let come ahead of what is settled. */
    public static final int BURST = 64;

    /** In how many bursts at most messages are unsettled. */
    public static final int BURSTS_UNDER_WAY = 32;

    private static final long WARM_UP_MESSAGES = 400_000;
    private static final long WARM_UP_BYTES = 500_000_000;
    private static final long WARM_UP_REQUESTS = 30_000;
    private static final long WARM_UP_BURSTS = 5;

    /**
     * Returns a load of one link, as fast as the client can.
     *
     * @param bodyBytes the size of a message's body
     * @return the load
     */
    public static Load of(int bodyBytes) {
        return new Load(bodyBytes, 1, 0, 0, 0, 0);
    }

    /**
     * Returns the same over several links.
     *
     * @param value how many
     * @return the load
     */
    public Load links(int value) {
        return new Load(bodyBytes, value, rate, unsettled, connections, underWay);
    }

    /**
     * Returns the same at a fixed rate.
     *
     * @param value messages a second
     * @return the load
     */
    public Load rate(long value) {
        return new Load(bodyBytes, links, value, unsettled, connections, underWay);
    }

    /**
     * Returns the same with messages that nobody settles.
     *
     * @param value how many
     * @return the load
     */
    public Load unsettled(int value) {
        return new Load(bodyBytes, links, rate, value, connections, underWay);
    }

    /**
     * Returns the same over several connections.
     *
     * @param value how many
     * @return the load
     */
    public Load connections(int value) {
        return new Load(bodyBytes, links, rate, unsettled, value, underWay);
    }

    /**
     * Returns the same with a bound for the messages that are sent and have no outcome.
     *
     * @param value how many
     * @return the load
     */
    public Load underWay(int value) {
        return new Load(bodyBytes, links, rate, unsettled, connections, value);
    }

    /**
     * Returns how many messages a client has to have done before its figures count: so many that also libraries that need
     * long are compiled.
     *
     * @param workload what it does
     * @return the number of messages
     */
    public long warmUpMessages(Workload workload) {
        if (rate > 0) {
            return Math.min(WARM_UP_REQUESTS, 3 * rate);
        }
        long most = workload == Workload.REQUEST_REPLY ? WARM_UP_REQUESTS : WARM_UP_MESSAGES;
        return Math.max(Math.min(most, WARM_UP_BYTES / bodyBytes), connections * WARM_UP_BURSTS * BURST);
    }
}
