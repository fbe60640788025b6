package io.amqp10.benchmarks.client;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** Virtual threads, which the JDK that compiles this does not have. */
public final class VirtualThreads {

    /** The environment variable that names a JDK with virtual threads. */
    public static final String VARIABLE = "AMQP10_JDK25_HOME";

    private static final Path INSTALLED = Path.of("/usr/lib/jvm");
    private static final int FIRST_VERSION = 25;

    private VirtualThreads() {}

    /**
     * Tells whether this JDK has them, in the version that they are measured with.
     *
     * @return whether this is JDK 25 or later
     */
    public static boolean areHere() {
        return Runtime.version().feature() >= FIRST_VERSION;
    }

    /**
     * Returns a JDK that has them.
     *
     * @return the home of this JDK, of the one that {@value #VARIABLE} names, or of an installed JDK 25
     * @throws IOException if the installed ones cannot be listed
     */
    public static Optional<Path> jdk() throws IOException {
        if (areHere()) {
            return Optional.of(Path.of(System.getProperty("java.home")));
        }
        String named = System.getenv(VARIABLE);
        if (named != null && !named.isBlank()) {
            return Optional.of(Path.of(named));
        }
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (Stream<Path> homes = Files.list(INSTALLED)) {
            return homes.filter(home -> home.getFileName().toString().contains("" + FIRST_VERSION)
                            && Files.isExecutable(home.resolve("bin/java")))
                    .sorted()
                    .findFirst();
        }
    }

    /**
     * Returns the version of a JDK.
     *
     * @param home its home
     * @return what its file {@code release} says, {@code unknown} if that is not told
     * @throws IOException if the file cannot be read
     */
    public static String version(Path home) throws IOException {
        Properties release = new Properties();
        Path file = home.resolve("release");
        if (Files.exists(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                release.load(in);
            }
        }
        String version =
                release.getProperty("JAVA_RUNTIME_VERSION", release.getProperty("JAVA_VERSION", "\"unknown\""));
        return version.replace("\"", "");
    }

    /** Starts one. */
    static Thread start(Runnable work) {
        try {
            return (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new UnsupportedOperationException("this JDK has no virtual threads", e);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
