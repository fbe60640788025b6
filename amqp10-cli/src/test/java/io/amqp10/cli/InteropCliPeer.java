package io.amqp10.cli;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Our own command line: {@code send --json}, {@code receive --json} and {@code listen --json}. */
final class InteropCliPeer implements InteropPeer {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration AFTER_THE_END = Duration.ofSeconds(10);
    private static final Pattern REFUSED = Pattern.compile("amqp10: message (\\d+) was (.*)");
    private static final String LISTENING = "listening on ";

    @Override
    public Map<String, String> send(String url, String address, Batch batch) {
        Shell.Result result =
                new Shell().run("send", "--json", "--file", batch.plain().toString(), "--url", url, address);
        Map<String, String> problems = new LinkedHashMap<>();
        result.err().lines().forEach(line -> {
            Matcher matcher = REFUSED.matcher(line);
            if (matcher.matches()) {
                InteropCase sent = batch.cases().get(Integer.parseInt(matcher.group(1)) - 1);
                problems.put(sent.id(), "refused: " + matcher.group(2));
            }
        });
        if (problems.isEmpty()) {
            result.succeeded();
        }
        return problems;
    }

    @Override
    public List<String> receive(String url, String address, Batch batch, int count) {
        Shell.Running receiver = new Shell()
                .start(
                        "receive",
                        "--json",
                        "--url",
                        url,
                        "--max-frame-size",
                        String.valueOf(batch.maxFrameSize()),
                        "--count",
                        String.valueOf(count),
                        address);
        await().atMost(PATIENCE).until(() -> receiver.code().isDone() || hasEnded(receiver));
        try {
            receiver.code().get(AFTER_THE_END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            receiver.interrupt();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
        Shell.Result result = receiver.await();
        return result.code() == ExitCode.INTERRUPTED
                ? result.lines()
                : result.succeeded().lines();
    }

    private static boolean hasEnded(Shell.Running command) {
        return command.out().contains("\"" + InteropCase.PROPERTY + "\":\"" + InteropCase.END.id() + "\"");
    }

    /** Listens; what comes until {@link Listening#stop} is printed, and who receives gets the file's messages. */
    Listening listen(Batch batch) {
        Shell.Running command = new Shell()
                .start(
                        "listen",
                        "--json",
                        "--limit",
                        "maxFrameSize=" + batch.maxFrameSize(),
                        "--serve",
                        batch.plain().toString(),
                        "amqp://127.0.0.1:0");
        await().atMost(PATIENCE)
                .until(() ->
                        command.err().startsWith(LISTENING) || command.code().isDone());
        return new Listening(command);
    }

    /** Our container, listening. */
    record Listening(Shell.Running command) {

        String url() {
            return command.err().lines().findFirst().orElseThrow().substring(LISTENING.length());
        }

        /** Ends it, and returns what it printed. */
        List<String> stop() {
            return command.interrupt().await().lines();
        }
    }
}
