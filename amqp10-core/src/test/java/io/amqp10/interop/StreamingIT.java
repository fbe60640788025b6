package io.amqp10.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.amqp10.testkit.ArtemisBroker;
import io.amqp10.testkit.ForeignProgram;
import io.amqp10.testkit.FreePorts;
import io.amqp10.testkit.ProtonPython;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message of 1 GiB, with 64 MiB of heap at our ends. */
final class StreamingIT {

    private static final int MIB = 1024;

    private static ForeignProgram start(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                StreamingProgram.class.getName()));
        command.addAll(List.of(arguments));
        return ForeignProgram.start("our " + arguments[0], command, Map.of());
    }

    /** Follows a program through the message, so that each step and not the whole has a time limit. */
    private static void follow(ForeignProgram program) {
        for (int mib = 64; mib < MIB; mib += 64) {
            program.awaitLine("at " + mib + " MiB");
        }
    }

    private static String checksum(String line) {
        return line.substring(line.lastIndexOf(' ') + 1);
    }

    private static void assertSame(ForeignProgram sender, ForeignProgram receiver) {
        String received = receiver.awaitLine("received ");
        assertThat(received).startsWith("received " + ((long) MIB << 20) + " octets");
        assertThat(checksum(sender.awaitLine("ACCEPTED"))).isEqualTo(checksum(received));
        sender.awaitSuccess();
        receiver.awaitSuccess();
    }

    @Test
    void passesFromUsToOurListeningContainer() {
        try (ForeignProgram receiver = start("listen");
                ForeignProgram sender = start(
                        "send",
                        "amqp://127.0.0.1:" + receiver.awaitLine("LISTENING").substring("LISTENING ".length()),
                        "large",
                        String.valueOf(MIB))) {
            follow(receiver);
            assertSame(sender, receiver);
        }
    }

    @Test
    void passesFromUsToProton() {
        int port = FreePorts.next();
        try (ForeignProgram receiver = ProtonPython.require().start("stream_receive", String.valueOf(port))) {
            receiver.awaitLine("LISTENING");
            try (ForeignProgram sender = start("send", "amqp://127.0.0.1:" + port, "large", String.valueOf(MIB))) {
                follow(receiver);
                assertSame(sender, receiver);
            }
        }
    }

    @Test
    void passesFromProtonToUs() {
        ProtonPython proton = ProtonPython.require();
        try (ForeignProgram receiver = start("listen");
                ForeignProgram sender = proton.start(
                        "stream_send",
                        "amqp://127.0.0.1:" + receiver.awaitLine("LISTENING").substring("LISTENING ".length()),
                        "large",
                        String.valueOf(MIB))) {
            follow(receiver);
            assertSame(sender, receiver);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"receive", "consume"})
    void passesThroughArtemis(String way) {
        try (ArtemisBroker broker = ArtemisBroker.started()) {
            try (ForeignProgram sender = start("send", broker.uri(), "large", String.valueOf(MIB))) {
                follow(sender);
                String sent = sender.awaitLine("ACCEPTED");
                sender.awaitSuccess();
                try (ForeignProgram receiver = start(way, broker.uri(), "large")) {
                    follow(receiver);
                    assertThat(checksum(receiver.awaitLine("received "))).isEqualTo(checksum(sent));
                    receiver.awaitSuccess();
                }
            }
        }
    }
}
