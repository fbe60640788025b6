package io.amqp10.benchmarks.client;

import io.amqp10.benchmarks.raw.RawClient;
import java.util.function.IntFunction;

/** The libraries that are compared. */
public enum ClientKind {
    /** Ours. */
    AMQP10("amqp10", Amqp10Client::new),
    /** Qpid ProtonJ2's client. */
    PROTONJ2("protonj2-client", Protonj2Client::new),
    /** Qpid JMS. */
    QPID_JMS("qpid-jms-client", QpidJmsClient::new),
    /** Vert.x AMQP client, the application's code on its event loop. */
    VERTX_LOOP("vertx-amqp (loop)", bodyBytes -> new VertxClient(bodyBytes, true)),
    /** Vert.x AMQP client, the application's code on a thread of its own. */
    VERTX_THREAD("vertx-amqp (thread)", bodyBytes -> new VertxClient(bodyBytes, false)),
    /** No library at all. */
    RAW("raw socket", RawClient::new);

    private final String title;
    private final IntFunction<ClientUnderTest> factory;

    ClientKind(String title, IntFunction<ClientUnderTest> factory) {
        this.title = title;
        this.factory = factory;
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
     * Tells whether this differs from the others of its library in a workload.
     *
     * @param workload which
     * @return whether to measure it
     */
    public boolean takesPartIn(Workload workload) {
        return this != VERTX_THREAD || workload == Workload.SEND;
    }

    ClientUnderTest create(int bodyBytes) {
        return factory.apply(bodyBytes);
    }
}
