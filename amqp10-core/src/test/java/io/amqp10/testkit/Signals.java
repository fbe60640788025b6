package io.amqp10.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What a terminal sends to processes. Needs the command {@code kill}; a test is skipped, visibly, where there is none. */
public final class Signals {

    private Signals() {}

    /**
     * Does what Ctrl-C does.
     *
     * @param process who gets SIGINT
     */
    public static void interrupt(Process process) throws IOException, InterruptedException {
        String kill = ForeignTools.require(
                Optional.of("kill").filter(command -> ForeignTools.works(List.of(command, "-l"))),
                "the command kill",
                "run the tests on a system with POSIX signals");
        assertThat(new ProcessBuilder(kill, "-INT", Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .as("SIGINT was sent")
                .isZero();
    }
}
