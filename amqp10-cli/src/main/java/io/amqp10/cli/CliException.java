package io.amqp10.cli;

import org.jspecify.annotations.Nullable;

/** Ends a command with a line for people and an exit code. */
final class CliException extends RuntimeException {

    private final int exitCode;

    CliException(int exitCode, String message) {
        this(exitCode, message, null);
    }

    CliException(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    static CliException usage(String message) {
        return new CliException(ExitCode.USAGE, message);
    }

    static CliException timeout(String message) {
        return new CliException(ExitCode.TIMEOUT, message);
    }

    int exitCode() {
        return exitCode;
    }
}
