package io.amqp10.benchmarks.client;

/** What is measured. */
public enum Workload {
    /** At least once, an outcome for each message. */
    SEND("send, unsettled"),
    /** At most once. */
    SEND_SETTLED("send, settled"),
    /** Accepted after the listener. */
    RECEIVE("receive"),
    /** One request in flight. */
    REQUEST_REPLY("request/reply");

    private final String title;

    Workload(String title) {
        this.title = title;
    }

    /**
     * Returns what tables call it.
     *
     * @return a few words
     */
    public String title() {
        return title;
    }

    void run(ClientUnderTest client, String address, Meter meter) throws Exception {
        switch (this) {
            case SEND -> client.send(address, false, meter);
            case SEND_SETTLED -> client.send(address, true, meter);
            case RECEIVE -> client.receive(address, meter);
            case REQUEST_REPLY -> client.request(address, address.equals("echo") ? "reply" : address, meter);
        }
    }

    /**
     * Returns the raw server's address for this.
     *
     * @return the address
     */
    public String sinkAddress() {
        return switch (this) {
            case SEND, SEND_SETTLED -> "sink";
            case RECEIVE -> "source";
            case REQUEST_REPLY -> "echo";
        };
    }
}
