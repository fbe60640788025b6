package io.amqp10.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** Lines of a stream, read by a thread of their own: a thread that waits for input cannot be asked to stop. */
final class Lines {

    /** Large messages are long lines, so few of them are read ahead. */
    private static final int AHEAD = 4;

    private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(AHEAD);
    private final StopSignal stop;
    private long number;

    private record Item(@Nullable String line, @Nullable IOException error) {}

    Lines(InputStream from, StopSignal stop) {
        this.stop = stop;
        Thread reader = new Thread(() -> read(from), "amqp10-input");
        reader.setDaemon(true);
        reader.start();
        // A full queue needs no wake-up.
        stop.onRequest(() -> queue.offer(new Item(null, null)));
    }

    private void read(InputStream from) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                queue.put(new Item(line, null));
            }
            queue.put(new Item(null, null));
        } catch (IOException e) {
            fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fail(IOException e) {
        try {
            queue.put(new Item(null, e));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a line; returns null at the end, or when the command is to stop. */
    @Nullable
    String next() {
        if (stop.isRequested()) {
            return null;
        }
        try {
            Item item = queue.take();
            if (item.error != null) {
                throw new CliException(ExitCode.USAGE, "cannot read the input: " + item.error.getMessage(), item.error);
            }
            if (item.line == null || stop.isRequested()) {
                return null;
            }
            number++;
            return item.line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** Returns the number of the last line, from 1. */
    long number() {
        return number;
    }
}
