package io.amqp10.benchmarks;

import io.amqp10.benchmarks.broker.ArtemisProcess;
import io.amqp10.benchmarks.client.Tls;
import io.amqp10.benchmarks.raw.RawServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The servers, each started when first needed and kept until the end. */
final class Peers implements AutoCloseable {

    private static final String SINK_HEAP = "256m";
    private static final String CROWD_HEAP = "1g";
    private static final String BROKER_HEAP = "2g";

    private final Map<String, String> facts;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private JavaProcess.@Nullable Server sink;
    private JavaProcess.@Nullable Server tlsSink;
    private JavaProcess.@Nullable Server crowdSink;
    private @Nullable Artemis artemis;
    private @Nullable RabbitMq rabbitMq;
    private @Nullable Path store;

    /**
     * Makes servers of which none is started.
     *
     * @param facts where to note what is known of one that somebody else started
     */
    Peers(Map<String, String> facts) {
        this.facts = facts;
    }

    /** The raw server. */
    JavaProcess.Server sink() throws IOException {
        if (sink == null || !sink.process().isAlive()) {
            sink = server(SINK_HEAP, RawServer.class);
        }
        return sink;
    }

    /** The raw server for thousands of connections. */
    JavaProcess.Server crowdSink() throws IOException {
        if (crowdSink == null || !crowdSink.process().isAlive()) {
            crowdSink = server(CROWD_HEAP, RawServer.class, "small");
        }
        return crowdSink;
    }

    /** The raw server under TLS. */
    JavaProcess.Server tlsSink() throws IOException {
        if (tlsSink == null || !tlsSink.process().isAlive()) {
            tlsSink = server(SINK_HEAP, RawServer.class, "tls", store());
        }
        return tlsSink;
    }

    /** The file with the key and the certificate of {@link #tlsSink}. */
    String store() throws IOException {
        if (store == null) {
            Path directory = Files.createTempDirectory("amqp10-benchmarks");
            Path made = directory.resolve("server.p12");
            Tls.makeStore(made);
            started.push(() -> {
                Files.delete(made);
                Files.delete(Tls.certificate(made));
                Files.delete(directory);
            });
            store = made;
        }
        return store.toString();
    }

    /** Artemis in memory. */
    ClientRuns.Broker artemis() throws IOException {
        if (artemis == null || !artemis.process().isAlive()) {
            artemis = new Artemis(server(BROKER_HEAP, ArtemisProcess.class));
        }
        return artemis;
    }

    /** The RabbitMQ that {@link RabbitMq#url} names. */
    ClientRuns.Broker rabbitMq() {
        if (rabbitMq == null) {
            RabbitMq connected = RabbitMq.connect();
            started.push(connected);
            facts.put("broker", connected.version());
            rabbitMq = connected;
        }
        return rabbitMq;
    }

    private JavaProcess.Server server(String heap, Class<?> main, String... arguments) throws IOException {
        JavaProcess.Server server = JavaProcess.startServer(heap, main, arguments);
        started.push(server);
        return server;
    }

    private record Artemis(JavaProcess.Server server) implements ClientRuns.Broker {

        JavaProcess process() {
            return server.process();
        }

        @Override
        public int port() {
            return server.port();
        }

        @Override
        public long queueMessages() {
            return 250_000;
        }

        @Override
        public String declare(String queue) {
            // It makes queues for those who use them.
            return queue;
        }

        @Override
        public long delete(String queue) throws IOException {
            return server.ask("delete " + queue).get("messages");
        }
    }

    /** Ends them all. */
    @Override
    public void close() throws IOException {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}
