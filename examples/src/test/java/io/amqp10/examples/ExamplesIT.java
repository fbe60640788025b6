package io.amqp10.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Container;
import io.amqp10.LinkAcceptor;
import io.amqp10.ListenOptions;
import io.amqp10.Listener;
import io.amqp10.testkit.ArtemisBroker;
import io.amqp10.testkit.ForeignProgram;
import io.amqp10.testkit.FreePorts;
import io.amqp10.testkit.ProtonPython;
import io.amqp10.types.AmqpError;
import io.amqp10.types.ErrorCondition;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each example in a JVM of its own, against Artemis or its counterpart, and against Proton's program of the same kind. */
class ExamplesIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int COUNT = 1000;
    private static final int LARGE_MIB = 200;

    @TempDir
    private Path folder;

    private static ArtemisBroker broker;
    private static String uri;

    @BeforeAll
    static void startBroker() {
        broker = ArtemisBroker.started();
        uri = broker.uri();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private static ForeignProgram run(Class<?> example, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                example.getName()));
        command.addAll(List.of(arguments));
        return ForeignProgram.start(example.getSimpleName(), command, Map.of());
    }

    private static void awaitLines(ForeignProgram program, int count) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(program.lines()).hasSizeGreaterThanOrEqualTo(count));
    }

    @Test
    void helloWorldComesBackFromTheBroker() {
        try (ForeignProgram hello = run(HelloWorld.class, uri, "hello")) {
            assertThat(hello.awaitSuccess()).containsExactly("Hello World!");
        }
        await().untilAsserted(() -> assertThat(broker.messageCount("hello"))
                .as("accepted, so not delivered again")
                .isZero());
    }

    @Test
    void helloWorldComesBackFromProtonAsProtonsDoes() {
        ProtonPython proton = ProtonPython.require();
        int port = FreePorts.next();
        try (ForeignProgram server = proton.startServer(port)) {
            String url = "127.0.0.1:" + port;
            try (ForeignProgram ours = run(HelloWorld.class, url, "hello");
                    ForeignProgram blocking = run(BlockingHelloWorld.class, url);
                    ForeignProgram theirs = proton.start("hello_world", uri, "hello-proton")) {
                assertThat(ours.awaitSuccess()).containsExactly("Hello World!");
                assertThat(blocking.awaitSuccess()).containsExactly("Hello World!");
                assertThat(theirs.awaitSuccess()).containsExactly("Hello World!");
            }
            assertThat(server.lines()).hasSize(1);
        }
    }

    @Test
    void blockingHelloWorldComesBackFromTheBrokerAndIsGoneThere() {
        try (ForeignProgram hello = run(BlockingHelloWorld.class, uri)) {
            assertThat(hello.awaitSuccess()).containsExactly("Hello World!");
        }
        await().untilAsserted(() -> assertThat(broker.messageCount("examples")).isZero());
    }

    @Test
    void messagesMoveFromQueueToQueue() {
        try (ForeignProgram send = run(Send.class, uri, "move-from", "3")) {
            send.awaitSuccess();
        }
        try (ForeignProgram move = run(MoveInTransactions.class, uri, "move-from", "move-to")) {
            assertThat(move.awaitSuccess())
                    .containsExactly("moved {sequence=0}", "moved {sequence=1}", "moved {sequence=2}");
        }
        await().untilAsserted(() -> assertThat(broker.messageCount("move-from")).isZero());
        assertThat(broker.messageCount("move-to")).isEqualTo(3);
    }

    @Test
    void helloWorldWithErrorComesBackFromTheBroker() {
        try (ForeignProgram hello = run(HelloWorldWithError.class, uri, "hello-error")) {
            assertThat(hello.awaitSuccess()).containsExactly("Hello World!");
        }
    }

    @Test
    void helloWorldWithErrorTellsWhyThePeerRefused() {
        try (Container peer = Container.create();
                Listener listener =
                        peer.listen(ListenOptions.of("amqp://127.0.0.1:0").linkAcceptor(LinkAcceptor.NONE));
                ForeignProgram hello = run(HelloWorldWithError.class, listener.uri(), "nowhere")) {
            assertThat(hello.awaitSuccess()).anySatisfy(line -> assertThat(line)
                    .startsWith("Closed due to ")
                    .contains("nowhere")
                    .contains("amqp:not-allowed")
                    .contains("this container accepts no links"));
        }
    }

    @Test
    void protonsHelloWorldIsToldWhyWeRefusedToo() {
        ProtonPython proton = ProtonPython.require();
        try (Container peer = Container.create();
                Listener listener =
                        peer.listen(ListenOptions.of("amqp://127.0.0.1:0").linkAcceptor(LinkAcceptor.NONE));
                ForeignProgram hello = proton.start("hello_world", listener.uri(), "nowhere")) {
            assertThat(hello.awaitSuccess()).anySatisfy(line -> assertThat(line)
                    .startsWith("Closed due to ")
                    .contains("amqp:not-allowed", "this container accepts no links"));
        }
    }

    @Test
    void helloWorldWithErrorTellsThatProtonKnowsNoSuchAddress() {
        ProtonPython proton = ProtonPython.require();
        int port = FreePorts.next();
        try (ForeignProgram server = proton.startServer(port);
                ForeignProgram hello = run(HelloWorldWithError.class, "127.0.0.1:" + port, "nowhere")) {
            assertThat(hello.awaitSuccess()).anySatisfy(line -> assertThat(line).startsWith("Closed due to "));
            assertThat(server.lines()).isNotNull();
        }
    }

    @Test
    void helloWorldDirectNeedsNoBrokerAndGoesOnListening() {
        int port = FreePorts.next();
        try (ForeignProgram hello = run(HelloWorldDirect.class, "127.0.0.1:" + port)) {
            assertThat(hello.awaitLine("Hello")).isEqualTo("Hello World!");
            try (ForeignProgram again = run(Send.class, "127.0.0.1:" + port, "examples", "1")) {
                assertThat(hello.awaitLine("{")).isEqualTo("{sequence=0}");
                assertThat(again.lines()).isNotNull();
            }
        }
    }

    @Test
    void helloWorldDirectStopEndsByItself() {
        try (ForeignProgram hello = run(HelloWorldDirectStop.class, "127.0.0.1:" + FreePorts.next())) {
            assertThat(hello.awaitSuccess()).containsExactly("Hello World!");
        }
    }

    @Test
    void helloWorldDirectAndProtonsTalkToEachOther() {
        ProtonPython proton = ProtonPython.require();
        String ours = "127.0.0.1:" + FreePorts.next();
        int theirPort = FreePorts.next();
        try (ForeignProgram hello = run(HelloWorldDirect.class, ours)) {
            hello.awaitLine("Hello World!");
            try (ForeignProgram theirs = proton.start("hello_world_direct", "" + theirPort, ours);
                    ForeignProgram send = run(Send.class, "127.0.0.1:" + theirPort, "examples", "3")) {
                assertThat(theirs.awaitLine("accepted")).isEqualTo("accepted");
                awaitLines(hello, 2);
                assertThat(hello.lines()).containsExactly("Hello World!", "Hello World!");
                assertThat(send.awaitSuccess()).containsExactly("all 3 messages confirmed");
                theirs.awaitLine("{'sequence': int32(2)}");
                assertThat(theirs.lines()).contains("{'sequence': int32(0)}");
            }
        }
    }

    @Test
    void helloWorldDirectStopEndsByItselfAsProtonsDoes() {
        ProtonPython proton = ProtonPython.require();
        try (ForeignProgram ours = run(HelloWorldDirectStop.class, "127.0.0.1:" + FreePorts.next());
                ForeignProgram theirs = proton.start("hello_world_direct_stop", "" + FreePorts.next())) {
            assertThat(ours.awaitSuccess()).isEqualTo(theirs.awaitSuccess()).containsExactly("Hello World!");
        }
    }

    @Test
    void sendConfirmsAllAndReceivePrintsAllInOrder() {
        try (ForeignProgram send = run(Send.class, uri, "numbers", "" + COUNT)) {
            assertThat(send.awaitSuccess()).containsExactly("all " + COUNT + " messages confirmed");
        }
        await().untilAsserted(() -> assertThat(broker.messageCount("numbers")).isEqualTo(COUNT));
        try (ForeignProgram receive = run(Receive.class, uri, "numbers")) {
            awaitLines(receive, COUNT);
            assertThat(receive.lines())
                    .hasSize(COUNT)
                    .startsWith("{sequence=0}")
                    .endsWith("{sequence=999}");
        }
    }

    @Test
    void sendReachesProtonsReceiver() {
        ProtonPython proton = ProtonPython.require();
        try (ForeignProgram receive = proton.start("receive", uri, "to-proton", "" + COUNT, "--quiet");
                ForeignProgram send = run(Send.class, uri, "to-proton", "" + COUNT)) {
            assertThat(send.awaitSuccess()).containsExactly("all " + COUNT + " messages confirmed");
            assertThat(receive.awaitSuccess()).contains("received " + COUNT);
        }
    }

    @Test
    void receivePrintsWhatProtonSends() {
        ProtonPython proton = ProtonPython.require();
        try (ForeignProgram receive = run(Receive.class, uri, "from-proton");
                ForeignProgram send = proton.start("send", uri, "from-proton", "" + COUNT)) {
            assertThat(send.awaitSuccess()).contains("confirmed " + COUNT);
            awaitLines(receive, COUNT);
            assertThat(receive.lines()).hasSize(COUNT);
        }
    }

    @Test
    void sendReachesProtonWithoutABroker() {
        ProtonPython proton = ProtonPython.require();
        int port = FreePorts.next();
        try (ForeignProgram receive = proton.start("direct_receive", "" + port, "3");
                ForeignProgram send = run(Send.class, "127.0.0.1:" + port, "examples", "3")) {
            assertThat(receive.awaitSuccess()).hasSizeGreaterThanOrEqualTo(3);
            assertThat(send.lines()).isNotNull();
        }
    }

    @Test
    void reconnectingReceiveGoesOnAfterTheBrokerWasAway() {
        try (ArtemisBroker flaky = ArtemisBroker.started()) {
            String flakyUri = flaky.uri();
            try (ForeignProgram receive = run(ReconnectingReceive.class, flakyUri, "patient")) {
                try (ForeignProgram send = run(Send.class, flakyUri, "patient", "1")) {
                    send.awaitSuccess();
                }
                receive.awaitLine("{sequence=0}");
                flaky.stop();
                receive.awaitLine("Disconnected, reconnecting...");
                flaky.start();
                try (ForeignProgram send = run(Send.class, flakyUri, "patient", "2")) {
                    send.awaitSuccess();
                }
                receive.awaitLine("{sequence=1}");
            }
        }
    }

    @Test
    void reconnectingReceiveGoesOnWhenProtonsServerIsBack() {
        ProtonPython proton = ProtonPython.require();
        int port = FreePorts.next();
        String url = "127.0.0.1:" + port;
        try (ForeignProgram receive = run(ReconnectingReceive.class, url, "patient")) {
            try (ForeignProgram server = proton.startServer(port);
                    ForeignProgram send = proton.start("send", url, "patient", "1")) {
                assertThat(send.awaitSuccess()).contains("confirmed 1");
                receive.awaitLine("{sequence=1}");
                assertThat(server.lines()).hasSize(1);
            }
            receive.awaitLine("Disconnected, reconnecting...");
            try (ForeignProgram server = proton.startServer(port);
                    ForeignProgram send = proton.start("send", url, "patient", "2")) {
                assertThat(send.awaitSuccess()).contains("confirmed 2");
                receive.awaitLine("{sequence=2}");
                assertThat(server.lines()).hasSize(1);
            }
        }
    }

    @Test
    void protonsReconnectingReceiveGoesOnWithUsToo() {
        ProtonPython proton = ProtonPython.require();
        try (ArtemisBroker flaky = ArtemisBroker.started();
                ForeignProgram receive = proton.start("reconnecting_receive", flaky.uri(), "patient")) {
            try (ForeignProgram send = run(Send.class, flaky.uri(), "patient", "1")) {
                send.awaitSuccess();
            }
            receive.awaitLine("{'sequence': int32(0)}");
            flaky.stop();
            receive.awaitLine("Disconnected, reconnecting...");
            flaky.start();
            try (ForeignProgram send = run(Send.class, flaky.uri(), "patient", "2")) {
                send.awaitSuccess();
            }
            receive.awaitLine("{'sequence': int32(1)}");
        }
    }

    // --- files as messages, each in a JVM that has much less memory

    private Path largeFile() throws IOException {
        Path file = folder.resolve("large");
        byte[] block = new byte[1 << 20];
        Random random = new Random(1);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < LARGE_MIB; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
        return file;
    }

    @Test
    void fileThatIsLargerThanMemoryGoesThroughTheBroker() throws IOException {
        Path file = largeFile();
        Path copy = folder.resolve("copy");
        String size = ((long) LARGE_MIB << 20) + " octets";
        try (ForeignProgram send = run(StreamFile.class, "send", file.toString(), uri, "files")) {
            assertThat(send.awaitSuccess()).containsExactly(size);
        }
        try (ForeignProgram receive = run(StreamFile.class, "receive", copy.toString(), uri, "files")) {
            assertThat(receive.awaitSuccess()).containsExactly(size);
        }
        assertThat(Files.mismatch(file, copy)).isEqualTo(-1);
        await().untilAsserted(() -> assertThat(broker.messageCount("files")).isZero());
    }

    @Test
    void fileGoesToProtonAndComesFromThere() throws IOException {
        ProtonPython proton = ProtonPython.require();
        Path file = largeFile();
        int port = FreePorts.next();
        String size = ((long) LARGE_MIB << 20) + " octets";
        try (ForeignProgram receive = proton.start("stream_receive", "" + port)) {
            receive.awaitLine("LISTENING");
            try (ForeignProgram send = run(StreamFile.class, "send", file.toString(), "127.0.0.1:" + port)) {
                assertThat(send.awaitSuccess()).containsExactly(size);
            }
            assertThat(receive.awaitSuccess())
                    .contains("received " + size + ", checksum " + Long.toHexString(checksum(file)));
        }
        Path copy = folder.resolve("copy");
        try (ForeignProgram receive = run(StreamFile.class, "receive", copy.toString(), uri, "files-of-proton");
                ForeignProgram send = proton.start("stream_send", uri, "files-of-proton", "" + LARGE_MIB)) {
            String accepted = send.awaitLine("ACCEPTED");
            assertThat(receive.awaitSuccess()).containsExactly(size);
            assertThat(accepted).endsWith("checksum " + Long.toHexString(checksum(copy)));
        }
    }

    private static long checksum(Path file) throws IOException {
        CheckedInputStream in = new CheckedInputStream(Files.newInputStream(file), new CRC32());
        try (in) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return in.getChecksum().getValue();
    }

    @Test
    void clientGetsItsLinesBackInUpperCaseFromServer() {
        try (ForeignProgram server = run(Server.class, uri, "upper");
                ForeignProgram client = run(Client.class, uri, "upper")) {
            assertThat(client.awaitSuccess())
                    .hasSize(4)
                    .startsWith("Twas brillig, and the slithy toves => TWAS BRILLIG, AND THE SLITHY TOVES");
            assertThat(server.lines()).isEmpty();
        }
    }

    @Test
    void serverThatIsRefusedSaysWhyAndEnds() {
        try (Container peer = Container.create();
                Listener listener = peer.listen(ListenOptions.of("amqp://127.0.0.1:0")
                        .linkAcceptor(link -> link.refuse(ErrorCondition.of(AmqpError.NOT_FOUND, "no such room"))));
                ForeignProgram server = run(Server.class, "127.0.0.1:" + listener.port(), "upper")) {
            assertThat(server.awaitSuccess())
                    .singleElement()
                    .asString()
                    .startsWith("Closed due to ")
                    .contains("no such room");
        }
    }

    @Test
    void clientIsServedByProton() {
        ProtonPython proton = ProtonPython.require();
        try (ForeignProgram server = proton.start("upper_server", uri, "upper-proton", "4");
                ForeignProgram client = run(Client.class, uri, "upper-proton")) {
            assertThat(client.awaitSuccess()).hasSize(4).allSatisfy(line -> assertThat(line)
                    .contains(" => "));
            server.awaitSuccess();
        }
    }

    @Test
    void serverServesProton() {
        ProtonPython proton = ProtonPython.require();
        try (ForeignProgram server = run(Server.class, uri, "upper-ours");
                ForeignProgram client = proton.start("request_client", uri, "upper-ours", "4")) {
            assertThat(client.awaitSuccess())
                    .filteredOn(line -> line.contains(" => "))
                    .hasSize(4);
            assertThat(server.lines()).isEmpty();
        }
    }
}
