package io.amqp10.cli;

import java.util.Locale;

/** Shows on a terminal how far long work is; elsewhere it says nothing. */
final class Progress {

    private static final long FIRST_NANOS = 1_000_000_000L;
    private static final long INTERVAL_NANOS = 250_000_000L;

    private final Environment environment;
    private final String verb;
    private final boolean quiet;
    private final long started = System.nanoTime();
    private long due = started + FIRST_NANOS;
    private boolean known;
    private boolean shows;
    private boolean shown;

    /** Starts the clock. */
    Progress(Environment environment, String verb, boolean quiet) {
        this.environment = environment;
        this.verb = verb;
        this.quiet = quiet;
    }

    /** Tells the count so far. */
    void update(long count) {
        long now = System.nanoTime();
        if (now - due < 0 || !shows()) {
            return;
        }
        due = now + INTERVAL_NANOS;
        shown = true;
        environment.err().print("\r" + line(count, now) + "   ");
        environment.err().flush();
    }

    /** Tells the final count, if anybody looks. */
    void finish(long count) {
        if (shown) {
            environment.err().print("\r" + " ".repeat(60) + "\r");
        }
        if (shows()) {
            environment.err().println(line(count, System.nanoTime()));
        }
    }

    private boolean shows() {
        if (!known) {
            known = true;
            shows = !quiet && environment.terminal().isError();
        }
        return shows;
    }

    private String line(long count, long now) {
        double seconds = (now - started) / 1e9;
        String rate = seconds < 1 ? "" : String.format(Locale.ROOT, ", %,.0f/s", count / seconds);
        return String.format(Locale.ROOT, "%,d message%s %s%s", count, count == 1 ? "" : "s", verb, rate);
    }
}
