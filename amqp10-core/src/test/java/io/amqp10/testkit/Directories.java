package io.amqp10.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** What brokers leave on the disk. */
final class Directories {

    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private Directories() {}

    /** Deletes a directory and all in it; threads of a broker that has stopped may still make and delete files there for a moment. */
    static void delete(Path directory) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                deleteWhatIsThere(directory);
                return;
            } catch (UncheckedIOException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw new UncheckedIOException("cannot delete " + directory, e.getCause());
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static void deleteWhatIsThere(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
