package io.amqp10.cli;

import io.amqp10.testkit.ForeignProgram;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The programs {@code json_send} and {@code json_receive} in another language. */
record InteropForeignPeer(Language language) implements InteropPeer {

    /** Starts a program. */
    interface Language {

        ForeignProgram start(String program, String... arguments);
    }

    @Override
    public Map<String, String> send(String url, String address, Batch batch) {
        Map<String, String> problems = new LinkedHashMap<>();
        try (ForeignProgram sender = language.start(
                "json_send", url, address, batch.named().toString(), String.valueOf(batch.maxFrameSize()))) {
            List<String> output = sender.awaitSuccess();
            for (String line : output) {
                problem(line, batch, problems);
            }
            if (!output.contains("done")) {
                throw new AssertionError("not all was sent:\n" + String.join("\n", output));
            }
        }
        return problems;
    }

    private static void problem(String line, Batch batch, Map<String, String> problems) {
        if (line.equals("done")) {
            return;
        }
        int blank = line.indexOf(' ');
        for (InteropCase sent : batch.cases()) {
            String start = " " + sent.id() + " ";
            if (blank > 0 && line.startsWith(start, blank)) {
                problems.put(sent.id(), line.substring(0, blank) + ": " + line.substring(blank + start.length()));
                return;
            }
        }
        throw new AssertionError("the sender says: " + line);
    }

    @Override
    public List<String> receive(String url, String address, Batch batch, int count) {
        try (ForeignProgram receiver = language.start(
                "json_receive", url, address, String.valueOf(batch.maxFrameSize()), String.valueOf(count))) {
            return receiver.awaitSuccess();
        }
    }
}
