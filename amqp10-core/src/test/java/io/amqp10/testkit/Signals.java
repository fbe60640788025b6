package io.amqp10.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a terminal sends to processes. Needs the command {@code kill}; a test is skipped, visibly, where there is none. */
public final class Signals {

    private static final List<String> DEFAULTS = List.of("env", "--default-signal=INT");

    private Signals() {}

    /**
     * A command whose process heeds Ctrl-C. What a shell without a terminal starts in the background ignores it, and so do all
     * programs that come from there, the tests themselves among them. Where {@code env} cannot undo that (it is GNU's that
     * can), the command stays as it is.
     *
     * @param command the program and its arguments
     * @return the same program, started so that it does not ignore SIGINT
     */
    public static List<String> heeding(List<String> command) {
        List<String> probe = new ArrayList<>(DEFAULTS);
        probe.add("true");
        if (!ForeignTools.works(probe)) {
            return command;
        }
        List<String> heeding = new ArrayList<>(DEFAULTS);
        heeding.addAll(command);
        return heeding;
    }

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
