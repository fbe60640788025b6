package io.amqp10.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amqp10.Message;
import io.amqp10.testkit.Signals;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jar that users run, in processes of its own. */
@Timeout(480)
class JarIT {

    private QueueServer server;

    @TempDir
    private Path folder;

    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void start() {
        server = new QueueServer();
    }

    @AfterEach
    void stop() {
        processes.forEach(Process::destroyForcibly);
        server.close();
    }

    private static List<String> command(String... args) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of("target"), "amqp10-cli-*-all.jar")) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-jar",
                    jars.iterator().next().toString()));
            command.addAll(List.of(args));
            return command;
        }
    }

    private Process start(String... args) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Signals.heeding(command(Shell.patient(args))))
                .redirectOutput(out().toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().put("AMQP10_URL", server.url());
        builder.environment().remove("JAVA_TOOL_OPTIONS"); // which JVMs mention in their output
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private Path out() {
        return folder.resolve("out");
    }

    private String printed(String name) {
        try {
            Path file = folder.resolve(name);
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int exitCode(Process process) throws InterruptedException {
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("it ended").isTrue();
        return process.exitValue();
    }

    @Test
    void sendsAndReceives() throws Exception {
        assertThat(exitCode(start("send", "jar", "gr\u00fc\u00dfe")))
                .as(printed("err"))
                .isZero();
        assertThat(exitCode(start("receive", "-n", "1", "--json", "jar"))).isZero();

        assertThat(printed("out")).isEqualTo("{\"body\":{\"value\":\"gr\u00fc\u00dfe\"}}\n");
        assertThat(printed("err")).isEmpty();
    }

    @Test
    void speaksAmqpOverWebSocketAndThroughProxies() throws Exception {
        try (QueueServer webSocket = new QueueServer("amqpws://127.0.0.1:0/amqp", options -> options)) {
            assertThat(exitCode(start("send", "-u", webSocket.url(), "jar", "hello")))
                    .as(printed("err"))
                    .isZero();
            assertThat(webSocket.queue("jar")).hasSize(1);
        }
        assertThat(exitCode(start("ping", "--proxy", "http://127.0.0.1:1"))).isEqualTo(ExitCode.CONNECTION);
        assertThat(printed("err")).contains("proxy").doesNotContain("netty-handler-proxy");
    }

    @Test
    void exitCodesReachTheShell() throws Exception {
        assertThat(exitCode(start("send"))).isEqualTo(ExitCode.USAGE);
        assertThat(exitCode(start("send", "forbidden", "x"))).isEqualTo(ExitCode.REFUSED);
        assertThat(exitCode(start("ping", "amqp://127.0.0.1:1"))).isEqualTo(ExitCode.CONNECTION);
        assertThat(exitCode(start("receive", "-n", "1", "--timeout", "100ms", "jar")))
                .isEqualTo(ExitCode.TIMEOUT);
        assertThat(exitCode(start("--version"))).isZero();
        assertThat(printed("out")).startsWith("amqp10 0.").doesNotContain("built from source");
    }

    @Test
    void ctrlCSettlesWhatWasPrintedAndEndsWith130() throws Exception {
        Process receiver = start("receive", "jar");
        Shell sender = new Shell().set("AMQP10_URL", server.url());
        sender.run("send", "jar", "one").succeeded();
        await().until(() -> printed("out").equals("one\n"));

        Signals.interrupt(receiver);

        assertThat(exitCode(receiver)).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(printed("err")).isEmpty();
        assertThat(server.queue("jar")).isEmpty();
    }

    @Test
    void ctrlCEndsASenderThatWaitsForInput() throws Exception {
        Process sender = start("send", "jar");
        sender.outputWriter().write("one\n");
        sender.outputWriter().flush();
        await().until(() -> server.queue("jar").size() == 1);

        Signals.interrupt(sender);

        assertThat(exitCode(sender)).isEqualTo(ExitCode.INTERRUPTED);
    }

    @Test
    void readerThatLeavesLosesNoMessage() throws Exception {
        for (int i = 0; i < 3; i++) {
            server.queue("jar").add(Message.of("m" + i));
        }
        ProcessBuilder builder = new ProcessBuilder(command("receive", "--timeout", "60s", "jar"));
        builder.environment().put("AMQP10_URL", server.url());
        Process receiver = builder.start();
        processes.add(receiver);
        receiver.getInputStream().close();

        assertThat(exitCode(receiver)).isEqualTo(ExitCode.BROKEN_PIPE);
        await().untilAsserted(() -> assertThat(server.queue("jar")).hasSize(3));
    }

    @Test
    void pipeOfReceiveAndSendIsAnIdentity() throws Exception {
        List<Message> messages = RandomMessages.some(50);
        server.queue("from").addAll(messages);
        List<ProcessBuilder> pipe = List.of(
                new ProcessBuilder(command("receive", "--json", "-n", "50", "from")),
                new ProcessBuilder(command("send", "--json", "to")));
        File err = folder.resolve("err").toFile();
        pipe.forEach(builder -> {
            builder.environment().put("AMQP10_URL", server.url());
            builder.environment().remove("JAVA_TOOL_OPTIONS");
            builder.redirectError(ProcessBuilder.Redirect.appendTo(err));
        });
        processes.addAll(ProcessBuilder.startPipeline(pipe));

        for (Process process : processes) {
            assertThat(exitCode(process)).as(printed("err")).isZero();
        }

        assertThat(server.queue("to").stream().map(Message::encode).toList())
                .usingElementComparator(java.util.Arrays::compare)
                .isEqualTo(messages.stream().map(Message::encode).toList());
    }

    @Test
    void passwordIsNeitherEchoedNorLogged() throws Exception {
        Process process = start(
                "ping", "--trace", "--sasl", "ANONYMOUS", server.url().replace("amqp://", "amqp://alice:top-secret@"));
        exitCode(process);

        assertThat(printed("err")).contains("Open").doesNotContain("top-secret");
        assertThat(printed("out").getBytes(StandardCharsets.UTF_8)).isNotEmpty();
    }
}
