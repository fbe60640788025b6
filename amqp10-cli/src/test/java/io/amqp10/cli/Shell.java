package io.amqp10.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Runs commands in this process, as a shell does in one of their own. */
final class Shell {

    private static final Set<String> CONNECTING =
            Set.of("send", "receive", "browse", "request", "respond", "ping", "bench");

    private final Map<String, String> variables = new HashMap<>();
    private InputStream in = InputStream.nullInputStream();
    private boolean terminal;
    private @Nullable String password;

    Shell set(String name, String value) {
        variables.put(name, value);
        return this;
    }

    Shell in(String text) {
        return in(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    Shell in(InputStream stream) {
        in = stream;
        return this;
    }

    /** Lets all streams look like a terminal, where somebody types this password when asked. */
    Shell terminal(@Nullable String typed) {
        terminal = true;
        password = typed;
        return this;
    }

    /** Runs a command to its end. */
    Result run(String... args) {
        return start(args).await();
    }

    /** Starts a command. */
    Running start(String... args) {
        String[] patient = patient(args);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        StopSignal stop = new StopSignal();
        Environment environment = new Environment(
                in,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.copyOf(variables),
                new FixedTerminal(terminal, password),
                stop);
        CompletableFuture<Integer> code = new CompletableFuture<>();
        Thread runner = new Thread(() -> code.complete(CommandLines.run(environment, patient)), "command");
        runner.setDaemon(true);
        runner.start();
        return new Running(out, err, stop, code);
    }

    /** A machine that has much to do may take longer to connect than commands wait unless told. */
    static String[] patient(String... args) {
        List<String> words = new ArrayList<>(List.of(args));
        if (!words.isEmpty() && CONNECTING.contains(words.get(0)) && !words.contains("--connect-timeout")) {
            words.addAll(1, List.of("--connect-timeout", "1m"));
        }
        return words.toArray(new String[0]);
    }

    record FixedTerminal(boolean present, @Nullable String password) implements Terminal {

        @Override
        public boolean isOutput() {
            return present;
        }

        @Override
        public boolean isError() {
            return present;
        }

        @Override
        public boolean isInput() {
            return present;
        }

        @Override
        public char @Nullable [] readPassword(String prompt) {
            return password == null ? null : password.toCharArray();
        }
    }

    /** A command under way. */
    record Running(
            ByteArrayOutputStream outBytes,
            ByteArrayOutputStream errBytes,
            StopSignal stop,
            CompletableFuture<Integer> code) {

        String out() {
            return outBytes.toString(StandardCharsets.UTF_8);
        }

        String err() {
            return errBytes.toString(StandardCharsets.UTF_8);
        }

        /** Waits until a listener listens, and returns where. */
        String uri() {
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> err().contains("\n") || code.isDone());
            return err().lines().findFirst().orElseThrow().replace("listening on ", "");
        }

        /** Presses Ctrl-C. */
        Running interrupt() {
            stop.request();
            return this;
        }

        Result await() {
            try {
                int exit = code.get(5, TimeUnit.MINUTES);
                return new Result(exit, out(), err());
            } catch (Exception e) {
                throw new AssertionError("the command did not end; so far: " + out() + err(), e);
            }
        }
    }

    /**
     * How a command ended.
     *
     * @param code the exit code
     * @param out standard output
     * @param err standard error
     */
    record Result(int code, String out, String err) {

        List<String> lines() {
            return out.lines().toList();
        }

        Result succeeded() {
            assertThat(code).as("exit code; standard error: %s", err).isZero();
            return this;
        }
    }
}
