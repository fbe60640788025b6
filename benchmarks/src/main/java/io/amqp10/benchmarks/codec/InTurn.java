package io.amqp10.benchmarks.codec;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;

/**
 * Waits for its turn before each iteration that counts, so that libraries, each in a process of its own, are measured within
 * the same moments: what else the machine does, and how fast it is then, hits all of them.
 */
@State(Scope.Thread)
public abstract class InTurn {

    private @Nullable Socket turns;

    /**
     * Waits until this process is the one to measure; does nothing while it warms up, or where nobody gives turns.
     *
     * @param iteration what is about to begin
     * @throws IOException if who gives the turns has gone
     */
    @Setup(Level.Iteration)
    public void begin(IterationParams iteration) throws IOException {
        Integer port = Integer.getInteger(Turns.PROPERTY);
        if (port == null || iteration.getType() == IterationType.WARMUP) {
            return;
        }
        if (turns == null) {
            turns = new Socket(InetAddress.getLoopbackAddress(), port);
            turns.setTcpNoDelay(true);
        }
        if (turns.getInputStream().read() != Turns.GO) {
            throw new IOException("no turn came: another library has failed");
        }
    }

    /**
     * Passes the turn on.
     *
     * @throws IOException if who gives the turns has gone
     */
    @TearDown(Level.Iteration)
    public void end() throws IOException {
        if (turns != null) {
            turns.getOutputStream().write(Turns.DONE);
        }
    }

    /**
     * Takes no more turns.
     *
     * @throws IOException if the connection cannot be closed
     */
    @TearDown(Level.Trial)
    public void leave() throws IOException {
        if (turns != null) {
            turns.close();
        }
    }
}
