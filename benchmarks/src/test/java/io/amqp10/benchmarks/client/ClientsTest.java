package io.amqp10.benchmarks.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.Container;
import io.amqp10.benchmarks.raw.RawServer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(600)
class ClientsTest {

    private static final int BODY_BYTES = 64;
    private static final long MESSAGES = 50;
    private static final long RATE = 5_000;
    private static final int LARGE_BYTES = 300_000;

    static Stream<Arguments> cases() {
        return Arrays.stream(ClientKind.values()).flatMap(client -> Arrays.stream(Workload.values())
                .filter(workload -> !client.isNative() && client.takesPartIn(workload))
                .filter(workload -> !client.needsVirtualThreads() || VirtualThreads.areHere())
                .map(workload -> Arguments.of(client, workload)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatTheClientCountsIsWhatTheServerSaw(ClientKind client, Workload workload) throws Exception {
        try (RawServer server = new RawServer()) {
            Target target = Target.of(server.port(), workload.sinkAddress(BODY_BYTES));
            String result = ClientProcess.run(new Task(
                    client,
                    workload,
                    Load.of(BODY_BYTES).rate(workload == Workload.PACED ? RATE : 0),
                    target,
                    target,
                    // only what is begun in the window has a latency
                    workload.hasLatencies()
                            ? new Window(1, 20, 100, Long.MAX_VALUE, 0, 0)
                            : new Window(1, 1, 1, MESSAGES, 0, 0)));
            String seen = server.stats();
            while (value(seen, "connections") > 0) {
                seen = server.stats();
            }

            assertThat(value(result, "messages")).isPositive();
            assertThat(value(result, "allocatedBytes")).isPositive();
            assertThat(value(seen, "errors")).isZero();
            assertThat(value(seen, "deliveriesIn")).isEqualTo(value(result, "totalSent"));
            if (workload == Workload.RECEIVE) {
                assertThat(value(seen, "acceptedIn")).isGreaterThanOrEqualTo(value(result, "totalCompleted"));
            }
            if (workload.hasLatencies()) {
                assertThat(value(result, "p50Nanos")).isPositive();
            }
            if (workload.sinkAddress(BODY_BYTES).equals("echo")) {
                assertThat(value(seen, "deliveriesOut")).isEqualTo(value(result, "totalSent"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "AMQP10, SEND",
        "AMQP10, RECEIVE",
        "PROTONJ2, SEND",
        "PROTONJ2, RECEIVE",
        "QPID_JMS, SEND",
        "QPID_JMS, RECEIVE",
        "RABBITMQ_CLIENT, SEND",
        "RABBITMQ_CLIENT, RECEIVE",
        "VERTX_LOOP, SEND",
        "VERTX_LOOP, RECEIVE",
        "RAW, SEND",
        "RAW, RECEIVE"
    })
    void largeMessagesInSeveralFramesUnderTlsArriveToo(ClientKind client, Workload workload, @TempDir Path directory)
            throws Exception {
        Path store = directory.resolve("server.p12");
        Tls.makeStore(store);
        try (RawServer server = new RawServer(store.toString())) {
            Target target = new Target(server.port(), workload.sinkAddress(LARGE_BYTES), store.toString());
            Task task = new Task(
                    client, workload, Load.of(LARGE_BYTES), target, target, new Window(1, 1, 1, MESSAGES, 0, 0));
            String result = ClientProcess.run(task);
            String seen = server.stats();
            while (value(seen, "connections") > 0) {
                seen = server.stats();
            }

            assertThat(value(result, "messages")).isPositive();
            assertThat(value(seen, "errors")).isZero();
            assertThat(value(seen, "deliveriesIn")).isEqualTo(value(result, "totalSent"));
            assertThat(value(seen, workload == Workload.SEND ? "deliveriesIn" : "deliveriesOut"))
                    .isGreaterThanOrEqualTo(value(result, "totalCompleted"));
        }
    }

    @ParameterizedTest
    @CsvSource({"SEND, 300, 0, 0", "RECEIVE, 300, 0, 0", "SEND, 0, 7, 0", "RECEIVE, 0, 7, 0", "SEND, 0, 0, 5"})
    void othersAreUnsettledOrConnectedAllTheTime(Workload workload, int unsettled, int connections, int underWay)
            throws Exception {
        try (RawServer server = new RawServer()) {
            Target target = Target.of(server.port(), workload.sinkAddress(BODY_BYTES));
            Load load = Load.of(BODY_BYTES)
                    .unsettled(unsettled)
                    .connections(connections)
                    .underWay(underWay);
            String result = ClientProcess.run(
                    new Task(ClientKind.AMQP10, workload, load, target, target, new Window(1, 1, 1, MESSAGES, 0, 0)));
            String seen = server.stats();
            while (value(seen, "connections") > 0) {
                seen = server.stats();
            }

            assertThat(value(seen, "errors")).isZero();
            assertThat(value(seen, "deliveriesIn"))
                    .isEqualTo(value(result, "totalSent") + (workload == Workload.SEND ? unsettled : 0));
            if (workload == Workload.RECEIVE) {
                assertThat(value(seen, "acceptedIn"))
                        .isBetween(value(result, "totalCompleted"), value(seen, "deliveriesOut") - unsettled);
            }
        }
    }

    @Test
    void commandLineSaysAllOfATask() {
        Load load = new Load(1, 2, 3, 4, 5, 6);
        Task task = new Task(
                ClientKind.AMQP10,
                Workload.SEND,
                load,
                new Target(7, "warm", "store"),
                Target.of(8, "measured"),
                new Window(9, 10, 11, 12, 13, 14));

        assertThat(Task.of(task.toArguments())).isEqualTo(task);
    }

    @ParameterizedTest
    @EnumSource(names = {"SEND", "RECEIVE"})
    void theFirstMessagesOfSeveralConnectionsAreMeasured(Workload workload) throws Exception {
        try (RawServer server = new RawServer()) {
            String result = GrowthProcess.run(server.port(), workload, 500, 200, 1);

            assertThat(value(result, "messages")).isEqualTo(2_000);
            // the warm-up goes on until the compiler is at rest
            assertThat(value(result, "totalCompleted")).isGreaterThanOrEqualTo(2_200);
            assertThat(value(result, "allocatedBytes")).isPositive();
            assertThat(value(server.stats(), "deliveriesIn")).isEqualTo(value(result, "totalSent"));
        }
    }

    @Test
    void idleConnectionsAreOpenWhileTheyAreMeasured() throws Exception {
        try (RawServer server = new RawServer();
                Container container = Container.create()) {
            String result = IdleProcess.run(container, "amqp://127.0.0.1:" + server.port(), 30, 0);

            assertThat(value(result, "open")).isEqualTo(31);
            assertThat(value(server.stats(), "connections")).isEqualTo(31);
            assertThat(result)
                    .contains(" heap=", " direct=", " sender=", " senderDirect=", " receiver=", " receiverDirect=")
                    .contains(" wakeUps=");
        }
    }

    private static long value(String pairs, String name) {
        return Arrays.stream(pairs.split(" ", -1))
                .filter(pair -> pair.startsWith(name + "="))
                .mapToLong(pair -> Long.parseLong(pair.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }
}
