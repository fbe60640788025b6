package io.amqp10.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The process's own terminal. The JDK tells about input and output together at most, so each descriptor is looked up where
 * the system shows it, else asked for by the {@code test} that every Unix has.
 */
final class SystemTerminal implements Terminal {

    @Override
    public boolean isInput() {
        return isTerminal(0);
    }

    @Override
    public boolean isOutput() {
        return isTerminal(1);
    }

    @Override
    public boolean isError() {
        return isTerminal(2);
    }

    @Override
    public char @Nullable [] readPassword(String prompt) {
        Console console = System.console();
        return console == null || !isInput() ? null : console.readPassword("%s", prompt);
    }

    private static boolean isTerminal(int descriptor) {
        Path shown = Path.of("/proc/self/fd", Integer.toString(descriptor));
        if (Files.isSymbolicLink(shown)) {
            try {
                String target = Files.readSymbolicLink(shown).toString();
                return target.startsWith("/dev/pts/")
                        || target.startsWith("/dev/tty")
                        || target.startsWith("/dev/console");
            } catch (IOException e) {
                return false;
            }
        }
        if (System.getProperty("os.name", "").startsWith("Windows")) {
            return System.console() != null;
        }
        return asked(descriptor);
    }

    private static boolean asked(int descriptor) {
        try {
            Process test = new ProcessBuilder("test", "-t", Integer.toString(descriptor))
                    .inheritIO()
                    .start();
            return test.waitFor(2, TimeUnit.SECONDS) && test.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
