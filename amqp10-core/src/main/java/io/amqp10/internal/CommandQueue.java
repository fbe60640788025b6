package io.amqp10.internal;

import io.netty.channel.EventLoop;
import io.netty.util.internal.PlatformDependent;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands of any thread to one connection, run by its event loop in the order in which they came. The loop is woken once
 * for all commands that come before it gets to them, and after them the connection is flushed once.
 *
 * <p>No command is lost: those that come when the loop takes no more are run when its thread has ended, to release what
 * they hold and to tell those who wait.
 */
final class CommandQueue {

    /** After so many commands the loop gets its turn for reading. */
    private static final int MAX_BATCH = 512;

    private static final int CHUNK = 256;

    private static final Logger LOG = LoggerFactory.getLogger(CommandQueue.class);

    private final EventLoop loop;
    private final Consumer<Runnable> runner;
    private final Runnable flush;
    private final Queue<Runnable> queue = newQueue();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final Runnable drain = this::drain;

    /**
     * Makes a queue.
     *
     * @param runner runs one command
     * @param flush called after the last command of a batch
     */
    CommandQueue(EventLoop loop, Consumer<Runnable> runner, Runnable flush) {
        this.loop = loop;
        this.runner = runner;
        this.flush = flush;
    }

    /**
     * Makes a queue without locks from any thread to one. Its memory comes in chunks, of which there is always one, also in a
     * connection that does nothing: Netty's usual ones take 4 kB.
     */
    static Queue<Runnable> newQueue() {
        return PlatformDependent.newMpscQueue(CHUNK, 1 << 30);
    }

    /** Has a command run by the event loop. */
    void submit(Runnable command) {
        queue.add(command);
        if (!awake.get() && awake.compareAndSet(false, true)) {
            call();
        }
    }

    private void call() {
        try {
            loop.execute(drain);
        } catch (RejectedExecutionException e) {
            // The queue has one reader: until its thread has ended that is the loop, then the thread that tells of the
            // end.
            loop.terminationFuture().addListener(ended -> drain());
        }
    }

    private void drain() {
        int left = MAX_BATCH;
        while (left > 0) {
            @Nullable Runnable command = queue.poll();
            if (command == null) {
                break;
            }
            left--;
            run(command);
        }
        runFlush();
        if (left == 0) {
            call();
            return;
        }
        awake.set(false);
        if (!queue.isEmpty() && awake.compareAndSet(false, true)) {
            call();
        }
    }

    /** One that fails must not stop those behind it. */
    private void run(Runnable command) {
        try {
            runner.accept(command);
        } catch (RuntimeException | Error e) {
            LOG.error("a command to a connection failed", e);
        }
    }

    private void runFlush() {
        try {
            flush.run();
        } catch (RuntimeException | Error e) {
            LOG.error("flushing a connection failed", e);
        }
    }
}
