package io.amqp10.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A JVM or another program that we started and end again, by its handle. It also ends by itself when its input ends, should we die. */
final class JavaProcess implements AutoCloseable {

    private static final int END_SECONDS = 10;
    private static final String ERROR = "ERROR ";

    private final Process process;
    private final BufferedReader out;
    private final OutputStream in;
    private final Thread endWithUs;

    private JavaProcess(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.in = process.getOutputStream();
        this.endWithUs = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(endWithUs);
    }

    /** Starts a main class with this process's class path and JDK. */
    static JavaProcess start(String heap, Class<?> main, String... arguments) throws IOException {
        return start(Path.of(System.getProperty("java.home")), heap, List.of(), main, arguments);
    }

    /** Starts a main class with this process's class path, another JDK and options for that. */
    static JavaProcess start(Path jdk, String heap, List<String> options, Class<?> main, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(jdk.resolve("bin").resolve("java").toString());
        command.add("-Xms" + heap);
        command.add("-Xmx" + heap);
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return start(command);
    }

    /** Starts a program. */
    static JavaProcess start(List<String> command) throws IOException {
        return new JavaProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the process by force if it still runs after a time. */
    void endAfter(long seconds) {
        CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS).execute(process::destroyForcibly);
    }

    /** Starts a server and waits for its port. */
    static Server startServer(String heap, Class<?> main, String... arguments) throws IOException {
        JavaProcess process = start(heap, main, arguments);
        return new Server(process, Integer.parseInt(process.lineAfter("READY ")));
    }

    /** A process that listens on a port. */
    record Server(JavaProcess process, int port) implements AutoCloseable {

        /** Sends a command and returns the answer's pairs. */
        Pairs ask(String command) throws IOException {
            process.in.write((command + "\n").getBytes(StandardCharsets.UTF_8));
            process.in.flush();
            String line = process.out.readLine();
            if (line == null) {
                throw new IOException("the server ended");
            }
            return Pairs.parse(line);
        }

        @Override
        public void close() {
            process.close();
        }
    }

    /** Returns the rest of the first line of output that starts so; others are passed on. */
    String lineAfter(String start) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(start)) {
                return line.substring(start.length());
            }
            if (line.startsWith(ERROR)) {
                throw new IOException(line.substring(ERROR.length()));
            }
            System.err.println(line);
        }
        throw new IOException("the process ended without a line that starts with " + start);
    }

    /** Ends the process: first by the end of its input, then by force. */
    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            // It has ended.
        }
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(endWithUs);
    }
}
