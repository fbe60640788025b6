package io.amqp10.benchmarks.client;

import io.amqp10.benchmarks.raw.RawClient;
import io.amqp10.benchmarks.raw.RawCrowd;
import java.util.List;
import java.util.function.Function;

/** The libraries that are compared. */
public enum ClientKind {
    /** Ours. */
    AMQP10("amqp10", load -> new Amqp10Client(load, Amqp10Client.Payload.OCTETS)),
    /** Qpid ProtonJ2's client. */
    PROTONJ2("protonj2-client", Protonj2Client::new),
    /** Qpid JMS. */
    QPID_JMS("qpid-jms-client", QpidJmsClient::new),
    /** RabbitMQ's client for AMQP 1.0. */
    RABBITMQ_CLIENT("RabbitMQ client", RabbitMqClient::new),
    /** Vert.x AMQP client, the application's code on its event loop. */
    VERTX_LOOP("vertx-amqp (loop)", load -> new VertxClient(load, true)),
    /** Vert.x AMQP client, the application's code on a thread of its own. */
    VERTX_THREAD("vertx-amqp (thread)", load -> new VertxClient(load, false)),
    /** Qpid Proton C++, a program of its own. */
    PROTON_CPP("Proton C++", load -> {
        throw new UnsupportedOperationException("this client runs in no JVM");
    }),
    /** No library at all. */
    RAW("raw socket", load -> load.connections() == 0 ? new RawClient(load.bodyBytes()) : new RawCrowd(load)),
    /** No library at all, but an array in the heap for each message, as libraries for Java mostly have. */
    RAW_ARRAYS("raw socket, arrays", load -> new RawClient(load.bodyBytes(), true)),
    /** Ours, sending what is outside of the heap, as the raw socket does. */
    AMQP10_DIRECT("amqp10, direct buffers", load -> new Amqp10Client(load, Amqp10Client.Payload.DIRECT)),
    /** Ours, with bodies that are streams. */
    AMQP10_STREAMED("amqp10, streamed", StreamClient::new),
    /** Ours, with octets of bodies taken where the network put them. */
    AMQP10_CONSUMER("amqp10, consumer", ConsumingClient::new),
    /** Ours without the native library, so that Linux counts each of its writes. */
    AMQP10_NIO("amqp10, NIO", load -> new Amqp10Client(load, Amqp10Client.Payload.OCTETS)),
    /** Ours, with strings for bodies. */
    AMQP10_TEXT("amqp10, strings", load -> new Amqp10Client(load, Amqp10Client.Payload.TEXT)),
    /** Ours through Spring, with strings for bodies. */
    SPRING("amqp10 through Spring, strings", SpringClient::new),
    /** Ours with a future for each message. */
    FUTURES("futures", load -> new WayClient(load, WayClient.Way.FUTURES, 1)),
    /** Ours with events alone. */
    HANDLERS("event handlers", load -> new WayClient(load, WayClient.Way.HANDLERS, 1)),
    /** Ours with calls that wait. */
    BLOCKING("blocking, 64 platform threads", load -> new WayClient(load, WayClient.Way.PLATFORM_THREADS, 64)),
    /** Ours with calls that wait, on virtual threads. */
    VIRTUAL("blocking, 64 virtual threads", load -> new WayClient(load, WayClient.Way.VIRTUAL_THREADS, 64)),
    /** Ours with calls that wait, on many virtual threads. */
    VIRTUAL_MANY("blocking, 1000 virtual threads", load -> new WayClient(load, WayClient.Way.VIRTUAL_THREADS, 1_000));

    private final String title;
    private final Function<Load, ClientUnderTest> factory;

    ClientKind(String title, Function<Load, ClientUnderTest> factory) {
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
     * Tells whether this is a program of its own and not a library for Java.
     *
     * @return whether it cannot be run in a JVM
     */
    public boolean isNative() {
        return this == PROTON_CPP;
    }

    /**
     * Tells whether this runs only in a JDK with virtual threads.
     *
     * @return whether it uses them
     */
    public boolean needsVirtualThreads() {
        return this == VIRTUAL || this == VIRTUAL_MANY;
    }

    /**
     * Returns what its JVM is told.
     *
     * @return options, mostly none
     */
    public List<String> jvmOptions() {
        return this == AMQP10_NIO ? List.of("-Dio.netty.transport.noNative=true") : List.of();
    }

    /**
     * Tells whether this is another way to use our library, which is compared with that library alone.
     *
     * @return whether it stands in no table beside other libraries
     */
    public boolean isVariant() {
        return compareTo(RAW) > 0;
    }

    /**
     * Tells whether this differs from the others of its library in a workload.
     *
     * @param workload which
     * @return whether to measure it
     */
    public boolean takesPartIn(Workload workload) {
        return switch (this) {
            case VERTX_LOOP, PROTON_CPP, RAW -> workload != Workload.PACED;
            case RABBITMQ_CLIENT -> workload != Workload.SEND_SETTLED;
            case AMQP10_DIRECT -> workload == Workload.SEND;
            case AMQP10_CONSUMER -> workload == Workload.RECEIVE;
            case AMQP10_NIO ->
                workload == Workload.SEND || workload == Workload.SEND_SETTLED || workload == Workload.RECEIVE;
            case VERTX_THREAD -> workload == Workload.SEND || workload == Workload.PACED;
            case RAW_ARRAYS, AMQP10_STREAMED, AMQP10_TEXT, SPRING, FUTURES, HANDLERS, BLOCKING, VIRTUAL, VIRTUAL_MANY ->
                workload == Workload.SEND || workload == Workload.RECEIVE;
            default -> true;
        };
    }

    ClientUnderTest create(Load load) {
        return factory.apply(load);
    }
}
