package io.amqp10.benchmarks.codec;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Gives processes the turn, one after the other, from when all are ready until all have left. */
public final class Turns implements AutoCloseable {

    /** The system property that tells the processes the port. */
    static final String PROPERTY = "amqp10.benchmarks.turns";

    /** Says to a process that it has the turn. */
    static final int GO = 'g';

    /** Says that the process has had its turn. */
    static final int DONE = 'd';

    private static final int PATIENCE_MILLIS = (int) TimeUnit.SECONDS.toMillis(60);

    private final ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    private final List<Socket> processes = new CopyOnWriteArrayList<>();
    private final int expected;
    private final Thread thread = new Thread(this::run, "turns");

    /**
     * Begins to wait for processes.
     *
     * @param processes how many there will be
     * @throws IOException if there is no port
     */
    public Turns(int processes) throws IOException {
        expected = processes;
        server.setSoTimeout(PATIENCE_MILLIS);
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns the option for the JVM of each process. */
    public String option() {
        return "-D" + PROPERTY + "=" + server.getLocalPort();
    }

    private void run() {
        try {
            while (processes.size() < expected) {
                Socket process = server.accept();
                process.setTcpNoDelay(true);
                process.setSoTimeout(PATIENCE_MILLIS);
                processes.add(process);
            }
            while (!processes.isEmpty()) {
                processes.removeIf(process -> !give(process));
            }
        } catch (IOException e) {
            // Closed, or one never came. Those that wait for a turn fail at the end of their connections.
            closeAll();
        }
    }

    private void closeAll() {
        processes.forEach(Turns::close);
    }

    private static void close(Socket process) {
        try {
            process.close();
        } catch (IOException e) {
            // It is of no use any more, whatever was wrong with it.
        }
    }

    /** Gives one process the turn; returns whether it takes more of them. */
    private static boolean give(Socket process) {
        try {
            process.getOutputStream().write(GO);
            if (process.getInputStream().read() == DONE) {
                return true;
            }
        } catch (IOException e) {
            // It has had its last turn, or hangs and fails when its connection ends.
        }
        close(process);
        return false;
    }

    /** Ends the turns; a process that waits for one fails. */
    @Override
    public void close() throws IOException {
        server.close();
        closeAll();
    }
}
