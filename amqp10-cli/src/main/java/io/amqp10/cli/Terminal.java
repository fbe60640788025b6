package io.amqp10.cli;

import org.jspecify.annotations.Nullable;

/** What is known about who sits before the streams. */
interface Terminal {

    /** Tells whether standard output goes to a terminal. */
    boolean isOutput();

    /** Tells whether standard error goes to a terminal. */
    boolean isError();

    /** Tells whether standard input comes from a terminal. */
    boolean isInput();

    /**
     * Asks for a secret, which is not shown.
     *
     * @return what was typed, null if there is nobody to ask
     */
    char @Nullable [] readPassword(String prompt);
}
