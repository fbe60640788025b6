package io.amqp10.cli;

import java.time.Duration;

/** How a command ends in good order. */
final class Stopping {

    /** How long outcomes and answers are waited for after Ctrl-C. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** What cannot be woken is waited for in slices, so that Ctrl-C is noticed. */
    static final Duration SLICE = Duration.ofMillis(100);

    private Stopping() {}
}
