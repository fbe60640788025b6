package io.amqp10.benchmarks.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.benchmarks.raw.RawServer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(180)
class ClientsTest {

    private static final int BODY_BYTES = 64;
    private static final long MESSAGES = 50;

    static Stream<Arguments> cases() {
        return Arrays.stream(ClientKind.values()).flatMap(client -> Arrays.stream(Workload.values())
                .filter(client::takesPartIn)
                .map(workload -> Arguments.of(client, workload)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void whatTheClientCountsIsWhatTheServerSaw(ClientKind client, Workload workload) throws Exception {
        try (RawServer server = new RawServer(BODY_BYTES)) {
            String result = ClientProcess.run(new ClientProcess.Task(
                    client,
                    workload,
                    server.port(),
                    server.port(),
                    workload.sinkAddress(),
                    BODY_BYTES,
                    1,
                    1,
                    MESSAGES,
                    0));
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
            if (workload == Workload.REQUEST_REPLY) {
                assertThat(value(result, "p50Nanos")).isPositive();
                assertThat(value(seen, "deliveriesOut")).isEqualTo(value(result, "totalSent"));
            }
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
