package io.amqp10.cli;

/** Sets up SLF4J's simple logger, which writes to standard error, before anything logs. */
final class Logging {

    private static final String PREFIX = "org.slf4j.simpleLogger.";

    private Logging() {}

    /** Keeps the library quiet: what matters comes as an exception, which is shown once. */
    static void setUp() {
        set("defaultLogLevel", "off");
        set("showThreadName", "false");
        set("showLogName", "false");
        set("showDateTime", "true");
        set("dateTimeFormat", "HH:mm:ss.SSS");
    }

    /** Shows frames. */
    static void traceFrames() {
        set("log.io.amqp10.frames", "info");
    }

    /** Leaves alone what the user has set with -D. */
    private static void set(String name, String value) {
        if (System.getProperty(PREFIX + name) == null) {
            System.setProperty(PREFIX + name, value);
        }
    }
}
