package io.amqp10.cli;

/** What the process tells its caller. */
final class ExitCode {

    /** All that was asked for happened. */
    static final int OK = 0;

    /** The peer did not accept a message, refused a link, or broke the rules. */
    static final int REFUSED = 1;

    /** The command line or the input is wrong; nothing or not all was done. */
    static final int USAGE = 2;

    /** No connection, or the credentials were refused. */
    static final int CONNECTION = 3;

    /** The time was over before all happened that was asked for. */
    static final int TIMEOUT = 124;

    /** Stopped by Ctrl-C, after settling what was under way. */
    static final int INTERRUPTED = 130;

    /** Who reads our output went away. */
    static final int BROKEN_PIPE = 141;

    private ExitCode() {}
}
