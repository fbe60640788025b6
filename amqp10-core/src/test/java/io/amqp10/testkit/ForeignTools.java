package io.amqp10.testkit;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What to do about tools that may not be there: a test that needs one is skipped, with a message that says how to get
 * it. Where the environment variable {@code AMQP10_CI} is {@code true}, everything has to be there, and the test
 * fails.
 */
final class ForeignTools {

    private static final System.Logger LOGGER = System.getLogger(ForeignTools.class.getName());
    private static final int PATIENCE_SECONDS = 120;

    private ForeignTools() {}

    /** Returns the tool if it is there; skips or fails the running test if not. */
    static <T> T require(Optional<T> tool, String name, String howToGetIt) {
        if (tool.isPresent()) {
            return tool.get();
        }
        String message = name + " is not here: " + howToGetIt;
        if ("true".equals(System.getenv("AMQP10_CI"))) {
            return Assertions.fail(message);
        }
        // a skipped test's reason is in the report only; it shall be seen
        LOGGER.log(System.Logger.Level.WARNING, "skipped: " + message);
        Assumptions.abort(message);
        throw new AssertionError("a test that is aborted does not go on");
    }

    /** Says whether a command can be run and ends well. */
    static boolean works(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
            process.destroyForcibly();
            return false;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
