package io.amqp10.internal;

import io.netty.channel.EventLoop;
import io.netty.util.internal.PlatformDependent;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands of any thread to one connection, run by its event loop in the order in which they came. The loop is woken once
 * for all commands that come before it gets to them, and after them the connection is flushed once.
 */
final class CommandQueue {

    /** After so many commands the loop gets its turn for reading. */
    private static final int MAX_BATCH = 512;

    private static final Logger LOG = LoggerFactory.getLogger(CommandQueue.class);

    private final EventLoop loop;
    private final Runnable flush;
    private final Queue<Runnable> queue = PlatformDependent.newMpscQueue();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final Runnable drain = this::drain;

    CommandQueue(EventLoop loop, Runnable flush) {
        this.loop = loop;
        this.flush = flush;
    }

    /** Has a command run by the event loop. */
    void submit(Runnable command) {
        queue.add(command);
        if (!awake.get() && awake.compareAndSet(false, true)) {
            loop.execute(drain);
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
            try {
                command.run();
            } catch (RuntimeException | AssertionError e) {
                LOG.error("a command to a connection failed", e);
            }
        }
        flush.run();
        if (left == 0) {
            loop.execute(drain);
            return;
        }
        awake.set(false);
        if (!queue.isEmpty() && awake.compareAndSet(false, true)) {
            loop.execute(drain);
        }
    }
}
