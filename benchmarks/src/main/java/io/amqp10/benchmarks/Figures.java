package io.amqp10.benchmarks;

/** The names of figures that goals and plots refer to. */
final class Figures {

    static final String CPU = "CPU us/message";
    static final String BYTES = "B/message";
    static final String WRITES = "writes/1000";
    static final String DISPOSITIONS = "dispositions/1000";
    static final String P50 = "p50 us";
    static final String P99 = "p99 us";
    static final String NANOS = "ns";
    static final String CODEC_BYTES = "B";

    static final String CONNECTION_BYTES = "B/connection";
    static final String SENDER_BYTES = "B/sender";
    static final String RECEIVER_BYTES = "B/receiver";
    static final String WAKE_UPS = "wake-ups/connection and heartbeat";

    private Figures() {}
}
