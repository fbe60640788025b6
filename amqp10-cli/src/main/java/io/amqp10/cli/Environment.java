package io.amqp10.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * What a command finds around itself.
 *
 * @param in standard input
 * @param out standard output: messages and answers, nothing else
 * @param err standard error: errors, progress, what people should know
 * @param variables environment variables
 * @param terminal who sits before these streams
 * @param stop set when the command is to end
 */
record Environment(
        InputStream in,
        PrintStream out,
        PrintStream err,
        Map<String, String> variables,
        Terminal terminal,
        StopSignal stop) {

    /** Ends the command if what it printed reached nobody. */
    void checkOutput() {
        if (out.checkError()) {
            throw new CliException(ExitCode.BROKEN_PIPE, "");
        }
    }
}
