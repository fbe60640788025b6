package io.amqp10.benchmarks.client;

/** What is measured. */
public enum Workload {
    /** At least once, an outcome for each message. */
    SEND("send, unsettled", "sink"),
    /** At most once. */
    SEND_SETTLED("send, settled", "sink"),
    /** Accepted after the listener. */
    RECEIVE("receive", "source"),
    /** Hundreds of messages on their way to and fro; each that comes back is followed by the next. */
    SEND_AND_RECEIVE("send and receive", "echo"),
    /** One request in flight. */
    REQUEST_REPLY("request/reply", "echo"),
    /** Messages begun at a fixed rate, each timed from when it should have been begun until it came back. */
    PACED("to and fro", "echo");

    private final String title;
    private final String sinkAddress;

    Workload(String title, String sinkAddress) {
        this.title = title;
        this.sinkAddress = sinkAddress;
    }

    /**
     * Returns what tables call it.
     *
     * @return a few words
     */
    public String title() {
        return title;
    }

    /**
     * Returns the raw server's address for this.
     *
     * @param bodyBytes the size of a message's body
     * @return the address
     */
    public String sinkAddress(int bodyBytes) {
        return this == RECEIVE ? sinkAddress + "/" + bodyBytes : sinkAddress;
    }

    /**
     * Tells whether latencies are recorded.
     *
     * @return whether the figures have percentiles
     */
    public boolean hasLatencies() {
        return this == REQUEST_REPLY || this == PACED;
    }

    void run(ClientUnderTest client, String address, Load load, Meter meter) throws Exception {
        String replyAddress = address.equals("echo") ? "reply" : address;
        switch (this) {
            case SEND -> client.send(address, false, meter);
            case SEND_SETTLED -> client.send(address, true, meter);
            case RECEIVE -> client.receive(address, meter);
            case SEND_AND_RECEIVE -> client.sendAndReceive(address, replyAddress, meter);
            case REQUEST_REPLY -> client.request(address, replyAddress, meter);
            case PACED -> client.paced(address, replyAddress, new Pace(load.rate()), meter);
        }
    }
}
