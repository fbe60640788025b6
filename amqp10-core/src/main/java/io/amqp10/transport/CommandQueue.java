package io.amqp10.transport;

import io.netty.util.internal.PlatformDependent;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Commands from any thread for one event loop. Without locks; only who finds the loop not yet called calls it. The loop
 * carries commands out in batches, so that reading goes on between them.
 */
final class CommandQueue {

    /** How many commands are carried out before the loop looks at its sockets again. */
    static final int BATCH = 512;

    /** So many commands at a time get a place in memory, which each connection has: few come this way. */
    private static final int CHUNK = 32;

    private final Queue<Runnable> commands = PlatformDependent.newMpscQueue(CHUNK, 1 << 30);
    private final AtomicBoolean called = new AtomicBoolean();
    private final Executor loop;
    private final Consumer<Runnable> runner;
    private final Runnable afterBatch;
    private final Runnable drain = this::drain;

    /**
     * Makes a queue.
     *
     * @param runner carries out one command and does not throw
     * @param afterBatch called after the last command of a batch
     */
    CommandQueue(Executor loop, Consumer<Runnable> runner, Runnable afterBatch) {
        this.loop = loop;
        this.runner = runner;
        this.afterBatch = afterBatch;
    }

    /** Adds a command; false if the loop takes no more. Any thread. */
    boolean submit(Runnable command) {
        commands.add(command);
        return called.get() || !called.compareAndSet(false, true) || call();
    }

    private boolean call() {
        try {
            loop.execute(drain);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Carries out commands that wait already, because the loop is at work for the connection anyway. On the loop. */
    void drainNow() {
        if (called.get()) {
            runBatch();
        }
    }

    private void drain() {
        boolean full = runBatch() == BATCH;
        if (full) {
            call();
        } else {
            called.set(false);
            // A command may have come between the last look and the line above, and relied on this call.
            if (!commands.isEmpty() && called.compareAndSet(false, true)) {
                call();
            }
        }
        afterBatch.run();
    }

    private int runBatch() {
        int count = 0;
        while (count < BATCH) {
            Runnable command = commands.poll();
            if (command == null) {
                break;
            }
            runner.accept(command);
            count++;
        }
        return count;
    }
}
