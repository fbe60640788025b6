package io.amqp10.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A program in another language, running. All methods may be called from any thread; close ends it. */
public final class ForeignProgram implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final String name;
    private final Process process;
    private final Thread reader;

    /** Guarded by itself, as is {@link #ended}; notified of each new line and of the end. */
    private final List<String> lines = new ArrayList<>();

    private boolean ended;

    private ForeignProgram(String name, Process process) {
        this.name = name;
        this.process = process;
        this.reader = new Thread(this::read, "output of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a program.
     *
     * @param name what to call it in messages
     * @param command the program and its arguments
     * @param environment variables besides those of this process
     * @return the program, running
     */
    public static ForeignProgram start(String name, List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("JAVA_TOOL_OPTIONS"); // which JVMs mention in their output
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return new ForeignProgram(name, process);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    /**
     * Copies the programs of a folder of this package's jar to files.
     *
     * @param folder the folder
     * @param files their names
     * @return the directory that holds them
     */
    static Path unpack(String folder, List<String> files) {
        try {
            Path directory = Files.createTempDirectory("amqp10-" + folder + "-");
            directory.toFile().deleteOnExit();
            for (String file : files) {
                Path copy = directory.resolve(file);
                copy.toFile().deleteOnExit();
                try (InputStream in = ForeignProgram.class.getResourceAsStream("/" + folder + "/" + file)) {
                    if (in == null) {
                        throw new IllegalStateException("there is no program " + folder + "/" + file);
                    }
                    Files.copy(in, copy);
                }
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack " + folder, e);
        }
    }

    /**
     * Waits for a line of output.
     *
     * @param prefix how it begins
     * @return the first such line
     * @throws AssertionError if the program ends before, or takes longer than three minutes; the message shows its output
     */
    public String awaitLine(String prefix) {
        return await(line -> line.startsWith(prefix), "the line \"" + prefix + "...\"");
    }

    /**
     * Waits until the program has ended by itself.
     *
     * @return its output, error output included
     * @throws AssertionError if it failed or takes longer than three minutes; the message shows its output
     */
    public List<String> awaitSuccess() {
        List<String> output = awaitEnd();
        if (process.exitValue() != 0) {
            throw failed("ended with status " + process.exitValue());
        }
        return output;
    }

    /**
     * Waits until the program has ended by itself, well or not.
     *
     * @return its output, error output included
     * @throws AssertionError if it takes longer than three minutes; the message shows its output
     */
    public List<String> awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw failed("did not end");
            }
            reader.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return lines();
    }

    /**
     * Returns what the program has printed so far.
     *
     * @return its lines, error output included
     */
    public List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** Kills the program at once, as a crash would, if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private String await(Predicate<String> wanted, String what) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (lines) {
            int seen = 0;
            while (true) {
                for (; seen < lines.size(); seen++) {
                    if (wanted.test(lines.get(seen))) {
                        return lines.get(seen);
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (ended || left <= 0) {
                    throw failed("did not print " + what);
                }
                try {
                    lines.wait(left);
                } catch (InterruptedException e) {
                    throw interrupted(e);
                }
            }
        }
    }

    private void read() {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (@Nullable String line = in.readLine(); line != null; line = in.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            add("output lost: " + e);
        }
        synchronized (lines) {
            ended = true;
            lines.notifyAll();
        }
    }

    private void add(String line) {
        synchronized (lines) {
            lines.add(line);
            lines.notifyAll();
        }
    }

    private AssertionError failed(String how) {
        return new AssertionError(name + " " + how + "; its output:\n" + String.join("\n", lines()));
    }

    private IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while waiting for " + name, e);
    }
}
