package io.amqp10.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.testkit.TlsMaterial.Identity;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The foreign programs against each other and against Artemis, so that ours is the only unknown where it meets them.
 */
final class ForeignProgramsIT {

    private static final String[] CLIENT_TLS = {
        "--ca", TlsMaterial.get().authority().toString()
    };
    private static final String[] SERVER_TLS = {
        "--cert", TlsMaterial.get().certificate(Identity.SERVER).toString(),
        "--key", TlsMaterial.get().privateKey(Identity.SERVER).toString()
    };

    private static ArtemisBroker broker;

    @BeforeAll
    static void start() {
        broker = ArtemisBroker.started();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Nested
    final class Proton {
        private final ProtonPython proton = ProtonPython.require();

        @Test
        void helloWorldComesBack() {
            assertThat(proton.start("hello_world", broker.uri(), "proton.hello").awaitSuccess())
                    .containsExactly("Hello World!");
        }

        @Test
        void directReceiverTakesWhatASenderSends() {
            int port = FreePorts.next();
            try (ForeignProgram receiver = proton.start("direct_receive", String.valueOf(port), "3")) {
                receiver.awaitLine("LISTENING");
                proton.start("send", "amqp://127.0.0.1:" + port, "any", "3").awaitSuccess();
                assertThat(receiver.awaitSuccess()).hasSize(4).contains("{'sequence': 3}");
            }
        }

        @Test
        void serverKeepsMessagesForReceivers() {
            int port = FreePorts.next();
            String url = "amqp://127.0.0.1:" + port;
            try (ForeignProgram server = proton.startServer(port)) {
                assertThat(proton.start("send", url, "q", "1000").awaitSuccess())
                        .containsExactly("confirmed 1000");
                assertThat(proton.start("receive", url, "q", "1000", "--quiet").awaitSuccess())
                        .containsExactly("different 1000", "received 1000");
                assertThat(server.lines()).hasSize(1);
            }
        }

        @Test
        void serverAnswersWithTheOutcomeAskedFor() {
            int port = FreePorts.next();
            String url = "amqp://127.0.0.1:" + port;
            try (ForeignProgram server = proton.startServer(port)) {
                assertThat(proton.start("send", url, "reject.it", "1").awaitSuccess())
                        .first()
                        .asString()
                        .contains("app:refused");
                assertThat(proton.start("send", url, "nowhere", "1").awaitEnd())
                        .containsExactly("error Condition('amqp:not-found', 'there is no node nowhere')");
                assertThat(server.lines()).hasSize(1);
            }
        }

        @Test
        void serverSpeaksTls() {
            int port = FreePorts.next();
            try (ForeignProgram server = proton.startServer(port, SERVER_TLS)) {
                assertThat(proton.start("send", "amqps://localhost:" + port, "q", "1", CLIENT_TLS[0], CLIENT_TLS[1])
                                .awaitSuccess())
                        .containsExactly("confirmed 1");
                assertThat(server.lines()).hasSize(1);
            }
        }

        @Test
        void requestsAreAnsweredInUpperCase() {
            try (ForeignProgram server = proton.start("upper_server", broker.uri(), "proton.upper", "3")) {
                server.awaitLine("READY");
                assertThat(proton.start("request_client", broker.uri(), "proton.upper", "3")
                                .awaitSuccess())
                        .containsExactly("line 1 => LINE 1", "line 2 => LINE 2", "line 3 => LINE 3");
                server.awaitSuccess();
            }
        }

        @Test
        void refusedPortIsReported() {
            ForeignProgram program = proton.start("send", "amqp://127.0.0.1:" + FreePorts.next(), "q", "1");
            assertThat(program.awaitEnd()).singleElement().asString().contains("Connection refused");
        }
    }

    @Nested
    final class JavaScript {
        private final Rhea rhea = Rhea.require();

        @Test
        void serverKeepsMessagesForReceivers() {
            int port = FreePorts.next();
            String url = "amqp://alice:alice-secret@127.0.0.1:" + port;
            try (ForeignProgram server = rhea.startServer(port)) {
                assertThat(rhea.start("send", url, "q", "1000").awaitSuccess()).containsExactly("confirmed 1000");
                assertThat(rhea.start("receive", url, "q", "1000", "--quiet").awaitSuccess())
                        .containsExactly("different 1000", "received 1000");
                assertThat(server.lines()).hasSize(1);
            }
        }

        @Test
        void serverAnswersWithTheOutcomeAskedFor() {
            int port = FreePorts.next();
            String url = "amqp://127.0.0.1:" + port;
            try (ForeignProgram server = rhea.startServer(port)) {
                assertThat(rhea.start("send", url, "reject.it", "1").awaitSuccess())
                        .containsExactly("refused rejected app:refused", "confirmed 0");
                assertThat(rhea.start("send", url, "nowhere", "1").awaitEnd())
                        .containsExactly("error sender_error amqp:not-found");
                assertThat(rhea.start("send", "amqp://alice:wrong@127.0.0.1:" + port, "q", "1")
                                .awaitEnd())
                        .containsExactly("error connection_error amqp:unauthorized-access");
                assertThat(server.lines()).hasSize(1);
            }
        }

        @Test
        void serverSpeaksTls() {
            int port = FreePorts.next();
            try (ForeignProgram server = rhea.startServer(port, SERVER_TLS)) {
                assertThat(rhea.start("send", "amqps://localhost:" + port, "q", "1", CLIENT_TLS[0], CLIENT_TLS[1])
                                .awaitSuccess())
                        .containsExactly("confirmed 1");
                assertThat(server.lines()).hasSize(1);
            }
        }

        @Test
        void requestsAreAnsweredInUpperCase() {
            int port = FreePorts.next();
            for (String url : List.of(broker.uri(), "amqp://127.0.0.1:" + port)) {
                try (ForeignProgram inMemory = rhea.startServer(port);
                        ForeignProgram server = rhea.start("upper_server", url, "rhea.upper", "3")) {
                    server.awaitLine("READY");
                    assertThat(rhea.start("request_client", url, "rhea.upper", "3")
                                    .awaitSuccess())
                            .containsExactly("line 1 => LINE 1", "line 2 => LINE 2", "line 3 => LINE 3");
                    server.awaitSuccess();
                    assertThat(inMemory.lines()).hasSize(1);
                }
            }
        }
    }

    @Test
    void missingToolsSkipWithTheWayToGetThem() {
        assertThat(ForeignTools.works(List.of("no-such-command-of-any-kind"))).isFalse();
        assertThat(ForeignTools.works(List.of("false"))).isFalse();
        assertThat(ForeignTools.works(List.of("true"))).isTrue();
    }
}
