package io.amqp10.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Starts the command line. */
public final class Main {

    /** Longer than any command takes to settle and close, so that the hook never cuts one off that makes progress. */
    private static final long SHUTDOWN_SECONDS = 15;

    private Main() {}

    /**
     * Runs one command and ends the process with its exit code.
     *
     * @param args the command line
     */
    public static void main(String... args) {
        Logging.setUp();
        StopSignal stop = new StopSignal();
        CountDownLatch finished = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (finished.getCount() > 0) {
                                interrupted.set(true);
                                stop.request();
                                awaitEnd(finished);
                            }
                        },
                        "amqp10-stop"));
        PrintStream out = new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
                false,
                StandardCharsets.UTF_8);
        Environment environment =
                new Environment(System.in, out, System.err, System.getenv(), new SystemTerminal(), stop);
        int code = CommandLines.run(environment, args);
        out.flush();
        finished.countDown();
        if (!interrupted.get()) {
            System.exit(code);
        }
        // The JVM is on its way out already and takes the signal's exit code: 130 for Ctrl-C.
    }

    private static void awaitEnd(CountDownLatch finished) {
        try {
            if (!finished.await(SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("amqp10: gave up waiting for the peer; what is unsettled may come again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
