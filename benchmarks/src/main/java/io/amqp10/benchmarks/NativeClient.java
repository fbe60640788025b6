package io.amqp10.benchmarks;

import io.amqp10.benchmarks.client.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The client that is a program of its own, which {@code run.sh} builds where it can. */
final class NativeClient {

    private static final String PROPERTY = "amqp10.benchmarks.proton";

    private NativeClient() {}

    /** Tells whether the program is there. */
    static boolean isThere() {
        return System.getProperty(PROPERTY) != null;
    }

    /** Returns the version of its library, if the program is there. */
    static Optional<String> version() {
        return Optional.ofNullable(System.getProperty(PROPERTY))
                .map(program -> System.getProperty(PROPERTY + ".version", "unknown version"));
    }

    static JavaProcess start(Task task) throws IOException {
        String program = System.getProperty(PROPERTY);
        if (program == null) {
            throw new IOException("the program was not built");
        }
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(task.toArguments()));
        return JavaProcess.start(command);
    }
}
